//! Typed views of the objects that the engine reads: one kind a file, thin.

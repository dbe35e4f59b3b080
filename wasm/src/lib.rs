//! The boundary: what JavaScript sees of the engine.

//! The endpoint controllers, driven as a cluster drives them: against the recordings of a real cluster, by scenes in a
//! little language, and on random clusters.

mod cluster;
mod random;
mod recorded;
mod scene;

//! The REST API: a request in, a response out; no sockets.

pub mod request;

pub use request::{Body, Request, Response, WatchId};

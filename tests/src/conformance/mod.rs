//! Recorded conformance: sessions with a real Kubernetes, played against this one and compared.
//!
//! A recording (`tests/conformance/*.json`) is a file of cases, a case a list of steps, a step a request and
//! what a real cluster answered. The way of a case:
//!
//! [`recording`] reads it, [`play`] asks a [`server`] step by step, [`variables`] names what differs from run to run
//! the same way as when it was recorded, [`difference`] compares with `expect`. [`run`] does so for many cases at
//! once, [`scoreboard`] keeps the score, [`command`] is the command line of it all.
//!
//! What the recorder did in Python is done here in the same order, since variables are numbered by first sight.

mod advertise;
mod canonical;
mod client;
pub mod command;
mod console;
pub mod difference;
pub mod dig;
mod digest;
pub mod engine;
mod generated;
mod kubelet;
mod named;
mod order;
mod pattern;
pub mod play;
pub mod proxy;
pub mod python;
pub mod realign;
pub mod recording;
pub mod run;
pub mod scoreboard;
pub mod server;
pub mod variables;

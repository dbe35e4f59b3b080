//! Kubernetes Services, exact: selector matching, Endpoints and EndpointSlices, addresses and node ports,
//! DNS and load balancing, as Kubernetes 1.37 does them. No I/O, no clock, no ambient randomness.
//!
//! The layers and their order stand in `core/README.md`; imports only point down.
#![no_std]
#![forbid(unsafe_code)]
// Nothing the engine is handed may bring it down.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss
    )
)]

// The library of that name, with ordered maps that cost less in a download.
extern crate svcscope_alloc as alloc;

pub mod api;
pub mod base;
pub mod cluster;
pub mod controllers;
pub mod explain;
pub mod kubectl;
pub mod manifest;
pub mod net;
pub mod node;
pub mod object;
pub mod print;
pub mod registry;
pub mod schema;
pub mod store;

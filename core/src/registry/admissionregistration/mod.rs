//! Webhooks and policies that look at what is stored. Their configurations are kept; nobody is called.

pub(super) mod policy;
mod rule;
pub(super) mod webhook;

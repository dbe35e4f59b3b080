//! Objects as people read them: tables with columns and rows.

mod access;
mod age;
mod apps;
mod autoscaling;
mod batch;
mod columns;
mod core;
mod events;
mod networking;
mod node;
mod pod;
mod policy;
mod resource;
mod service;
mod storage;
pub mod table;
mod text;

#[cfg(test)]
mod tests;

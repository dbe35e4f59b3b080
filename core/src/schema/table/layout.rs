//! How the table is laid out, for both its sides: `cargo xtask schema` writes it, `read` reads it. This file is compiled
//! into both, so it imports nothing.

/// What is alike stands together, which compresses better: each of these is read front to back.
#[derive(Clone, Copy)]
pub enum Column {
    Head,
    TypeName,
    FieldName,
    Flags,
    Kind,
    Proto,
    Go,
    More,
    Resource,
}

pub const COLUMNS: usize = 9;

// What is said of a field in one number.
pub const OMIT_EMPTY: usize = 1;
pub const OMIT_ZERO: usize = 2;
pub const POINTER: usize = 4;
pub const REQUIRED: usize = 8;
pub const GO_NAME: usize = 16;
pub const GO_TYPE: usize = 32;
pub const MORE: usize = 64;
pub const EMBED: usize = 128;

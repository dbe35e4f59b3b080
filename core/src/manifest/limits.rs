//! What is too much: the bounds within which reading a text stays quick and small, and their errors.
//!
//! Kubernetes bounds a request body (3 MiB) and what aliases multiply; the rest it leaves to the machine. These bounds
//! lie far above what a cluster takes and below what a browser tab dies of.

/// The longest text that is read, in bytes. The largest sets of manifests in use are some 10 MB.
pub const MAX_TEXT: usize = 64 << 20;
pub const TEXT_TOO_LONG: &str = "the text is too long: at most 64 MiB are read";

/// How many documents a text may hold.
pub const MAX_DOCUMENTS: usize = 200_000;
pub const TOO_MANY_DOCUMENTS: &str = "too many documents: at most 200000 are read";

/// How many values the documents of a text may hold, keys and what aliases repeat counted too. 50 MB of usual manifests
/// have 5.3 million; each takes some 120 bytes, and as much again while its document is read.
pub const MAX_VALUES: u32 = 6_000_000;
pub const TOO_MANY_VALUES: &str = "too many values: at most 6000000 are read";

/// How deep lists and maps may nest; the same bound as for JSON. Go allows 10,000; no Kubernetes type comes near this,
/// and each level costs stack.
pub const MAX_DEPTH: usize = super::json::MAX_DEPTH;

/// How much text aliases may repeat, in bytes. Go shares the text and so has no bound, until somebody prints it.
pub const MAX_REPEATED: usize = 16 << 20;

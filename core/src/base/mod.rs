//! What every layer is made of: values, texts, addresses, paths, errors, time and chance.

pub mod cron;
pub mod difflib;
pub mod field;
pub mod hash;
pub mod ip;
pub mod json;
pub mod labels;
pub mod map;
pub mod names;
pub mod path;
pub mod quantity;
pub mod rng;
pub mod sort;
pub mod status;
pub mod text;
pub mod time;
pub mod value;

pub use labels::Selector;
pub use map::Map;
pub use path::Path;
pub use quantity::Quantity;
pub use rng::Rng;
pub use status::Status;
pub use text::Text;
pub use time::{Duration, Instant};
pub use value::Value;

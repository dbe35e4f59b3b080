//! What every layer is made of: values, texts, addresses, paths, errors, time and chance.

pub mod field;
pub mod json;
pub mod map;
pub mod path;
pub mod status;
pub mod text;
pub mod value;

pub use map::Map;
pub use path::Path;
pub use status::Status;
pub use text::Text;
pub use value::Value;

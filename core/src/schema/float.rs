//! Floating-point numbers as Go's JSON encoder writes them (`encoding/json`'s `floatEncoder`).

use alloc::format;
use alloc::string::String;

/// The shortest text that reads back as `f`: plain between 1e-6 and 1e21, with an exponent outside.
pub(crate) fn format(f: f64) -> String {
    let size = if f < 0.0 { -f } else { f };
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{f:e}");
        return match text.split_once('e') {
            Some((mantissa, exponent)) if !exponent.starts_with('-') => format!("{mantissa}e+{exponent:0>2}"),
            _ => text,
        };
    }
    format!("{f}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_those_of_go() {
        for (f, text) in [
            (0.5, "0.5"),
            (80.0, "80"),
            (1e21, "1e+21"),
            (1e-7, "1e-7"),
            (-2.5, "-2.5"),
            (1e20, "100000000000000000000"),
        ] {
            assert_eq!(format(f), text);
        }
    }
}

//! Numbers that may be given as a part of another: `3` or `25%`.
//!
//! Models `k8s.io/apimachinery/pkg/util/intstr: GetScaledValueFromIntOrPercent`.

use crate::base::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    Up,
    Down,
}

/// The number that `value` means of `total`; none where it is neither a number nor a percentage.
pub fn of(value: &Value, total: i64, rounding: Rounding) -> Option<i64> {
    if let Some(number) = value.as_int() {
        return Some(number);
    }
    let percent = value.str().strip_suffix('%')?.parse::<i64>().ok()?;
    let hundredfold = percent.checked_mul(total)?;
    Some(match rounding {
        Rounding::Up => hundredfold.div_euclid(100) + i64::from(hundredfold.rem_euclid(100) > 0),
        Rounding::Down => hundredfold.div_euclid(100),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_rounded_as_asked() {
        for (value, total, up, down) in [
            (Value::from(3), 10, Some(3), Some(3)),
            (Value::text("25%"), 10, Some(3), Some(2)),
            (Value::text("50%"), 10, Some(5), Some(5)),
            (Value::text("0%"), 10, Some(0), Some(0)),
            (Value::text("1%"), 1, Some(1), Some(0)),
            (Value::text("25"), 10, None, None),
            (Value::Null, 10, None, None),
        ] {
            let both = (of(&value, total, Rounding::Up), of(&value, total, Rounding::Down));
            assert_eq!(both, (up, down), "{value:?} of {total}");
        }
    }
}

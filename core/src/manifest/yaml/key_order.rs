//! The order in which the keys of a map are written: numbers within them by value, letters behind all else.
//!
//! Models go-yaml's `sorter.go` (`keyList.Less`).

use crate::base::{Text, Value};
use alloc::vec::Vec;

/// The entries in the order of their keys.
pub(super) fn sorted(entries: &[(Text, Value)]) -> Vec<&(Text, Value)> {
    merge_sorted(entries.iter().collect())
}

/// The order that go-yaml has is no order for some keys (`less(a, b)` and `less(b, a)`), at which the sorting of the
/// standard library may panic; a merge takes what it gets.
fn merge_sorted(mut entries: Vec<&(Text, Value)>) -> Vec<&(Text, Value)> {
    if entries.len() < 2 {
        return entries;
    }
    let right = merge_sorted(entries.split_off(entries.len() / 2));
    let mut out = Vec::with_capacity(entries.len() + right.len());
    let mut left = merge_sorted(entries).into_iter().peekable();
    let mut right = right.into_iter().peekable();
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let next = if less(&b.0, &a.0) { right.next() } else { left.next() };
        out.extend(next);
    }
    out.extend(left);
    out.extend(right);
    out
}

fn less(a: &str, b: &str) -> bool {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let (before, rest_a) = a.split_at_checked(same).unwrap_or((a, ""));
    let rest_b = b.get(same..).unwrap_or("");
    let (Some(first_a), Some(first_b)) = (rest_a.chars().next(), rest_b.chars().next()) else {
        return rest_a.is_empty() && !rest_b.is_empty();
    };
    match (is_letter(first_a), is_letter(first_b)) {
        (true, true) => return first_a < first_b,
        (false, false) => {}
        (_, letter) => return letter,
    }
    // A zero within a number counts: 10 is more than 9. One before a number does not.
    let within = (first_a == '0' || first_b == '0') && ends_in_a_number(before);
    let (number_a, digits_a) = number(rest_a, within);
    let (number_b, digits_b) = number(rest_b, within);
    (number_a, digits_a, first_a) < (number_b, digits_b, first_b)
}

/// Nearly `unicode.IsLetter`: the marks and circled letters that Unicode counts as alphabetic are none to Go.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !c.is_numeric()
}

/// Nearly `unicode.IsDigit`: superscripts and fractions are none to Go.
fn is_digit(c: char) -> bool {
    c.is_numeric() && !c.is_alphabetic()
}

fn ends_in_a_number(text: &str) -> bool {
    text.chars().rev().take_while(|c| is_digit(*c)).any(|c| c != '0')
}

/// The value of the digits at the start, and how many they are.
fn number(text: &str, within: bool) -> (i64, usize) {
    text.chars().take_while(|c| is_digit(*c)).fold((i64::from(within), 0), |(value, count), c| {
        let digit = i64::from(u32::from(c)) - i64::from(u32::from('0'));
        (value.wrapping_mul(10).wrapping_add(digit), count + 1)
    })
}

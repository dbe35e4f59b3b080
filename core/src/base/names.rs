//! The formats of names: what a DNS label, a port name or a label value may look like, and the words for what is wrong.
//!
//! Models `k8s.io/apimachinery/pkg/api/validate/content` and `pkg/util/validation/validation.go`.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What is wrong with a text, in sentences that an error shows as they are; empty where nothing is.
pub type Complaints = Vec<String>;

/// A format: the longest text, its rule in words and as upstream's regular expression, and examples.
struct Format {
    max: usize,
    /// What the length is counted in: the older of upstream's two packages says characters where it means bytes.
    unit: &'static str,
    words: &'static str,
    regex: &'static str,
    examples: &'static [&'static str],
}

/// The longest DNS label (RFC 1123).
pub const LABEL_MAX: usize = 63;
/// The longest DNS name (RFC 1123).
pub const SUBDOMAIN_MAX: usize = 253;
/// A length that is not limited by the format itself.
const UNLIMITED: usize = usize::MAX;

const DNS1123_LABEL: Format = Format {
    max: LABEL_MAX,
    unit: "characters",
    words: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
    regex: "[a-z0-9]([-a-z0-9]*[a-z0-9])?",
    examples: &["my-name", "123-abc"],
};
const SHORT_NAME: Format = Format { unit: "bytes", ..DNS1123_LABEL };
const DNS1123_SUBDOMAIN: Format = Format {
    max: SUBDOMAIN_MAX,
    unit: "characters",
    words: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    regex: "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*",
    examples: &["example.com"],
};
const DNS1123_SUBDOMAIN_UNDERSCORE: Format = Format {
    max: SUBDOMAIN_MAX,
    unit: "characters",
    words: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
    regex: "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*",
    examples: &["example.com"],
};
const DNS1035_LABEL: Format = Format {
    max: LABEL_MAX,
    unit: "characters",
    words: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    regex: "[a-z]([-a-z0-9]*[a-z0-9])?",
    examples: &["my-name", "abc-123"],
};
const WILDCARD_SUBDOMAIN: Format = Format {
    max: SUBDOMAIN_MAX,
    unit: "characters",
    words: "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    regex: "\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*",
    examples: &["*.example.com"],
};
const LABEL_KEY_NAME: Format = Format {
    max: LABEL_MAX,
    unit: "bytes",
    words: "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    regex: "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]",
    examples: &["MyName", "my.name", "123-abc"],
};
const LABEL_VALUE: Format = Format {
    max: LABEL_MAX,
    unit: "bytes",
    words: "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    regex: "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?",
    examples: &["MyValue", "my_value", "12345"],
};
const C_IDENTIFIER: Format = Format {
    max: UNLIMITED,
    unit: "characters",
    words: "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
    regex: "[A-Za-z_][A-Za-z0-9_]*",
    examples: &["my_name", "MY_NAME", "MyName"],
};
const CONFIG_KEY: Format = Format {
    max: SUBDOMAIN_MAX,
    unit: "characters",
    words: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    regex: "[-._a-zA-Z0-9]+",
    examples: &["key.name", "KEY_NAME", "key-name"],
};
const HTTP_HEADER: Format = Format {
    max: UNLIMITED,
    unit: "characters",
    words: "a valid HTTP header must consist of alphanumeric characters or '-'",
    regex: "[-A-Za-z0-9]+",
    examples: &["X-Header-Name"],
};
const CONDITION_REASON: Format = Format {
    max: UNLIMITED,
    unit: "characters",
    words: "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
    regex: "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?",
    examples: &["my_name", "MY_NAME", "MyName", "ReasonA,ReasonB", "ReasonA:ReasonB"],
};
const HTTP_PATH: Format = Format {
    max: UNLIMITED,
    unit: "characters",
    words: "Invalid path",
    regex: r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+",
    examples: &[],
};
const PERCENT: Format = Format {
    max: UNLIMITED,
    unit: "characters",
    words: "a valid percent string must be a numeric string followed by an ending '%'",
    regex: "[0-9]+%",
    examples: &["1%", "93%"],
};

impl Format {
    fn check(&self, value: &str, fits: bool) -> Complaints {
        let mut out = Complaints::new();
        if value.len() > self.max {
            out.push(format!("must be no more than {} {}", self.max, self.unit));
        }
        if !fits {
            out.push(self.rule());
        }
        out
    }

    fn rule(&self) -> String {
        regex_error(self.words, self.regex, self.examples)
    }
}

/// A rule in words with examples and the regular expression behind it.
pub fn regex_error(words: &str, regex: &str, examples: &[&str]) -> String {
    if examples.is_empty() {
        return format!("{words} (regex used for validation is '{regex}')");
    }
    let examples = examples.iter().map(|e| format!("'{e}', ")).collect::<Vec<_>>().join(" or ");
    format!("{words} (e.g. {examples}regex used for validation is '{regex}')")
}

pub fn max_len_error(max: usize) -> String {
    format!("must be no more than {max} characters")
}

pub const EMPTY_ERROR: &str = "must be non-empty";

/// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, where `inner` says what may stand between the ends.
fn is_label(s: &str, ends: impl Fn(u8) -> bool, inner: impl Fn(u8) -> bool) -> bool {
    let bytes = s.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(&first), Some(&last)) => {
            ends(first) && ends(last) && bytes.iter().all(|&b| ends(b) || inner(b))
        }
        _ => false,
    }
}

fn lower_or_digit(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit()
}

fn is_dns1123_label(s: &str) -> bool {
    is_label(s, lower_or_digit, |b| b == b'-')
}

fn is_dns1123_subdomain(s: &str) -> bool {
    s.split('.').all(is_dns1123_label)
}

fn is_label_name(s: &str) -> bool {
    is_label(s, |b| b.is_ascii_alphanumeric(), |b| matches!(b, b'-' | b'_' | b'.'))
}

pub fn dns1123_label(s: &str) -> Complaints {
    label(&DNS1123_LABEL, s)
}

/// The same where upstream declares it, as the format `k8s-short-name`.
pub fn short_name(s: &str) -> Complaints {
    label(&SHORT_NAME, s)
}

fn label(format: &Format, s: &str) -> Complaints {
    let fits = is_dns1123_label(s);
    if !fits && is_dns1123_subdomain(s) {
        let mut out = format.check(s, true);
        out.push("must not contain dots".to_string());
        return out;
    }
    format.check(s, fits)
}

pub fn dns1123_subdomain(s: &str) -> Complaints {
    DNS1123_SUBDOMAIN.check(s, is_dns1123_subdomain(s))
}

pub fn dns1123_subdomain_with_underscore(s: &str) -> Complaints {
    let label =
        |l: &str| is_label(l.strip_prefix('_').unwrap_or(l), lower_or_digit, |b| matches!(b, b'-' | b'_'));
    DNS1123_SUBDOMAIN_UNDERSCORE.check(s, s.split('.').all(label))
}

pub fn dns1035_label(s: &str) -> Complaints {
    let starts = s.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
    DNS1035_LABEL.check(s, starts && is_dns1123_label(s))
}

pub fn wildcard_dns1123_subdomain(s: &str) -> Complaints {
    WILDCARD_SUBDOMAIN.check(s, s.strip_prefix("*.").is_some_and(is_dns1123_subdomain))
}

/// The key of a label or annotation: a name, with or without a DNS name and a slash before it.
pub fn label_key(s: &str) -> Complaints {
    let mut out = Complaints::new();
    let parts = s.split('/').collect::<Vec<_>>();
    let name = match parts.as_slice() {
        [name] => *name,
        [prefix, name] => {
            if prefix.is_empty() {
                out.push(format!("prefix part {EMPTY_ERROR}"));
            } else {
                let format = Format { unit: "bytes", ..DNS1123_SUBDOMAIN };
                let complaints = format.check(prefix, is_dns1123_subdomain(prefix));
                out.extend(complaints.into_iter().map(|c| format!("prefix part {c}")));
            }
            *name
        }
        _ => {
            out.push(format!(
                "a valid label key {} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
                LABEL_KEY_NAME.rule()
            ));
            return out;
        }
    };
    if name.is_empty() {
        out.push(format!("name part {EMPTY_ERROR}"));
    }
    out.extend(LABEL_KEY_NAME.check(name, is_label_name(name)).into_iter().map(|c| format!("name part {c}")));
    out
}

pub fn label_value(s: &str) -> Complaints {
    LABEL_VALUE.check(s, s.is_empty() || is_label_name(s))
}

pub fn c_identifier(s: &str) -> Complaints {
    let mut bytes = s.bytes();
    let fits = bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_');
    C_IDENTIFIER.check(s, fits)
}

/// The key of a ConfigMap or Secret.
pub fn config_map_key(s: &str) -> Complaints {
    let fits =
        !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
    let mut out = CONFIG_KEY.check(s, fits);
    match s {
        "." => out.push("must not be '.'".to_string()),
        ".." => out.push("must not be '..'".to_string()),
        s if s.starts_with("..") => out.push("must not start with '..'".to_string()),
        _ => {}
    }
    out
}

/// The name of an environment variable: any printable ASCII but `=`.
pub fn env_var_name(s: &str) -> Complaints {
    let mut out = Complaints::new();
    if s.is_empty() {
        out.push(format!("environment variable name {EMPTY_ERROR}"));
    }
    if !s.chars().all(|c| matches!(c, ' '..='~') && c != '=') {
        out.push(
            "a valid environment variable name must consist only of printable ASCII characters other than '='"
                .to_string(),
        );
    }
    out
}

/// The name of an environment variable as it was before nearly everything was allowed, which kubectl still asks for.
pub fn strict_env_var_name(s: &str) -> Complaints {
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let mut out = Complaints::new();
    if s.is_empty() || s.starts_with(|c: char| c.is_ascii_digit()) || !s.chars().all(in_name) {
        let words = "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit";
        let examples = ["my.env-name", "MY_ENV.NAME", "MyEnvName1"];
        out.push(regex_error(words, "[-._a-zA-Z][-._a-zA-Z0-9]*", &examples));
    }
    out
}

/// The reason of a condition.
pub fn condition_reason(s: &str) -> Complaints {
    let end = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    let bytes = s.as_bytes();
    let fits = bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.last().is_some_and(end)
        && bytes.iter().all(|b| end(b) || matches!(b, b',' | b':'));
    CONDITION_REASON.check(s, fits)
}

/// What stands behind the domain of a path: `foo` of `acme.io/foo`.
pub fn http_path(s: &str) -> Complaints {
    let fits = |b: u8| b.is_ascii_alphanumeric() || br"/-._~%!$&'()*+,;=:".contains(&b);
    HTTP_PATH.check(s, !s.is_empty() && s.bytes().all(fits))
}

pub fn http_header_name(s: &str) -> Complaints {
    let fits = !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    HTTP_HEADER.check(s, fits)
}

pub fn percent(s: &str) -> Complaints {
    let digits = s.strip_suffix('%').unwrap_or_default();
    PERCENT.check(s, !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// An IANA service name: what a container's port, and a `targetPort` that names one, may be called.
pub fn port_name(s: &str) -> Complaints {
    const MAX: usize = 15;
    let mut out = Complaints::new();
    let mut complain = |wrong: bool, text: &str| {
        if wrong {
            out.push(text.to_string());
        }
    };
    complain(s.len() > MAX, &max_len_error(MAX));
    complain(
        s.is_empty() || !s.bytes().all(|b| lower_or_digit(b) || b == b'-'),
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
    );
    complain(!s.bytes().any(|b| b.is_ascii_lowercase()), "must contain at least one letter (a-z)");
    complain(s.contains("--"), "must not contain consecutive hyphens");
    complain(s.starts_with('-') || s.ends_with('-'), "must not begin or end with a hyphen");
    out
}

pub fn port_number(port: i64) -> Complaints {
    in_range(port, 1, 65535)
}

pub fn in_range(value: i64, min: i64, max: i64) -> Complaints {
    if (min..=max).contains(&value) {
        return Complaints::new();
    }
    [format!("must be between {min} and {max}, inclusive")].into()
}

/// A name that stands in a URL's path, whatever else it is.
pub fn path_segment(s: &str) -> Complaints {
    if s == "." || s == ".." {
        return [format!("may not be '{s}'")].into();
    }
    ["/", "%"].iter().filter(|c| s.contains(**c)).map(|c| format!("may not contain '{c}'")).collect()
}

/// `name` as it is judged where something will be appended to it: a dash at the end may stay.
pub fn mask_trailing_dash(name: &str) -> String {
    match name.len().checked_sub(2).and_then(|keep| name.get(..keep)) {
        Some(start) if name.ends_with('-') => format!("{start}a"),
        _ => name.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_take_what_kubernetes_takes() {
        type Check = fn(&str) -> Complaints;
        let cases: &[(Check, &[&str], &[&str])] = &[
            (dns1123_label, &["a", "0", "a-b", "9-9"], &["", "-a", "a-", "A", "a.b", "a_b", "ä"]),
            (dns1123_subdomain, &["a.b", "a-1.b"], &["", ".", "a..b", "a.", "A.b"]),
            (dns1035_label, &["a", "a0-b"], &["0a", "-a", "a-", ""]),
            (label_key, &["a", "A.b_c", "x.io/a"], &["", "/a", "a/", "a/b/c", "X.io/a", "-a"]),
            (label_value, &["", "a", "A-1_2.b"], &["-", "a-", "a b"]),
            (port_name, &["http", "a-1"], &["", "80", "a--b", "-a", "a-", "http-and-a-half-x", "HTTP"]),
            (percent, &["1%", "100%"], &["%", "1", "-1%", "1.5%"]),
            (env_var_name, &["A", "a b", "1"], &["", "a=b", "ä"]),
        ];
        for (check, good, bad) in cases {
            good.iter().for_each(|s| assert_eq!(check(s), Complaints::new(), "{s}"));
            bad.iter().for_each(|s| assert_ne!(check(s), Complaints::new(), "{s}"));
        }
    }
}

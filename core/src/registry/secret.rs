//! A Secret.
//!
//! Models `pkg/registry/core/secret/strategy.go`, `SetDefaults_Secret`, `Convert_v1_Secret_To_core_Secret` and
//! `ValidateSecret` of `pkg/apis/core/validation/validation.go`.

use super::strategy::{GENERIC, Strategy};
use super::{check, config_map, edit, meta};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::manifest::json;
use crate::schema;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "secrets",
    default,
    prepare_update: |secret, old| {
        if secret.get("type").is_empty() {
            secret.set("type", old.get("type"));
        }
    },
    validate,
    validate_update: |secret, old| {
        let mut errors = meta::validate_update_kube(secret, old);
        check::immutable(&Path::new("type"), secret.get("type"), old.get("type"), &mut errors);
        config_map::unchanged(secret, old, &["data"], &mut errors);
        errors.extend(validate(secret));
        errors
    },
    warnings: |secret, _| match secret.get("type").str() {
        "kubernetes.io/tls" => key_pair_problem(secret.get("data")).into_iter().collect(),
        _ => Vec::new(),
    },
    ..GENERIC
};

/// So many bytes a Secret or a ConfigMap may hold: 1 MiB.
pub(super) const SIZE_MAX: usize = 1 << 20;
const ACCOUNT_NAME: &str = "kubernetes.io/service-account.name";

fn default(secret: &mut Value) {
    edit::default_text(secret, "type", "Opaque");
    let Some(texts) = secret.remove("stringData") else { return };
    for (key, text) in texts.entries() {
        secret.entry("data").set(key, schema::base64(text.str().as_bytes()));
    }
    if !secret.get("data").is_null() {
        secret.entry("data").map_mut().sort();
    }
}

/// The bytes that a value of `data` stands for.
pub(super) fn bytes(value: &Value) -> Vec<u8> {
    schema::base64_decode(value.str()).unwrap_or_default()
}

fn validate(secret: &Value) -> Errors {
    let mut errors = meta::validate_kube(secret, true, names::dns1123_subdomain);
    let (at, data) = (Path::new("data"), secret.get("data"));
    let mut size = 0;
    for (key, value) in data.entries() {
        check::complain(&at.key(key), key, names::config_map_key(key), &mut errors);
        size += bytes(value).len();
    }
    if size > SIZE_MAX {
        errors.push(field::too_long(&at, SIZE_MAX));
    }
    let mut required = |keys: &[&str]| {
        errors.extend(keys.iter().map(|key| field::required(&at.key(key), "")));
    };
    match secret.get("type").str() {
        "kubernetes.io/service-account-token"
            if secret.at(&["metadata", "annotations"]).get(ACCOUNT_NAME).is_empty() =>
        {
            let metadata = Path::new("metadata");
            errors.push(field::required(&(&metadata / "annotations").key(ACCOUNT_NAME), ""));
        }
        "kubernetes.io/dockercfg" => docker(&at, data, ".dockercfg", &mut errors),
        "kubernetes.io/dockerconfigjson" => docker(&at, data, ".dockerconfigjson", &mut errors),
        "kubernetes.io/basic-auth" => {
            let keys = ["username", "password"];
            if keys.iter().all(|key| data.find(key).is_none()) {
                required(&keys);
            }
        }
        "kubernetes.io/ssh-auth" if data.get("ssh-privatekey").is_empty() => required(&["ssh-privatekey"]),
        "kubernetes.io/tls" => {
            let keys = ["tls.crt", "tls.key"].into_iter().filter(|key| data.find(key).is_none());
            required(&keys.collect::<Vec<_>>());
        }
        _ => {}
    }
    errors
}

/// The credentials of a registry: an object in JSON, whose content is not shown.
fn docker(at: &Path<'_>, data: &Value, key: &str, errors: &mut Errors) {
    let at = at.key(key);
    let Some(value) = data.find(key) else {
        errors.push(field::required(&at, ""));
        return;
    };
    let what = match json::parse_bytes(&bytes(value)).map(|node| node.to_value()) {
        Ok(Value::Map(_) | Value::Null) => return,
        Ok(other) => format!(
            "json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
            json_type(&other)
        ),
        Err(error) => error.message.as_str().to_string(),
    };
    errors.push(field::invalid(&at, "<secret contents redacted>", what));
}

fn json_type(value: &Value) -> &'static str {
    match value {
        Value::List(_) => "array",
        Value::Text(_) => "string",
        Value::Bool(_) => "bool",
        _ => "number",
    }
}

/// Whether the first block of the text that `value` stands for is of that kind.
pub(super) fn is_pem(value: &Value, kind: &str) -> bool {
    let text = String::from_utf8_lossy(&bytes(value)).into_owned();
    pem_blocks(&text).first().is_some_and(|(first, _)| *first == kind)
}

/// What keeps a certificate and its key from being used, so far as their outer form shows it.
///
/// Models the beginning of `tls.X509KeyPair`.
fn key_pair_problem(data: &Value) -> Option<String> {
    let of = |key: &str| String::from_utf8_lossy(&bytes(data.get(key))).into_owned();
    let (certificate, key) = (of("tls.crt"), of("tls.key"));
    let is_key = |kind: &str| kind == "PRIVATE KEY" || kind.ends_with(" PRIVATE KEY");
    let (certificates, keys) = (pem_blocks(&certificate), pem_blocks(&key));
    if certificates.is_empty() {
        return Some("tls: failed to find any PEM data in certificate input".to_string());
    }
    let Some(first) = certificates.iter().find(|(kind, _)| *kind == "CERTIFICATE") else {
        return Some(match certificates.as_slice() {
            [(kind, _)] if is_key(kind) => {
                "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched".to_string()
            }
            _ => format!(
                "tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the following types: [{}]",
                kinds(&certificates)
            ),
        });
    };
    if keys.is_empty() {
        return Some("tls: failed to find any PEM data in key input".to_string());
    }
    if !keys.iter().any(|(kind, _)| is_key(kind)) {
        return Some(match keys.as_slice() {
            [("CERTIFICATE", _)] => {
                "tls: found a certificate rather than a key in the PEM for the private key".to_string()
            }
            _ => format!(
                "tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM blocks of the following types: [{}]",
                kinds(&keys)
            ),
        });
    }
    // A certificate is a sequence that holds a sequence.
    let is_sequence = |at: usize| first.1.get(at) == Some(&0x30);
    (!is_sequence(0)).then(|| "x509: malformed certificate".to_string())
}

fn kinds(blocks: &[(&str, Vec<u8>)]) -> String {
    blocks.iter().map(|(kind, _)| *kind).collect::<Vec<_>>().join(" ")
}

/// The blocks between `-----BEGIN X-----` and `-----END X-----`, each with its kind.
fn pem_blocks(text: &str) -> Vec<(&str, Vec<u8>)> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        rest = after;
        let Some((kind, body)) = after.split_once("-----") else { break };
        let end = format!("-----END {kind}-----");
        let Some((body, after)) = body.split_once(end.as_str()) else { continue };
        // Headers end with an empty line.
        let body = body.trim_start_matches(['\r', '\n']);
        let body = match body.split_once("\n\n") {
            Some((headers, body)) if headers.contains(':') => body,
            _ => body,
        };
        let body: String = body.split_whitespace().collect();
        if let Ok(bytes) = schema::base64_decode(&body) {
            out.push((kind, bytes));
            rest = after;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(kind: &str, data: &[(&str, &str)]) -> Value {
        let data = data.iter().map(|(key, text)| (*key, Value::text(*text)));
        let mut secret = Value::map([("type", Value::text(kind)), ("stringData", Value::map(data))]);
        default(&mut secret);
        secret
    }

    #[test]
    fn a_certificate_and_its_key_are_looked_at_from_outside() {
        let certificate = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        let key = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n";
        for (crt, own, problem) in [
            ("x", "y", Some("tls: failed to find any PEM data in certificate input")),
            (certificate, "y", Some("tls: failed to find any PEM data in key input")),
            (
                key,
                certificate,
                Some(
                    "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched",
                ),
            ),
            (
                certificate,
                certificate,
                Some("tls: found a certificate rather than a key in the PEM for the private key"),
            ),
            (certificate, key, None),
        ] {
            let secret = secret("kubernetes.io/tls", &[("tls.crt", crt), ("tls.key", own)]);
            assert_eq!(key_pair_problem(secret.get("data")).as_deref(), problem);
        }
    }

    #[test]
    fn what_is_given_as_text_is_kept_as_bytes() {
        let secret = secret("", &[("b", "2"), ("a", "1")]);
        let data = Value::map([("a", Value::text("MQ==")), ("b", Value::text("Mg=="))]);
        let want = Value::map([("type", Value::text("Opaque")), ("data", data)]);
        assert_eq!(secret, want);
    }
}

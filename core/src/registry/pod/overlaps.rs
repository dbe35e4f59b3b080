//! Files of one volume that are in each other's way.
//!
//! Models `warningsForOverlappingVirtualPaths` of `pkg/api/pod/warnings.go`.

use crate::base::Value;
use crate::base::field::quoted;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A file, and where it comes from, if the volume has several sources.
#[derive(Clone, PartialEq, Eq)]
struct File<'a> {
    path: &'a str,
    source: String,
}

pub(super) fn warnings(volumes: &[Value], out: &mut Vec<String>) {
    for volume in volumes {
        let mut warn = |what: &str, files: Vec<File<'_>>| {
            let start = format!("volume {} ({what}): overlapping paths: ", quoted(volume.get("name").str()));
            out.extend(overlaps(files).into_iter().map(|text| format!("{start}{text}")));
        };
        for (field, what, name) in
            [("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName"), ("downwardAPI", "", "")]
        {
            let source = volume.get(field);
            if source.get("items").is_empty() {
                continue;
            }
            let shown = match what {
                "" => "DownwardAPI".into(),
                what => format!("{what} {}", quoted(source.get(name).str())),
            };
            warn(&shown, items(source, ""));
        }
        let sources = volume.at(&["projected", "sources"]).items();
        let (empty, full): (Vec<&Value>, Vec<&Value>) = sources.iter().partition(|s| s.entries().is_empty());
        warn("Projected", full.into_iter().flat_map(projected).collect());
        let text = format!("volume {} (Projected) has no sources provided", quoted(volume.get("name").str()));
        out.extend(empty.iter().map(|_| text.clone()));
    }
}

fn items<'a>(source: &'a Value, shown: &str) -> Vec<File<'a>> {
    let items = source.get("items").items().iter();
    items.map(|item| File { path: item.get("path").str(), source: shown.into() }).collect()
}

fn projected(source: &Value) -> Vec<File<'_>> {
    let named = |kind: &str, object: &Value| format!("{kind} {}", quoted(object.get("name").str()));
    let Some((kind, object)) = source.entries().first().map(|(k, v)| (k.as_str(), v)) else {
        return Vec::new();
    };
    match kind {
        "configMap" => items(object, &named("ConfigMap", object)),
        "secret" => items(object, &named("Secret", object)),
        "downwardAPI" => items(object, "DownwardAPI"),
        "serviceAccountToken" => one(object, "path", "ServiceAccountToken"),
        "clusterTrustBundle" => {
            let name = object.get("name").as_text().or(object.get("signerName").as_text());
            let name = name.map_or("", |n| n.as_str());
            one(object, "path", &format!("ClusterTrustBundle {}", quoted(name)))
        }
        "podCertificate" => {
            let parts = [
                ("certificateChainPath", "PodCertificate chain"),
                ("keyPath", "PodCertificate key"),
                ("credentialBundlePath", "PodCertificate credential bundle"),
            ];
            let there = parts.into_iter().filter(|(field, _)| !object.get(field).is_empty());
            there.flat_map(|(field, shown)| one(object, field, shown)).collect()
        }
        _ => Vec::new(),
    }
}

fn one<'a>(object: &'a Value, field: &str, shown: &str) -> Vec<File<'a>> {
    [File { path: object.get(field).str(), source: shown.into() }].into()
}

fn overlaps(files: Vec<File<'_>>) -> Vec<String> {
    let (mut seen, mut out): (Vec<File<'_>>, Vec<String>) = (Vec::new(), Vec::new());
    for mut file in files {
        file.path = file.path.trim_end_matches('/');
        let hits = seen.iter().filter(|other| collide(other, &file));
        out.extend(hits.map(|other| format!("{} with {}", shown(&file), shown(other))));
        seen.push(file);
    }
    out
}

fn collide(a: &File<'_>, b: &File<'_>) -> bool {
    let below = |path: &str, top: &str| {
        path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    !a.path.is_empty() && !b.path.is_empty() && (below(a.path, b.path) || below(b.path, a.path))
}

fn shown(file: &File<'_>) -> String {
    match file.source.as_str() {
        "" => quoted(file.path),
        source => format!("{} ({source})", quoted(file.path)),
    }
}

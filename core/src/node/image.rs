//! Images: their full names, and what is known of the programs in them.

use crate::base::Text;
use crate::base::hash::sha256;
use alloc::format;
use alloc::string::String;

/// The name as the container runtime writes it: with registry and tag.
pub fn full_name(image: &str) -> String {
    let (first, deeper) = image.split_once('/').map_or((image, false), |(first, _)| (first, true));
    let registry = match deeper {
        false => "docker.io/library/",
        true if first.contains(['.', ':']) => "",
        true => "docker.io/",
    };
    let last = image.rsplit('/').next().unwrap_or(image);
    let tag = if last.contains(':') { "" } else { ":latest" };
    format!("{registry}{image}{tag}")
}

/// The image by its content, as the status of a container names it.
pub(super) fn id(image: &str) -> String {
    let full = full_name(image);
    let name = match full.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') && !tag.is_empty() => name,
        _ => full.as_str(),
    };
    format!("{name}@sha256:{}", sha256(image.as_bytes()))
}

/// There is no such image anywhere.
pub fn is_missing(image: &str) -> bool {
    image.contains("no-such-image")
}

/// The name without registry, tag and digest: `nigelpoulton/k8sbook`, `nginx`.
pub fn short_name(image: &str) -> &str {
    let image = image.split_once('@').map_or(image, |(name, _)| name);
    let name = match image.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => rest,
        _ => image,
    };
    let name = name.strip_prefix("library/").unwrap_or(name);
    match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => name,
    }
}

/// What the tag says: `latest` if there is none.
pub fn tag(image: &str) -> Text {
    let image = image.split_once('@').map_or(image, |(name, _)| name);
    match image.rsplit_once(':') {
        Some((_, tag)) if !tag.contains('/') => tag.into(),
        _ => "latest".into(),
    }
}

/// Whether the kubelet asks for the image though the node has it.
pub(super) fn is_always_pulled(policy: &str, image: &str) -> bool {
    policy == "Always" || policy.is_empty() && tag(image) == "latest"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_have_full_and_short_names() {
        for (image, full, short) in [
            ("nginx", "docker.io/library/nginx:latest", "nginx"),
            ("web:1", "docker.io/library/web:1", "web"),
            ("nigelpoulton/k8sbook:latest", "docker.io/nigelpoulton/k8sbook:latest", "nigelpoulton/k8sbook"),
            (
                "registry.k8s.io/e2e-test-images/agnhost:2.53",
                "registry.k8s.io/e2e-test-images/agnhost:2.53",
                "e2e-test-images/agnhost",
            ),
            ("localhost:5000/a", "localhost:5000/a:latest", "a"),
        ] {
            assert_eq!((full_name(image).as_str(), short_name(image)), (full, short), "{image}");
        }
    }

    #[test]
    fn an_image_is_named_by_its_content() {
        let hash = "8724d338e126049234c1d85057d87a9e9991a703bb402e390abba5dc99f26361";
        assert_eq!(id("web:1"), format!("docker.io/library/web@sha256:{hash}"));
    }
}

//! Where a volume comes from: each of the sources, one of which it must name.
//!
//! Models `validateVolumeSource` of `pkg/apis/core/validation/validation.go`.

use super::{claim, disks, files, paths};
use crate::base::field::{self, Errors};
use crate::base::names;
use crate::base::{Path, Value};
use crate::registry::check;
use crate::registry::pod::{Options, container};
use crate::registry::resources::quantity;
use alloc::format;

const ONE_TYPE: &str = "may not specify more than 1 volume type";
const HOST_PATH_TYPES: &[&str] =
    &["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];

pub(super) type SourceCheck = fn(&Path<'_>, &Value, &Options, &mut Errors);

/// A source: its field, the name under which upstream complains that it is one too many, the name under which it
/// complains about what is in it, and how it is checked.
struct Source {
    field: &'static str,
    shown: &'static str,
    at: &'static str,
    check: SourceCheck,
}

const fn source(field: &'static str, check: SourceCheck) -> Source {
    Source { field, shown: field, at: field, check }
}

const SOURCES: &[Source] = &[
    source("hostPath", host_path),
    source("gitRepo", disks::git_repo),
    Source { at: "persistentDisk", ..source("gcePersistentDisk", disks::gce) },
    source("awsElasticBlockStore", disks::aws),
    source("secret", files::secret),
    source("nfs", disks::nfs),
    source("iscsi", disks::iscsi),
    source("glusterfs", disks::glusterfs),
    source("flocker", disks::flocker),
    source("persistentVolumeClaim", |at, v, _, errors| check::required(v, "claimName", at, errors)),
    source("rbd", disks::rbd),
    source("cinder", disks::cinder),
    Source { shown: "cephFS", ..source("cephfs", disks::cephfs) },
    source("quobyte", disks::quobyte),
    Source { shown: "downwarAPI", ..source("downwardAPI", files::downward_api) },
    source("fc", disks::fc),
    source("flexVolume", disks::flex),
    source("configMap", files::config_map),
    source("azureFile", disks::azure_file),
    source("vsphereVolume", disks::vsphere),
    source("photonPersistentDisk", disks::photon),
    source("portworxVolume", disks::portworx),
    source("azureDisk", disks::azure_disk),
    source("storageos", disks::storage_os),
    source("projected", files::projected),
    source("scaleIO", disks::scale_io),
    source("csi", csi),
    source("ephemeral", ephemeral),
    source("image", image),
];

/// The volumes of a pod; the name of the pod is known unless it is a template. Answers those that are valid.
pub(in crate::registry) fn check<'a>(
    at: &Path<'_>,
    volumes: &'a Value,
    pod_name: Option<&str>,
    options: &Options,
    errors: &mut Errors,
) -> Volumes<'a> {
    let mut valid = Volumes::default();
    let pod_name = pod_name.filter(|name| !name.is_empty());
    let made_for = |claim: &str| {
        let own = claim.strip_prefix(pod_name?)?.strip_prefix('-')?;
        volumes.items().iter().find(|v| v.get("name").str() == own && !v.get("ephemeral").is_null())
    };
    for (i, volume) in volumes.items().iter().enumerate() {
        let at = at / i;
        let (name, before) = (volume.get("name").str(), errors.len());
        check_source(&at, volume, pod_name, options, errors);
        match name {
            "" => errors.push(field::required(&(&at / "name"), "")),
            name => check::complain(&(&at / "name"), name, names::dns1123_label(name), errors),
        }
        if valid.get(name).is_some() {
            errors.push(field::duplicate(&(&at / "name"), name));
        }
        if errors.len() == before {
            valid.0.push((name, volume));
        }
        let claim = volume.at(&["persistentVolumeClaim", "claimName"]).str();
        if made_for(claim).is_some() {
            let detail = "must not reference a PVC that gets created for an ephemeral volume";
            let at = &at / "persistentVolumeClaim";
            errors.push(field::invalid(&(&at / "claimName"), claim, detail));
        }
    }
    valid
}

/// The volumes that containers can mount, by their names.
#[derive(Debug, Default)]
pub(in crate::registry) struct Volumes<'a>(alloc::vec::Vec<(&'a str, &'a Value)>);

impl<'a> Volumes<'a> {
    pub(in crate::registry) fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.iter().find(|(n, _)| *n == name).map(|(_, v)| *v)
    }
}

fn check_source(
    at: &Path<'_>,
    volume: &Value,
    pod_name: Option<&str>,
    options: &Options,
    errors: &mut Errors,
) {
    let mut count = 0;
    let empty = volume.get("emptyDir");
    if !empty.is_null() {
        count += 1;
        empty_dir(&(at / "emptyDir"), empty, errors);
    }
    let name = volume.get("name").str();
    for source in SOURCES {
        let value = volume.get(source.field);
        if value.is_null() {
            continue;
        }
        if count > 0 {
            errors.push(field::forbidden(&(at / source.shown), ONE_TYPE));
        } else {
            count += 1;
            (source.check)(&(at / source.at), value, options, errors);
            if let ("ephemeral", Some(pod)) = (source.field, pod_name.filter(|_| !name.is_empty())) {
                let claim = format!("{pod}-{name}");
                let complaints = names::dns1123_subdomain(&claim).into_iter();
                let complaints = complaints.map(|c| format!("PVC name {}: {c}", field::quoted(&claim)));
                check::complain(&(at / "name"), name, complaints.collect(), errors);
            }
        }
        if source.field == "iscsi" {
            disks::iscsi_length(at, value, name, errors);
        }
    }
    if count == 0 {
        errors.push(field::required(at, "must specify a volume type"));
    }
}

fn empty_dir(at: &Path<'_>, dir: &Value, errors: &mut Errors) {
    if dir.get("sizeLimit").as_text().is_some() && quantity(dir.get("sizeLimit")).value < 0 {
        let detail = "SizeLimit field must be a valid resource quantity";
        errors.push(field::forbidden(&(at / "sizeLimit"), detail));
    }
    if let Some(mode) = dir.get("mode").as_int().filter(|m| !(0..=0o1777).contains(m)) {
        let detail = "must be a number between 0 and 01777 (octal), both inclusive";
        errors.push(field::invalid(&(at / "mode"), mode, detail));
    }
}

pub(super) fn host_path(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    match source.get("path").str() {
        "" => errors.push(field::required(&(at / "path"), "")),
        path => {
            paths::no_backsteps(&(at / "path"), path, errors);
            check::one_of_if_any(&(at / "type"), source.get("type"), HOST_PATH_TYPES, errors);
        }
    }
}

fn csi(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    super::csi_driver_name(&(at / "driver"), source.get("driver").str(), errors);
    let secret = source.get("nodePublishSecretRef");
    if secret.is_null() {
        return;
    }
    match secret.get("name").str() {
        "" => errors.push(field::required(&(&(at / "nodePublishSecretRef") / "name"), "")),
        name => check::complain(&(at / "name"), name, names::dns1123_subdomain(name), errors),
    }
}

fn ephemeral(at: &Path<'_>, source: &Value, _: &Options, errors: &mut Errors) {
    let (at, template) = (at / "volumeClaimTemplate", source.get("volumeClaimTemplate"));
    if template.is_null() {
        errors.push(field::required(&at, ""));
    } else {
        claim::check_template(&at, template, errors);
    }
}

fn image(at: &Path<'_>, source: &Value, options: &Options, errors: &mut Errors) {
    if !options.allow_empty_image_reference {
        check::required(source, "reference", at, errors);
    }
    container::pull_policy(&(at / "pullPolicy"), source.get("pullPolicy").str(), errors);
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    #[test]
    fn each_source_stands_in_the_table_once() {
        let fields: BTreeSet<_> = SOURCES.iter().map(|s| s.field).collect();
        assert_eq!(fields.len(), SOURCES.len());
    }
}

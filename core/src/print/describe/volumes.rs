//! The volumes of pods, and where persistent volumes come from.
//!
//! Models `describeVolumes` of `k8s.io/kubectl/pkg/describe/describe.go`.

use super::containers::is_pod;
use super::template::{self, Around};
use super::{Lines, filters};
use crate::base::{Value, sort};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A source of volumes: its field, its kind, what that is, and its values.
type Source = (&'static str, &'static str, &'static str, &'static str);

const DIRECTORY: &str = "bare host directory volume";
const CSI: &str = "a Container Storage Interface (CSI) volume source";
const ISCSI: &str = "\
    TargetPortal:\t{targetPortal}
    IQN:\t{iqn}
    Lun:\t{lun|n}
    ISCSIInterface\t{iscsiInterface}
    FSType:\t{fsType}
    ReadOnly:\t{readOnly|bool}
    Portals:\t{portals|go}
    DiscoveryCHAPAuth:\t{chapAuthDiscovery|bool}
    SessionCHAPAuth:\t{chapAuthSession|bool}
    SecretRef:\t{secretRef|reference}
    InitiatorName:\t{initiatorName|none-set}
";
const RBD: &str = "\
    CephMonitors:\t{monitors|go}
    RBDImage:\t{image}
    FSType:\t{fsType}
    RBDPool:\t{pool}
    RadosUser:\t{user}
    Keyring:\t{keyring}
    SecretRef:\t{secretRef|reference}
    ReadOnly:\t{readOnly|bool}
";

/// In the order in which they are looked for.
const SOURCES: &[Source] = &[
    ("hostPath", "HostPath", DIRECTORY, "    Path:\t{path}\n    HostPathType:\t{type|none-set}\n"),
    (
        "emptyDir",
        "EmptyDir",
        "a temporary directory that shares a pod's lifetime",
        "    Medium:\t{medium}\n    SizeLimit:\t{sizeLimit|size-limit}\n",
    ),
    (
        "gcePersistentDisk",
        "GCEPersistentDisk",
        "a Persistent Disk resource in Google Compute Engine",
        "    PDName:\t{pdName}\n    FSType:\t{fsType}\n    Partition:\t{partition|n}\n    ReadOnly:\t{readOnly|bool}\n",
    ),
    (
        "awsElasticBlockStore",
        "AWSElasticBlockStore",
        "a Persistent Disk resource in AWS",
        "    VolumeID:\t{volumeID}\n    FSType:\t{fsType}\n    Partition:\t{partition|n}\n    ReadOnly:\t{readOnly|bool}\n",
    ),
    (
        "gitRepo",
        "GitRepo",
        "a volume that is pulled from git when the pod is created",
        "    Repository:\t{repository}\n    Revision:\t{revision}\n",
    ),
    (
        "secret",
        "Secret",
        "a volume populated by a Secret",
        "    SecretName:\t{secretName}\n    Optional:\t{optional|bool}\n",
    ),
    (
        "configMap",
        "ConfigMap",
        "a volume populated by a ConfigMap",
        "    Name:\t{name}\n    Optional:\t{optional|bool}\n",
    ),
    (
        "nfs",
        "NFS",
        "an NFS mount that lasts the lifetime of a pod",
        "    Server:\t{server}\n    Path:\t{path}\n    ReadOnly:\t{readOnly|bool}\n",
    ),
    (
        "iscsi",
        "ISCSI",
        "an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod",
        ISCSI,
    ),
    (
        "glusterfs",
        "Glusterfs",
        "a Glusterfs mount on the host that shares a pod's lifetime",
        "    EndpointsName:\t{endpoints}\n@endpoints-namespace\n    Path:\t{path}\n    ReadOnly:\t{readOnly|bool}\n",
    ),
    (
        "persistentVolumeClaim",
        "PersistentVolumeClaim",
        "a reference to a PersistentVolumeClaim in the same namespace",
        "    ClaimName:\t{claimName}\n    ReadOnly:\t{readOnly|bool}\n",
    ),
    (
        "ephemeral",
        "EphemeralVolume",
        "an inline specification for a volume that gets created and deleted with the pod",
        "\
[volumeClaimTemplate
    StorageClass:\t{|class}
    Volume:\t{spec.volumeName}
    Labels:\t{metadata.labels|each-label|nested}
    Annotations:\t{metadata.annotations|each-annotation|nested}
    Capacity:\t
    Access Modes:\t
?    VolumeMode:\t{spec.volumeMode}
[spec.dataSource
    DataSource:
?      APIGroup:\t{apiGroup}
      Kind:\t{kind}
      Name:\t{name}
]
]
",
    ),
    ("rbd", "RBD", "a Rados Block Device mount on the host that shares a pod's lifetime", RBD),
    (
        "quobyte",
        "Quobyte",
        "a Quobyte mount on the host that shares a pod's lifetime",
        "    Registry:\t{registry}\n    Volume:\t{volume}\n    ReadOnly:\t{readOnly|bool}\n",
    ),
    (
        "downwardAPI",
        "DownwardAPI",
        "a volume populated by information about the pod",
        "    Items:\n[items\n?      {fieldRef.fieldPath} -> {path}\n?      {resourceFieldRef.resource} -> {path}\n]\n",
    ),
    (
        "azureDisk",
        "AzureDisk",
        "an Azure Data Disk mount on the host and bind mount to the pod",
        "\
    DiskName:\t{diskName}
    DiskURI:\t{diskURI}
    Kind: \t{kind}
    FSType:\t{fsType}
    CachingMode:\t{cachingMode}
    ReadOnly:\t{readOnly|bool}
",
    ),
    (
        "vsphereVolume",
        "vSphereVolume",
        "a Persistent Disk resource in vSphere",
        "    VolumePath:\t{volumePath}\n    FSType:\t{fsType}\n    StoragePolicyName:\t{storagePolicyName}\n",
    ),
    (
        "cinder",
        "Cinder",
        "a Persistent Disk resource in OpenStack",
        "    VolumeID:\t{volumeID}\n    FSType:\t{fsType}\n    ReadOnly:\t{readOnly|bool}\n    SecretRef:\t{secretRef|reference}\n",
    ),
    (
        "photonPersistentDisk",
        "PhotonPersistentDisk",
        "a Persistent Disk resource in photon platform",
        "    PdID:\t{pdID}\n    FSType:\t{fsType}\n",
    ),
    ("portworxVolume", "PortworxVolume", "a Portworx Volume resource", "    VolumeID:\t{volumeID}\n"),
    (
        "scaleIO",
        "ScaleIO",
        "a persistent volume backed by a block device in ScaleIO",
        "\
    Gateway:\t{gateway}
    System:\t{system}
    Protection Domain:\t{protectionDomain}
    Storage Pool:\t{storagePool}
    Storage Mode:\t{storageMode}
    VolumeName:\t{volumeName}
@secret-name
    FSType:\t{fsType}
    ReadOnly:\t{readOnly|bool}
",
    ),
    ("local", "LocalVolume", "a persistent volume backed by local storage on a node", "    Path:\t{path}\n"),
    (
        "cephfs",
        "CephFS",
        "a CephFS mount on the host that shares a pod's lifetime",
        "\
    Monitors:\t{monitors|go}
    Path:\t{path}
    User:\t{user}
    SecretFile:\t{secretFile}
    SecretRef:\t{secretRef|reference}
    ReadOnly:\t{readOnly|bool}
",
    ),
    (
        "storageos",
        "StorageOS",
        "a StorageOS Persistent Disk resource",
        "    VolumeName:\t{volumeName}\n    VolumeNamespace:\t{volumeNamespace}\n    FSType:\t{fsType}\n    ReadOnly:\t{readOnly|bool}\n",
    ),
    (
        "fc",
        "FC",
        "a Fibre Channel disk",
        "    TargetWWNs:\t{targetWWNs|list}\n    LUN:\t{lun|none-set}\n    FSType:\t{fsType}\n    ReadOnly:\t{readOnly|bool}\n",
    ),
    (
        "azureFile",
        "AzureFile",
        "an Azure File Service mount on the host and bind mount to the pod",
        "    SecretName:\t{secretName}\n@secret-namespace\n    ShareName:\t{shareName}\n    ReadOnly:\t{readOnly|bool}\n",
    ),
    (
        "flexVolume",
        "FlexVolume",
        "a generic volume resource that is provisioned/attached using an exec based plugin",
        "\
    Driver:\t{driver}
    FSType:\t{fsType}
    SecretRef:\t{secretRef|reference}
    ReadOnly:\t{readOnly|bool}
    Options:\t{options|go-map}
",
    ),
    (
        "flocker",
        "Flocker",
        "a Flocker volume mounted by the Flocker agent",
        "    DatasetName:\t{datasetName}\n    DatasetUUID:\t{datasetUUID}\n",
    ),
    ("projected", "Projected", "a volume that contains injected data from multiple sources", PROJECTED),
    (
        "csi",
        "CSI",
        CSI,
        "\
    Driver:\t{driver}
    FSType:\t{fsType}
?    VolumeHandle:\t{volumeHandle}
    ReadOnly:\t{readOnly|bool}
    VolumeAttributes:\t{volumeAttributes|attributes}
",
    ),
    (
        "image",
        "Image",
        "a container image or OCI artifact",
        "    Reference:\t{reference}\n    PullPolicy:\t{pullPolicy}\n",
    ),
];

const PROJECTED: &str = "\
[sources
[secret
    SecretName:\t{name}
    Optional:\t{optional|bool}
]
(downwardAPI
    DownwardAPI:\ttrue
)
[configMap
    ConfigMapName:\t{name}
    Optional:\t{optional|bool}
]
[serviceAccountToken
    TokenExpirationSeconds:\t{expirationSeconds|n}
]
]
";

/// The volumes of a pod's spec.
pub(super) fn all(out: &mut Lines, spec: &Value, around: &mut Around<'_>) {
    let (space, indent) = if is_pod(&around.root) { ("", "") } else { ("  ", " ") };
    let volumes = spec.get("volumes").items();
    let none = if volumes.is_empty() { "\t<none>" } else { "" };
    out.line(&format!("{space}Volumes:{none}"));
    for volume in volumes {
        out.line(&format!("  {indent}{}:", volume.get("name").str()));
        source(out, volume, around);
    }
}

/// The source that a volume has.
pub(super) fn source(out: &mut Lines, volume: &Value, around: &mut Around<'_>) {
    let found = SOURCES.iter().find_map(|s| Some((s, volume.find(s.0).filter(|v| !v.is_null())?)));
    let Some(((_, kind, what, template), source)) = found else { return out.line("  <unknown>") };
    out.line(&format!("    Type:\t{kind} ({what})"));
    template::write(out, template, source, around);
}

/// What is said of sources only where they belong to persistent volumes.
pub(super) fn of_persistent(out: &mut Lines, template: &str, source: &Value, around: &mut Around<'_>) {
    if around.root.get("kind").str() == "PersistentVolume" {
        template::write(out, template, source, around);
    }
}

/// A reference to a secret, as Go prints it.
pub(super) fn reference(reference: &Value) -> String {
    let (name, namespace) = (reference.get("name").str(), reference.find("namespace"));
    match (reference, namespace) {
        (Value::Null, _) => "nil".to_string(),
        (_, None) => format!("&LocalObjectReference{{Name:{name},}}"),
        (_, Some(space)) => format!("&SecretReference{{Name:{name},Namespace:{},}}", space.str()),
    }
}

/// Models `printCSIPersistentVolumeAttributesMultiline`.
pub(super) fn attributes(map: &Value) -> String {
    const MAX: usize = 140;
    let mut entries = map.entries().iter().collect::<Vec<_>>();
    sort::by(&mut entries, |a, b| a.0.cmp(&b.0));
    let line = |(key, value): &(_, Value)| filters::cut(&format!("{key}={}", value.str()), MAX);
    let lines = entries.into_iter().map(|entry| line(&(entry.0.as_str(), entry.1.clone())));
    let lines = lines.collect::<Vec<String>>();
    if lines.is_empty() { "<none>".to_string() } else { format!("    {}", lines.join("\n    \t    ")) }
}

/// Models `printVolumeNodeAffinity`.
pub(super) fn node_affinity(out: &mut Lines, volume: &Value, _: &mut Around<'_>) {
    let required = volume.at(&["spec", "nodeAffinity", "required"]);
    if required.is_null() {
        return out.line("Node Affinity:\t<none>");
    }
    out.line("Node Affinity:\t");
    match required.get("nodeSelectorTerms").items() {
        [] => out.line("  Required Terms:\t<none>"),
        all => {
            out.line("  Required Terms:\t");
            terms(out, all, "matchExpressions", "    ");
        }
    }
}

/// Models `printAllowedTopologies`.
pub(super) fn allowed_topologies(out: &mut Lines, class: &Value, _: &mut Around<'_>) {
    let all = class.get("allowedTopologies").items();
    if !all.is_empty() {
        out.line("AllowedTopologies:\t");
        terms(out, all, "matchLabelExpressions", "  ");
    }
}

fn terms(out: &mut Lines, all: &[Value], field: &str, indent: &str) {
    for (i, term) in all.iter().enumerate() {
        out.line(&format!("{indent}Term {i}:\t{}", filters::terms(term.get(field))));
    }
}

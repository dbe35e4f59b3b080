//! Volumes, claims to them and their classes.
//!
//! Models `k8s.io/kubectl/pkg/describe/describe.go`.

use super::{Kind, kind};

pub(super) const KINDS: &[Kind] = &[
    kind("", "PersistentVolume", VOLUME),
    kind("", "PersistentVolumeClaim", CLAIM),
    kind("storage.k8s.io", "StorageClass", CLASS),
    kind("storage.k8s.io", "VolumeAttributesClass", ATTRIBUTES_CLASS),
    kind("storage.k8s.io", "CSINode", CSI_NODE),
];

const VOLUME: &str = "\
@cluster-head
Finalizers:\t{metadata.finalizers|go}
StorageClass:\t{|class}
Status:\t{|status}
(!spec.claimRef
Claim:\t
)
[spec.claimRef
Claim:\t{namespace}/{name}
]
Reclaim Policy:\t{spec.persistentVolumeReclaimPolicy}
Access Modes:\t{spec.accessModes|access-modes}
?VolumeMode:\t{spec.volumeMode}
Capacity:\t{spec.capacity.storage|amount}
@node-affinity
Message:\t{status.message}
Source:
@source
";

const CLAIM: &str = "\
Name:\t{metadata.name}
Namespace:\t{metadata.namespace}
StorageClass:\t{|class}
Status:\t{|status}
Volume:\t{spec.volumeName}
@labels
Finalizers:\t{metadata.finalizers|go}
(!spec.volumeName
Capacity:\t
Access Modes:\t
)
(spec.volumeName
Capacity:\t{status.capacity.storage|amount}
Access Modes:\t{status.accessModes|access-modes}
)
?VolumeMode:\t{spec.volumeMode}
[spec.dataSource
DataSource:
?  APIGroup:\t{apiGroup}
  Kind:\t{kind}
  Name:\t{name}
]
@used-by
(status.conditions
Conditions:
  Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage
  ----\t------\t-----------------\t------------------\t------\t-------
[status.conditions
  {type} \t{status} \t{lastProbeTime|date} \t{lastTransitionTime|date} \t{reason} \t{message}
]
)
";

const CLASS: &str = "\
Name:\t{metadata.name}
IsDefaultClass:\t{metadata.annotations|default-class}
Annotations:\t{metadata.annotations|labels}
Provisioner:\t{provisioner}
Parameters:\t{parameters|labels}
AllowVolumeExpansion:\t{allowVolumeExpansion|Bool}
MountOptions:{mountOptions|tab-none}
[mountOptions
  {}
]
?ReclaimPolicy:\t{reclaimPolicy}
?VolumeBindingMode:\t{volumeBindingMode}
@allowed-topologies
";

const ATTRIBUTES_CLASS: &str = "\
Name:\t{metadata.name}
Annotations:\t{metadata.annotations|labels}
DriverName:\t{driverName}
Parameters:\t{parameters|labels}
";

const CSI_NODE: &str = "\
@cluster-head
@created
Spec:
(spec.drivers
  Drivers:
[spec.drivers
    {name}:
      Node ID:\t{nodeID}
(allocatable.count
      Allocatables:
        Count:\t{allocatable.count}
)
(topologyKeys
      Topology Keys:\t{topologyKeys|go}
)
]
)
";

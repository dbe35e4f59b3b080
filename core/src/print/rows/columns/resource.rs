//! The columns of `resource.k8s.io`, with what the documentation of the API says of them.
//!
//! Models `AddHandlers` of `pkg/printers/internalversion/printers.go`.

use super::{AGE, Column, NAME};

pub(in crate::print::rows) const DEVICE_CLASS: &[Column] = &[NAME, AGE];

pub(in crate::print::rows) const RESOURCE_CLAIM: &[Column] = &[
    NAME,
    Column::new("State", "string", "A summary of the current state (allocated, pending, reserved, etc.)."),
    AGE,
];

pub(in crate::print::rows) const RESOURCE_CLAIM_TEMPLATE: &[Column] = &[NAME, AGE];

pub(in crate::print::rows) const RESOURCE_SLICE: &[Column] = &[
    NAME,
    Column::new(
        "Node",
        "string",
        "NodeName identifies the node which provides the resources in this pool. A field selector can be used to list only ResourceSlice objects belonging to a certain node.\n\nThis field can be used to limit access from nodes to ResourceSlices with the same node name. It also indicates to autoscalers that adding new nodes of the same type as some old node might also make new resources available.\n\nExactly one of NodeName, NodeSelector, AllNodes, and PerDeviceNodeSelection must be set. This field is immutable.",
    ),
    Column::new(
        "Driver",
        "string",
        "Driver identifies the DRA driver providing the capacity information. A field selector can be used to list only ResourceSlice objects with a certain driver name.\n\nMust be a DNS subdomain and should end with a DNS domain owned by the vendor of the driver. It should use only lower case characters. This field is immutable.",
    ),
    Column::new(
        "Pool",
        "string",
        "Name is used to identify the pool. For node-local devices, this is often the node name, but this is not required. A field selector can be used to list only ResourceSlice objects belonging to a certain pool.\n\nIt must not be longer than 253 characters and must consist of one or more DNS sub-domains separated by slashes. This field is immutable.",
    ),
    AGE,
];

pub(in crate::print::rows) const DEVICE_TAINT_RULE: &[Column] = &[
    NAME,
    Column::new("Key", "string", "The taint key to be applied to a device. Must be a label name."),
    Column::new("Value", "string", "The taint value corresponding to the taint key. Must be a label value."),
    Column::new(
        "Effect",
        "string",
        "The effect of the taint on claims that do not tolerate the taint and through such claims on the pods using them.\n\nValid effects are None, NoSchedule and NoExecute. PreferNoSchedule as used for nodes is not valid here. More effects may get added in the future. Consumers must treat unknown effects like None.",
    ),
    Column::new(
        "TimeAdded",
        "string",
        "TimeAdded represents the time at which the taint was added or (only in a DeviceTaintRule) the effect was modified. Added automatically during create or update if not set.\n\nIn addition, in a DeviceTaintRule a value provided during an update gets replaced with the current time if the provided value is the same as the old one and the new effect is different. Changing the key and/or value while keeping the effect unchanged is possible and does not update the time stamp because the eviction which uses it is either already started (NoExecute) or not started yet (NoEffect, NoSchedule).",
    ),
    AGE,
];

pub(in crate::print::rows) const STORAGE_VERSION_MIGRATION: &[Column] = &[
    Column::new(
        "Name",
        "string",
        "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
    ),
    Column::new("Resource", "string", "GroupResource to migrate"),
    Column::new("Status", "string", "Status of the migration"),
];

//! Typed views of the objects that the engine reads: one kind a file, thin.
//!
//! A view borrows the canonical JSON of an object and reads a field when it is asked for it. What a field may not be
//! was checked when the object was written, so a view has no errors: what is missing or odd reads as absent.

pub mod endpoint_slice;
pub mod meta;
pub mod namespace;
pub mod node;
pub mod pod;
pub mod port;
pub mod service;

pub use endpoint_slice::{Endpoint, EndpointPort, EndpointSlice};
pub use meta::Meta;
pub use namespace::Namespace;
pub use node::Node;
pub use pod::{Container, ContainerPort, Pod};
pub use port::{Port, Protocol};
pub use service::{Service, ServicePort, ServiceType, TargetPort};

/// The names under which the store keeps what is viewed here.
pub mod resource {
    pub const ENDPOINT_SLICES: &str = "endpointslices.discovery.k8s.io";
    pub const NAMESPACES: &str = "namespaces";
    pub const NODES: &str = "nodes";
    pub const PODS: &str = "pods";
    pub const SERVICES: &str = "services";
    pub const SERVICE_CIDRS: &str = "servicecidrs.networking.k8s.io";
}

//! The ports and endpoints of EndpointSlices, as both controllers that write slices see them.
//!
//! Models `k8s.io/endpointslice/util` (`NewPortMapKey`) and the types of `k8s.io/api/discovery/v1`.

use super::hash::Dump;
use super::tracker::{MANAGED_BY, SERVICE_NAME, SLICES};
use crate::base::sort;
use crate::base::{Selector, Text, Value, names};
use crate::store::{Object, Store};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A port of a slice. Those that others write may lack anything.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Port {
    pub(super) name: Option<Text>,
    pub(super) protocol: Option<Text>,
    pub(super) number: Option<i64>,
    pub(super) app_protocol: Option<Text>,
}

/// The ports that all endpoints of a slice have, in the order of their hashes: what slices are told apart by.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ports(Vec<Port>);

impl Ports {
    pub(super) fn new(mut ports: Vec<Port>) -> Ports {
        if ports.len() > 1 {
            sort::by_cached_key(&mut ports, Port::hash);
        }
        Ports(ports)
    }

    pub(super) fn of(slice: &Object) -> Ports {
        Ports::new(slice.value().get("ports").items().iter().map(Port::read).collect())
    }

    /// As it is stored: null for none.
    pub(super) fn value(&self) -> Value {
        if self.0.is_empty() { Value::Null } else { Value::list(self.0.iter().map(Port::value)) }
    }
}

impl Port {
    fn read(value: &Value) -> Port {
        let text = |field: &str| value.get(field).as_text().cloned();
        Port {
            name: text("name"),
            protocol: text("protocol"),
            number: value.get("port").as_int(),
            app_protocol: text("appProtocol"),
        }
    }

    fn value(&self) -> Value {
        let fields = [
            ("name", Value::from(self.name.as_ref())),
            ("protocol", self.protocol.as_ref().into()),
            ("port", self.number.into()),
            ("appProtocol", self.app_protocol.as_ref().into()),
        ];
        Value::map(fields.into_iter().filter(|(_, v)| !v.is_null()))
    }

    fn hash(&self) -> u128 {
        let mut dump = Dump::new();
        dump.raw("(v1.EndpointPort){");
        dump.pointer("Name", "*string", self.name.as_ref()).raw(" ");
        dump.pointer("Protocol", "*v1.Protocol", self.protocol.as_ref()).raw(" ");
        dump.number("Port", "*int32", self.number).raw(" ");
        dump.pointer("AppProtocol", "*string", self.app_protocol.as_ref()).raw("}").sum()
    }
}

/// The slices of a Service that a controller manages, in the order of their names.
pub(super) fn slices_of<'a>(
    store: &'a Store,
    namespace: &'a str,
    selector: &'a Selector,
) -> Vec<&'a Arc<Object>> {
    store.select(SLICES, namespace, selector).collect()
}

/// Selects the slices of the Service `name` that `manager` manages.
pub(super) fn managed(name: &Text, manager: &str) -> Selector {
    Selector::from_map(&Value::map([(SERVICE_NAME, Value::from(name)), (MANAGED_BY, manager.into())]))
}

/// What the names of the slices of `name` begin with.
///
/// Models `getEndpointSlicePrefix`.
pub(super) fn name_prefix(name: &Text) -> String {
    let prefix = format!("{name}-");
    let fits = names::dns1123_subdomain(&names::mask_trailing_dash(&prefix)).is_empty();
    if fits { prefix } else { name.as_str().into() }
}

/// The reference by which a slice belongs to `owner`, an object of `v1`.
pub(super) fn controller_reference(owner: &Object, kind: &str) -> Value {
    Value::map([
        ("apiVersion", Value::from("v1")),
        ("kind", kind.into()),
        ("name", owner.name().into()),
        ("uid", owner.metadata().get("uid").into()),
        ("controller", true.into()),
        ("blockOwnerDeletion", true.into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `fnv.New128a` sums up of `dump.ForHash`, printed by a Go program.
    #[test]
    fn ports_have_the_hashes_that_go_gives_them() {
        let text = |s: &str| Some(Text::from(s));
        let http = Port { name: text("http"), protocol: text("TCP"), number: Some(8080), app_protocol: None };
        let any = Port {
            name: text(""),
            protocol: text("UDP"),
            number: None,
            app_protocol: text("kubernetes.io/h2c"),
        };
        assert_eq!(http.hash(), 0x0e87_4d56_7709_0ee5_c32a_fa85_f637_c347);
        assert_eq!(any.hash(), 0x45c2_7b0f_90ce_36f5_1bff_705e_9cc0_d9bf);
    }
}

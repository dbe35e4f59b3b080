//! `kubectl describe`
//!
//! Models `k8s.io/kubectl/pkg/cmd/describe`.

use super::args::{Flag, switch, value};
use super::builder::{Asked, asked, namespace};
use super::client::Client;
use super::console::{Failure, Printed};
use super::run::Call;
use crate::api::{mapping, url};
use crate::base::Value;
use crate::print::describe;
use crate::schema::Resource;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const FLAGS: &[Flag] =
    &[value("selector", "l"), switch("all-namespaces", "A"), switch("show-events", "")];

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    if args.words.is_empty() {
        let hint = "Use \"kubectl api-resources\" for a complete list of supported resources.";
        return Err(Failure::own(format!("You must specify the type of resource to describe. {hint}")));
    }
    let everywhere = args.is_on("all-namespaces");
    let space = if everywhere { "" } else { namespace(args) };
    let with_events = args.find("show-events") != Some("false");
    let mut failures = Vec::<Failure>::new();
    let mut texts = Vec::new();
    for Asked { resource, names } in asked(&client.server.schema, &args.words)? {
        if names.is_empty() {
            let path = mapping::path(&resource, space, "");
            let path = format!("{path}?labelSelector={}", url::escaped(args.get("selector")));
            for object in client.call("GET", path, "", None)?.get("items").items() {
                texts.push(text(client, &resource, object, with_events)?);
            }
        }
        for name in &names {
            match client.call("GET", mapping::path(&resource, space, name), "", None) {
                Ok(object) => texts.push(text(client, &resource, &object, with_events)?),
                Err(status) if status.code == 404 => {
                    let matching = matching(client, &resource, space, name)?;
                    if matching.is_empty() {
                        failures.push(status.into());
                    }
                    // those found by the beginning of their name are shown without events
                    matching.iter().for_each(|m| out.stdout.push_str(&format!("{m}\n")));
                }
                Err(status) => failures.push(status.into()),
            }
        }
    }
    out.stdout.push_str(&texts.join("\n\n"));
    out.warn(client);
    if out.stdout.is_empty() && failures.is_empty() {
        let place = if everywhere { String::new() } else { format!(" in {space} namespace.") };
        out.note(&format!("No resources found{place}"));
    }
    failures.iter().for_each(|failure| out.fail(failure));
    Ok(())
}

/// Those whose name begins so.
fn matching(
    client: &mut Client<'_>,
    resource: &Resource,
    space: &str,
    start: &str,
) -> Result<Vec<String>, Failure> {
    let list = client.call("GET", mapping::path(resource, space, ""), "", None)?;
    let begins = |o: &&Value| o.at(&["metadata", "name"]).str().starts_with(start);
    list.get("items").items().iter().filter(begins).map(|o| text(client, resource, o, false)).collect()
}

fn text(
    client: &mut Client<'_>,
    resource: &Resource,
    object: &Value,
    with_events: bool,
) -> Result<String, Failure> {
    let metadata = object.get("metadata");
    let (space, name) = (metadata.get("namespace").str().to_string(), metadata.get("name").str());
    let mut lines = match resource.kind.as_str() {
        "Service" => {
            let path =
                format!("/apis/discovery.k8s.io/v1/namespaces/{}/endpointslices", url::escaped(&space));
            let of_service = url::escaped(&format!("kubernetes.io/service-name={name}"));
            let list = client.call("GET", format!("{path}?labelSelector={of_service}"), "", None)?;
            describe::service(object, list.get("items").items())
        }
        "Endpoints" => describe::endpoints(object),
        "EndpointSlice" => describe::slice(object),
        kind => {
            return Err(Failure::own(format!(
                "svcscope does not have \"kubectl describe\" for {kind} objects"
            )));
        }
    };
    if with_events {
        let path = format!("/api/v1/namespaces/{}/events", url::escaped(&space));
        let about = format!("involvedObject.name={name},involvedObject.uid={}", metadata.get("uid").str());
        let path = format!("{path}?fieldSelector={}", url::escaped(&about));
        let list = client.call("GET", path, "", None)?;
        describe::events(&mut lines, list.get("items").items(), client.server.now);
    }
    Ok(lines.finish())
}

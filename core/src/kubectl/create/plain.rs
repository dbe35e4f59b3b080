//! `kubectl create namespace`, `serviceaccount`, `quota`, `poddisruptionbudget`, `priorityclass` and `token`
//!
//! Models the files of those names in `k8s.io/kubectl/pkg/cmd/create`.

use super::{Client, Done, Failure, Printed, cluster_object, make, new_object, texts};
use crate::base::{Duration, Quantity, Status, Value};
use crate::kubectl::args::{Flag, small_number, switch, time, value};
use crate::kubectl::builder::namespace;
use crate::kubectl::run::Call;
use crate::kubectl::selectors;
use alloc::format;
use alloc::vec::Vec;

pub const QUOTA: &[Flag] = &[value("hard", ""), value("scopes", "")];
pub const BUDGET: &[Flag] =
    &[value("min-available", ""), value("max-unavailable", ""), value("selector", "")];
pub const PRIORITY: &[Flag] = &[
    small_number("value"),
    switch("global-default", ""),
    value("description", ""),
    value("preemption-policy", ""),
];
pub const TOKEN: &[Flag] = &[
    value("audience", ""),
    time("duration"),
    value("bound-object-kind", ""),
    value("bound-object-name", ""),
    value("bound-object-uid", ""),
];

const BOUND: &[(&str, &str)] = &[("Node", "v1"), ("Pod", "v1"), ("Secret", "v1")];

pub fn name_space(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let generate = |_: &mut Client<'_>, _: &Call<'_>, name: &str, _: &mut Printed| {
        Ok(cluster_object("v1", "Namespace", name))
    };
    make(client, call, out, generate, Failure::from)
}

pub fn service_account(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let generate = |_: &mut Client<'_>, call: &Call<'_>, name: &str, _: &mut Printed| {
        Ok(new_object(call, "v1", "ServiceAccount", name))
    };
    make(client, call, out, generate, |s| failed("serviceaccount", &s))
}

pub fn quota(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    make(client, call, out, new_quota, |s| failed("quota", &s))
}

pub fn budget(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    make(client, call, out, new_budget, |s| failed("poddisruptionbudgets", &s))
}

pub fn priority_class(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let generate = |_: &mut Client<'_>, call: &Call<'_>, name: &str, _: &mut Printed| {
        let args = &call.args;
        let mut object = cluster_object("scheduling.k8s.io/v1", "PriorityClass", name);
        object.set("value", args.int("value").unwrap_or_default());
        object.set("globalDefault", args.is_on("global-default"));
        object.set("description", args.get("description"));
        object.set("preemptionPolicy", args.find("preemption-policy").unwrap_or("PreemptLowerPriority"));
        Ok(object)
    };
    make(client, call, out, generate, |s| failed("priorityclass", &s))
}

fn failed(what: &str, status: &Status) -> Failure {
    Failure::own(format!("failed to create {what}: {}", status.message))
}

fn new_quota(_: &mut Client<'_>, call: &Call<'_>, name: &str, _: &mut Printed) -> Result<Value, Failure> {
    let mut object = new_object(call, "v1", "ResourceQuota", name);
    for statement in call.args.get("hard").split(',').filter(|_| !call.args.get("hard").is_empty()) {
        let pair = statement.split_once('=').filter(|(_, amount)| !amount.contains('='));
        let (resource, amount) = pair.ok_or_else(|| {
            Failure::own(format!("Invalid argument syntax {statement}, expected <resource>=<value>"))
        })?;
        Quantity::parse(amount).map_err(Failure::own)?;
        object.entry_at(&["spec", "hard"]).set(resource, amount);
    }
    let scopes = call.args.get("scopes").split(',').filter(|_| !call.args.get("scopes").is_empty());
    let scopes = scopes.collect::<Vec<_>>();
    if scopes.contains(&"") {
        return Err(Failure::own("invalid resource quota scope \"\""));
    }
    if !scopes.is_empty() {
        object.entry("spec").set("scopes", texts(scopes));
    }
    Ok(object)
}

fn new_budget(_: &mut Client<'_>, call: &Call<'_>, name: &str, _: &mut Printed) -> Result<Value, Failure> {
    let args = &call.args;
    let (min, max) = (args.get("min-available"), args.get("max-unavailable"));
    let is_amount = |text: &str| {
        let digits = text.strip_suffix('%').unwrap_or(text);
        text.is_empty() || !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let problem = match (min.is_empty(), max.is_empty()) {
        _ if args.get("selector").is_empty() => "a selector must be specified",
        (true, true) => "one of min-available or max-unavailable must be specified",
        (false, false) => "min-available and max-unavailable cannot be both specified",
        _ if !is_amount(min) => "invalid format specified for min-available",
        _ if !is_amount(max) => "invalid format specified for max-unavailable",
        _ => "",
    };
    if !problem.is_empty() {
        return Err(Failure::own(problem));
    }
    let mut object = new_object(call, "policy/v1", "PodDisruptionBudget", name);
    let spec = object.entry("spec");
    for (field, given) in [("minAvailable", min), ("maxUnavailable", max)] {
        match given.parse::<i32>() {
            Ok(number) => spec.set(field, number),
            Err(_) if given.is_empty() => {}
            Err(_) => spec.set(field, given),
        }
    }
    spec.set("selector", selectors::to_label_selector(args.get("selector"))?);
    Ok(object)
}

/// Asks for a token of a service account, and prints it.
pub fn token(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let args = &call.args;
    let [name] = args.words.as_slice() else {
        return Err(call.usage(&format!("exactly one NAME is required, got {}", args.words.len())));
    };
    let duration = args.duration("duration").unwrap_or(Duration::ZERO);
    let [kind, bound, uid] = ["kind", "name", "uid"].map(|part| {
        args.get(match part {
            "kind" => "bound-object-kind",
            "name" => "bound-object-name",
            _ => "bound-object-uid",
        })
    });
    let known = BOUND.iter().find(|(name, _)| *name == kind);
    let problem = match (kind.is_empty(), bound.is_empty()) {
        _ if duration < Duration::ZERO => "--duration must be greater than or equal to 0",
        _ if duration.as_millis() % 1000 != 0 => "--duration cannot be expressed in units less than seconds",
        _ if args.all("audience").any(str::is_empty) => "--audience must not be an empty string",
        (true, false) => "--bound-object-name can only be set if --bound-object-kind is provided",
        (true, _) if !uid.is_empty() => {
            "--bound-object-uid can only be set if --bound-object-kind is provided"
        }
        (false, _) if known.is_none() => "supported --bound-object-kind values are Node, Pod, Secret",
        (false, true) => "--bound-object-name is required if --bound-object-kind is provided",
        _ => "",
    };
    if !problem.is_empty() {
        return Err(Failure::own(problem));
    }
    let mut request = Value::map(
        [("apiVersion", "authentication.k8s.io/v1"), ("kind", "TokenRequest")]
            .map(|(k, v)| (k, Value::text(v))),
    );
    let spec = request.entry("spec");
    spec.set("audiences", texts(args.all("audience")));
    if duration > Duration::ZERO {
        spec.set("expirationSeconds", duration.as_secs());
    }
    if let Some((kind, version)) = known {
        let reference = [("kind", *kind), ("apiVersion", *version), ("name", bound), ("uid", uid)];
        spec.set("boundObjectRef", Value::map(reference.map(|(k, v)| (k, Value::text(v)))));
    }
    let path = format!("/api/v1/namespaces/{}/serviceaccounts/{name}/token", namespace(args));
    let answer = client.call("POST", path, "", Some(&request)).map_err(|s| failed("token", &s))?;
    out.stdout.push_str(answer.at(&["status", "token"]).str());
    Ok(())
}

//! `kubectl autoscale`
//!
//! Models `k8s.io/kubectl/pkg/cmd/autoscale`.

use super::args::{Flag, small_number, switch, value};
use super::client::Client;
use super::console::{Failure, Printed};
use super::infos::{self, Ask, infos};
use super::run::Call;
use super::writing::{self, Dry, Writing};
use crate::base::{Quantity, Value};
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

pub const FLAGS: &[&[Flag]] = &[
    infos::FILES,
    writing::DRY_RUN,
    writing::OUTPUT,
    writing::MANAGER,
    &[
        small_number("min"),
        small_number("max").required(),
        small_number("cpu-percent"),
        value("cpu", ""),
        value("memory", ""),
        value("name", ""),
        switch("save-config", ""),
    ],
];

pub fn run(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let args = &call.args;
    if args.is_given("cpu-percent") {
        out.note("Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).");
    }
    let (min, max) = (args.int("min").unwrap_or(-1), args.int("max").unwrap_or(-1));
    let mut writing = Writing::of(args, "kubectl-autoscale")?;
    let problem = match max {
        ..1 => format!("--max=MAXPODS is required and must be at least 1, max: {max}"),
        _ if max < min => {
            format!("--max=MAXPODS must be larger or equal to --min=MINPODS, max: {max}, min: {min}")
        }
        _ if args.int("cpu-percent").unwrap_or(-1) > 0 && !args.get("cpu").is_empty() => {
            "--cpu-percent and --cpu are mutually exclusive".to_string()
        }
        _ => "".to_string(),
    };
    if !problem.is_empty() {
        return Err(Failure::Own(problem));
    }
    let mut metrics = Vec::new();
    if let Some(percent) = args.int("cpu-percent").filter(|percent| *percent > 0) {
        metrics.push(metric("cpu", "Utilization", "averageUtilization", Value::Int(percent)));
    }
    for (name, unit) in [("cpu", "m"), ("memory", "Mi")] {
        if !args.get(name).is_empty() {
            metrics.push(target(name, unit, args.get(name))?);
        }
    }
    let (found, mut failures) = infos(client, call, &args.words, Ask::AsGiven)?;
    if found.is_empty() && failures.is_empty() {
        return Err(Failure::own("no objects passed to autoscale"));
    }
    for info in found {
        let kind = &info.resource.kind;
        let part = format!("{}/scale", info.resource.name);
        let scales = |r: &crate::schema::Resource| r.name == part.as_str() && r.group == info.resource.group;
        if !client.server.schema.resources().iter().any(scales) {
            failures.push(Failure::own(format!(
                "cannot autoscale a {kind}: could not find scale subresource for {}/{}, Resource={} in discovery information",
                info.resource.group, info.resource.version, info.resource.name
            )));
            continue;
        }
        let name = args.find("name").filter(|name| !name.is_empty()).unwrap_or(&info.name);
        let mut object = super::create::new_object(call, "autoscaling/v2", "HorizontalPodAutoscaler", name);
        let spec = object.entry("spec");
        let reference = spec.entry("scaleTargetRef");
        reference.set("kind", kind);
        reference.set("name", info.name.as_str());
        reference.set("apiVersion", info.resource.group_version());
        if min > 0 {
            spec.set("minReplicas", min);
        }
        spec.set("maxReplicas", max);
        if !metrics.is_empty() {
            spec.set("metrics", Value::list(metrics.iter().cloned()));
        }
        let done = if writing.dry == Dry::Client { "created" } else { "autoscaled" };
        failures.extend(writing.create_new(client, out, call, &object, Failure::from, done).err());
    }
    out.fail_all(&failures);
    Ok(())
}

fn metric(name: &str, type_: &str, field: &str, value: Value) -> Value {
    let target = Value::map([("type", Value::text(type_)), (field, value)]);
    let resource = Value::map([("name", Value::text(name)), ("target", target)]);
    Value::map([("type", Value::text("Resource")), ("resource", resource)])
}

/// A part of what is requested (`70%`), or an amount (`500m`), in the unit of the resource where it has none.
///
/// Models `parseResourceInput`.
fn target(name: &str, unit: &str, text: &str) -> Result<Value, Failure> {
    if let Some(percent) = text.strip_suffix('%') {
        let number = percent.parse::<i32>().map_err(|_| {
            Failure::own(format!(
                "failed to parse {name} percentage: strconv.ParseInt: parsing \"{percent}\": invalid syntax"
            ))
        })?;
        if number < 0 {
            return Err(Failure::own(format!("invalid {name} percentage: {number}, must be positive")));
        }
        return Ok(metric(name, "Utilization", "averageUtilization", Value::from(number)));
    }
    let amount = match text.bytes().all(|b| b.is_ascii_digit()) {
        true => format!("{text}{unit}"),
        false => text.to_string(),
    };
    if Quantity::parse(&amount).is_err() {
        return Err(Failure::own(format!("invalid resource {name} value: {text}")));
    }
    Ok(metric(name, "AverageValue", "averageValue", Value::text(amount)))
}

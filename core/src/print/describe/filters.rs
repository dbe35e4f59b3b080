//! Values as a description shows them: `{PATH|FILTER}`.
//!
//! Models the helpers of `k8s.io/kubectl/pkg/describe/describe.go`.

use super::template::{Around, at};
use super::{containers, network_policy, service, volumes};
use crate::base::{Instant, Quantity, Selector, Value, sort, time};
use crate::print::rows::{access_modes, load_balancer, node_roles};
use crate::print::{age_of, human, labels as format_labels};
use crate::schema::base64_decode;
use crate::schema::patch::go_print;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

type Filter = fn(&Value, &Around<'_>) -> String;

/// By their names in templates.
const FILTERS: &[(&str, Filter)] = &[
    ("none", |v, _| or(v, "<none>")),
    ("unset", |v, _| or(v, "<unset>")),
    ("none-set", |v, _| if v.is_null() { "<none>".to_string() } else { or(v, "") }),
    ("size-limit", |v, _| if amount(v).value > 0 { amount(v).to_string() } else { "<unset>".to_string() }),
    ("reference", |v, _| volumes::reference(v)),
    ("attributes", |v, _| volumes::attributes(v)),
    ("max", |v, _| or(v, "Max")),
    ("n", |v, _| v.int().to_string()),
    ("bool", |v, _| v.is_true().to_string()),
    ("Bool", |v, _| v.as_bool().map_or("<unset>", truth).to_string()),
    ("Truth", |v, _| truth(v.is_true()).to_string()),
    ("amount", |v, _| amount(v).to_string()),
    ("csv", |v, _| joined(v, ",")),
    ("list", |v, _| joined(v, ", ")),
    ("go", |v, _| if v.is_null() { "[]".to_string() } else { go_print::plain(v) }),
    ("go-map", |v, _| if v.is_null() { "map[]".to_string() } else { go_print::plain(v) }),
    ("date", |v, _| date(v)),
    ("time", |v, _| full_time(v)),
    ("date-unset", |v, _| if v.is_null() { "<unset>".to_string() } else { date(v) }),
    ("since", |v, around| age_of(v, around.now)),
    ("labels", |v, _| format_labels(v)),
    ("selector", |v, _| Selector::from_spec(v).to_string()),
    ("selector-none", |v, _| or(&Value::from(Selector::from_spec(v).to_string()), "<none>")),
    ("each-label", |v, _| labels(v)),
    ("each-annotation", |v, _| annotations(v)),
    ("nested", |v, _| format!("    {}", v.str().replace("\n\t", "\n    \t    "))),
    ("roles", |v, _| node_roles(v)),
    ("taints", |v, _| taints(v)),
    ("tolerations", |v, _| tolerations(v)),
    ("spread", |v, _| spread(v)),
    ("controller", |v, _| controller(v)),
    ("access-modes", |v, _| access_modes(v)),
    ("class", |v, _| storage_class(v)),
    ("default-class", |v, _| default_class(v).to_string()),
    ("pod-status", pod_status),
    ("status", status),
    ("duration", |v, _| duration(v)),
    ("indexes", |v, _| indexes(v)),
    (
        "selector-unset",
        |v, _| if v.is_null() { "<unset>".to_string() } else { Selector::from_spec(v).to_string() },
    ),
    ("default", |v, _| if v.is_null() { "<default>".to_string() } else { amount(v).to_string() }),
    ("each-name", |v, _| under_one_another(&field_of_each(v, "name"))),
    ("ips", |v, _| field_of_each(v, "ip").join(",")),
    ("bytes", |v, _| bytes(v).len().to_string()),
    ("subject", |v, _| network_policy::subject(v)),
    ("ingress", |v, _| service::ingress(v)),
    ("load-balancer", |v, _| load_balancer(v)),
    ("names", |v, _| field_of_each(v, "name").join(", ")),
    ("ports", |v, _| containers::ports(v, "Port", "containerPort")),
    ("host-ports", |v, _| containers::ports(v, "Host Port", "hostPort")),
    ("tab-none", |v, _| if v.is_empty() { "\t<none>".to_string() } else { String::new() }),
    ("argument", |v, _| v.str().replace('\n', "\n      ")),
    ("state", |v, _| containers::state(v)),
    ("probe", |v, _| containers::probe(v)),
    ("env-from", |v, _| containers::env_from(v)),
    ("mount", |v, _| containers::mount(v)),
];

/// The value at a place of a template.
pub(super) fn value(place: &str, here: &Value, around: &Around<'_>) -> String {
    let mut steps = place.split('|');
    let value = at(here, steps.next().unwrap_or_default());
    let mut filtered = None;
    for name in steps {
        if let Some((_, filter)) = FILTERS.iter().find(|(known, _)| *known == name) {
            filtered = Some(Value::from(filter(filtered.as_ref().unwrap_or(value), around)));
        }
    }
    match filtered.as_ref().unwrap_or(value) {
        Value::Null => String::new(),
        Value::Text(text) => text.to_string(),
        other => go_print::plain(other),
    }
}

#[cfg(test)]
pub(super) fn is_known(name: &str) -> bool {
    FILTERS.iter().any(|(known, _)| *known == name)
}

fn or(value: &Value, otherwise: &str) -> String {
    match value {
        Value::Null => otherwise.to_string(),
        Value::Text(text) if text.is_empty() => otherwise.to_string(),
        other => go_print::plain(other),
    }
}

fn truth(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// A quantity; none is 0.
pub(super) fn amount(value: &Value) -> Quantity {
    let text = match value {
        Value::Int(int) => int.to_string(),
        other => other.str().to_string(),
    };
    Quantity::parse(&text).unwrap_or(Quantity::ZERO)
}

pub(super) fn joined(list: &Value, separator: &str) -> String {
    list.items().iter().map(Value::str).collect::<Vec<_>>().join(separator)
}

/// Models Go's `time.RFC1123Z`; no time is its first one.
pub(super) fn date(value: &Value) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let Some(instant) = Instant::parse(value.str()) else {
        return "Mon, 01 Jan 0001 00:00:00 +0000".to_string();
    };
    let days = instant.0.div_euclid(86_400_000);
    let (weekday, (year, month, day)) = (time::weekday(days), time::date(days));
    let name = |names: &[&'static str], i: i64| {
        usize::try_from(i).ok().and_then(|i| names.get(i).copied()).unwrap_or_default()
    };
    let (day_name, month_name) = (name(&DAYS, weekday), name(&MONTHS, month - 1));
    let of_day = clock(instant);
    format!("{day_name}, {day:02} {month_name} {year:04} {of_day} +0000")
}

/// The time of the day.
fn clock(instant: Instant) -> String {
    instant.rfc3339().get(11..19).unwrap_or_default().to_string()
}

/// As Go writes a time by itself.
fn full_time(value: &Value) -> String {
    match Instant::parse(value.str()) {
        None => "0001-01-01 00:00:00 +0000 UTC".to_string(),
        Some(instant) => {
            let text = instant.rfc3339();
            format!("{} {} +0000 UTC", text.get(..10).unwrap_or_default(), clock(instant))
        }
    }
}

/// Values under one another, or that there are none.
pub(super) fn under_one_another(values: &[String]) -> String {
    if values.is_empty() { "<none>".to_string() } else { values.join("\n\t") }
}

fn sorted(map: &Value) -> Vec<(&str, &str)> {
    let mut all = map.entries().iter().map(|(k, v)| (k.as_str(), v.str())).collect::<Vec<_>>();
    sort::sort(&mut all);
    all
}

/// Models `printLabelsMultiline`.
fn labels(map: &Value) -> String {
    under_one_another(&sorted(map).into_iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>())
}

/// Annotations that are longer get lines of their own, cut there.
const ANNOTATION_MAX: usize = 140;
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Models `printAnnotationsMultiline`.
fn annotations(map: &Value) -> String {
    let mut all = Vec::new();
    for (key, value) in sorted(map) {
        let value = value.strip_suffix('\n').unwrap_or(value);
        if key == LAST_APPLIED {
            continue;
        }
        if value.len() + key.len() + 2 > ANNOTATION_MAX || value.contains('\n') {
            all.push(format!("{key}:"));
            all.extend(value.split('\n').map(|line| format!("  {}", cut(line, ANNOTATION_MAX - 2))));
        } else {
            all.push(format!("{key}: {value}"));
        }
    }
    under_one_another(&all)
}

/// At most so many bytes, and that there is more.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_string();
    }
    let end = (0..=most).rev().find(|i| text.is_char_boundary(*i)).unwrap_or_default();
    format!("{}...", text.get(..end).unwrap_or_default())
}

/// Models `printNodeTaintsMultiline`.
fn taints(list: &Value) -> String {
    let mut taints = list.items().iter().collect::<Vec<_>>();
    let key = |t: &Value| format!("{},{}", t.get("effect").str(), t.get("key").str());
    sort::by_cached_key(&mut taints, |t| key(t));
    let shown = |t: &&Value| {
        let (key, value, effect) = (t.get("key").str(), t.get("value").str(), t.get("effect").str());
        match (effect, value) {
            ("", "") => key.to_string(),
            ("", value) => format!("{key}={value}:"),
            (effect, "") => format!("{key}:{effect}"),
            (effect, value) => format!("{key}={value}:{effect}"),
        }
    };
    under_one_another(&taints.iter().map(shown).collect::<Vec<_>>())
}

/// Models `printPodTolerationsMultiline`.
fn tolerations(list: &Value) -> String {
    let mut tolerations = list.items().iter().collect::<Vec<_>>();
    sort::by(&mut tolerations, |a, b| a.get("key").str().cmp(b.get("key").str()));
    let shown = |t: &&Value| {
        let (key, value, effect) = (t.get("key").str(), t.get("value").str(), t.get("effect").str());
        let mut text = key.to_string();
        for (sign, part) in [("=", value), (":", effect)] {
            if !part.is_empty() {
                text.push_str(sign);
                text.push_str(part);
            }
        }
        if t.get("operator").str() == "Exists" && value.is_empty() {
            text.push_str(if text.is_empty() { "op=Exists" } else { " op=Exists" });
        }
        if let Some(seconds) = t.get("tolerationSeconds").as_int() {
            text.push_str(&format!(" for {seconds}s"));
        }
        text
    };
    under_one_another(&tolerations.iter().map(shown).collect::<Vec<_>>())
}

/// Models `describeTopologySpreadConstraints`.
fn spread(list: &Value) -> String {
    let mut all = list.items().iter().collect::<Vec<_>>();
    sort::by(&mut all, |a, b| a.get("topologyKey").str().cmp(b.get("topologyKey").str()));
    let shown = |c: &&Value| {
        let (key, when) = (c.get("topologyKey").str(), c.get("whenUnsatisfiable").str());
        let mut text = format!("{key}:{when} when max skew {} is exceeded", c.get("maxSkew").int());
        if let Some(selector) = c.find("labelSelector") {
            let selector = Value::from(Selector::from_spec(selector).to_string());
            text.push_str(&format!(" for selector {}", or(&selector, "<none>")));
        }
        text
    };
    all.iter().map(shown).collect::<Vec<_>>().join("\n\t")
}

/// The expressions of a term of a node selector or a topology selector, which has no operators.
///
/// Models `printNodeSelectorTermsMultilineWithIndent` and `printTopologySelectorTermsMultilineWithIndent`.
pub(super) fn terms(list: &Value) -> String {
    let shown = |e: &Value| {
        let operator = e.find("operator").map_or("in".to_string(), |o| o.str().to_ascii_lowercase());
        let key = e.get("key").str();
        match e.get("values").items() {
            [] => format!("{key} {operator}"),
            _ => format!("{key} {operator} [{}]", joined(e.get("values"), ", ")),
        }
    };
    under_one_another(&list.items().iter().map(shown).collect::<Vec<_>>())
}

/// Models `printController`.
fn controller(owners: &Value) -> String {
    let controller = owners.items().iter().find(|o| o.get("controller").is_true());
    controller.map_or(String::new(), |o| format!("{}/{}", o.get("kind").str(), o.get("name").str()))
}

/// Models `GetPersistentVolumeClass` and `GetPersistentVolumeClaimClass`.
fn storage_class(object: &Value) -> String {
    let annotations = object.at(&["metadata", "annotations"]);
    let old = annotations.find("volume.beta.kubernetes.io/storage-class");
    old.unwrap_or(object.at(&["spec", "storageClassName"])).str().to_string()
}

/// Models `IsDefaultAnnotationText`.
fn default_class(annotations: &Value) -> &'static str {
    let keys =
        ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
    if keys.iter().any(|key| annotations.get(key).str() == "true") { "Yes" } else { "No" }
}

/// The phase, unless it is on its way out.
fn status(object: &Value, around: &Around<'_>) -> String {
    match object.at(&["metadata", "deletionTimestamp"]) {
        Value::Null => object.at(&["status", "phase"]).str().to_string(),
        at => format!("Terminating (lasts {})", age_of(at, around.now)),
    }
}

fn pod_status(pod: &Value, around: &Around<'_>) -> String {
    let phase = pod.at(&["status", "phase"]).str();
    if pod.at(&["metadata", "deletionTimestamp"]).is_null() || matches!(phase, "Failed" | "Succeeded") {
        return phase.to_string();
    }
    let grace = pod.at(&["metadata", "deletionGracePeriodSeconds"]).int();
    format!("{}\nTermination Grace Period:\t{grace}s", status(pod, around))
}

/// From the start to the end of a status.
fn duration(status: &Value) -> String {
    let at = |field: &str| Instant::parse(status.get(field).str());
    match (at("startTime"), at("completionTime")) {
        (Some(from), Some(to)) => human((to - from).as_millis()),
        _ => String::new(),
    }
}

/// Models `capIndexesListOrNone`.
fn indexes(job: &Value) -> String {
    const SOFT_LIMIT: usize = 50;
    if job.at(&["spec", "completionMode"]).str() != "Indexed" {
        return String::new();
    }
    let all = job.at(&["status", "completedIndexes"]).str();
    if all.is_empty() {
        return "<none>".to_string();
    }
    let comma = all.char_indices().find(|(i, c)| *i >= SOFT_LIMIT && *c == ',');
    comma.map_or(all.to_string(), |(i, _)| format!("{}...", all.get(..=i).unwrap_or_default()))
}

fn field_of_each(list: &Value, field: &str) -> Vec<String> {
    list.items().iter().map(|item| item.get(field).str().to_string()).collect()
}

/// What base64 stands for.
pub(super) fn bytes(value: &Value) -> Vec<u8> {
    base64_decode(value.str()).unwrap_or_default()
}

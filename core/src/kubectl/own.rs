//! What kubectl says about itself and its configuration, and commands for things that are not here.
//!
//! Models `k8s.io/kubectl/pkg/cmd/config`, `auth`, `certificates`, `clusterinfo`, `completion`, `edit`, `debug`, `top`.

use super::args::{Flag, switch, value};
use super::client::Client;
use super::console::{Failure, Printed};
use super::infos::{self, Ask, all_infos};
use super::run::Call;
use super::writing::print_whole;
use crate::api::mapping;
use crate::base::Value;
use crate::base::field::quoted;
use crate::manifest;
use crate::print::Table;
use crate::registry::review;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub const CAN_I: &[&[Flag]] = &[&[
    value("subresource", ""),
    switch("all-namespaces", "A"),
    switch("quiet", "q"),
    switch("list", ""),
    switch("no-headers", ""),
]];
pub const CONFIG: &[&[Flag]] = &[&[
    value("output", "o"),
    switch("no-headers", ""),
    switch("minify", ""),
    switch("raw", ""),
    switch("flatten", ""),
    switch("merge", ""),
]];
pub const OBJECTS: &[&[Flag]] = &[
    infos::FILES,
    &[
        value("output", "o"),
        value("image", ""),
        value("copy-to", ""),
        value("selector", "l"),
        switch("containers", ""),
        switch("all-namespaces", "A"),
        switch("force", ""),
        switch("name-only", ""),
    ],
];

/// Where the configuration lies, if the folder has one.
const FILE: &str = ".kube/config";
const BUILT_IN: &str = "
apiVersion: v1
kind: Config
current-context: svcscope
clusters: [{name: svcscope, cluster: {server: 'https://127.0.0.1:6443'}}]
contexts: [{name: svcscope, context: {cluster: svcscope, user: admin}}]
users: [{name: admin, user: {}}]
preferences: {}
";
const VERBS: &[&str] = &[
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "bind",
    "impersonate",
    "*",
    "approve",
    "sign",
    "escalate",
    "attest",
];
const URL_VERBS: &[&str] = &["get", "put", "post", "head", "options", "delete", "patch", "*"];

type Done = Result<(), Failure>;

fn config(call: &Call<'_>) -> Value {
    let text = call.file(FILE).unwrap_or(BUILT_IN);
    let document = manifest::read(text).ok().and_then(|all| Some(all.first()?.node.to_value()));
    document.unwrap_or_default()
}

pub fn current_context(_: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    match config(call).get("current-context").str() {
        "" => Err(Failure::own("current-context is not set")),
        context => {
            out.say(context);
            Ok(())
        }
    }
}

pub fn view(_: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let mut config = config(call);
    if !call.args.is_on("raw") {
        for user in config.entry("users").list_mut() {
            let user = user.entry("user");
            for (secret, shown) in [
                ("token", "REDACTED"),
                ("password", "REDACTED"),
                ("client-key-data", "DATA+OMITTED"),
                ("client-certificate-data", "DATA+OMITTED"),
            ] {
                if user.find(secret).is_some() {
                    user.set(secret, shown);
                }
            }
        }
    }
    if config.get("preferences").is_empty() {
        config.remove("preferences");
    }
    print_whole(out, call.args.find("output").unwrap_or("yaml"), &config)
}

pub fn clusters(_: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    names_of(call, "clusters", out)
}

pub fn users(_: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    names_of(call, "users", out)
}

fn names_of(call: &Call<'_>, field: &str, out: &mut Printed) -> Done {
    out.say("NAME");
    config(call).get(field).items().iter().for_each(|item| out.say(item.get("name").str()));
    Ok(())
}

pub fn contexts(_: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let args = &call.args;
    let config = config(call);
    let current = config.get("current-context").str();
    let only_names = args.get("output") == "name";
    let mut table = Table::default();
    if !only_names && !args.is_on("no-headers") {
        let head = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"];
        table.rows.push(head.map(String::from).to_vec());
    }
    let mut failures = Vec::new();
    let all = config.get("contexts").items();
    for wanted in &args.words {
        if !all.iter().any(|c| c.get("name").str() == wanted) {
            failures.push(Failure::own(format!("context {wanted} not found")));
        }
    }
    for context in all {
        let name = context.get("name").str();
        if !args.words.is_empty() && !args.words.iter().any(|wanted| wanted == name) {
            continue;
        }
        if only_names {
            out.say(name);
            continue;
        }
        let inner = context.get("context");
        let mark = if name == current { "*" } else { "" };
        let cells =
            [mark, name, inner.get("cluster").str(), inner.get("user").str(), inner.get("namespace").str()];
        table.rows.push(cells.map(String::from).to_vec());
    }
    out.stdout.push_str(&table.text());
    out.fail_all(&failures);
    Ok(())
}

pub fn use_context(_: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let [wanted] = call.args.words.as_slice() else {
        return Err(Failure::own(format!("unexpected args: {:?}", call.args.words)));
    };
    if !config(call).get("contexts").items().iter().any(|c| c.get("name").str() == wanted) {
        return Err(Failure::own(format!("no context exists with the name: {}", quoted(wanted))));
    }
    out.say(&format!("Switched to context {}.", quoted(wanted)));
    Ok(())
}

/// Everybody may do everything here.
pub fn can_i(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let args = &call.args;
    if args.is_on("list") {
        return match args.words.is_empty() {
            false => Err(Failure::own("list option must be specified with no arguments")),
            true => Err(Failure::own("svcscope does not have \"kubectl auth can-i --list\"")),
        };
    }
    let [verb, what] = args.words.as_slice() else {
        return Err(Failure::own(
            "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
        ));
    };
    let is_url = what.starts_with('/');
    let kind = what.split('/').next().unwrap_or_default();
    let known = if is_url { URL_VERBS } else { VERBS };
    let resource = mapping::resource(&client.server.schema, kind);
    if !is_url && kind != "*" {
        match resource {
            None => {
                let (name, group) = kind.split_once('.').unwrap_or((kind, ""));
                let place = if group.is_empty() { String::new() } else { format!(" in group '{group}'") };
                out.note(&format!("Warning: the server doesn't have a resource type '{name}'{place}\n\n"));
            }
            Some(resource) if !resource.namespaced && !args.is_on("all-namespaces") => {
                let place = match resource.group.as_str() {
                    "" => String::new(),
                    group => format!(" in group '{group}'"),
                };
                out.note(&format!(
                    "Warning: resource '{}' is not namespace scoped{place}\n\n",
                    resource.name
                ));
            }
            Some(_) => {}
        }
    }
    if !known.contains(&verb.as_str()) {
        out.note(&format!("Warning: verb '{verb}' is not a known verb\n\n"));
    }
    if args.is_on("no-headers") {
        return Err(Failure::own("--no-headers cannot be set without --list specified"));
    }
    if !args.is_on("quiet") {
        out.say("yes");
    }
    Ok(())
}

pub fn who_am_i(_: &mut Client<'_>, _: &Call<'_>, out: &mut Printed) -> Done {
    let rows = [
        ["ATTRIBUTE".into(), "VALUE".into()],
        ["Username".into(), review::USER.into()],
        ["UID".into(), review::USER_ID.into()],
        ["Groups".into(), format!("[{}]", review::USER_GROUPS.join(" "))],
    ];
    let mut table = Table::default();
    table.rows.extend(rows.map(Vec::from));
    out.stdout.push_str(&table.text());
    Ok(())
}

pub fn cluster_info(_: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    let config = config(call);
    let server = config.get("clusters").items().first().map_or("", |c| c.at(&["cluster", "server"]).str());
    out.say(&format!("Kubernetes control plane is running at {server}"));
    out.say("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.");
    Ok(())
}

pub fn completion(_: &mut Client<'_>, call: &Call<'_>, _: &mut Printed) -> Done {
    let problem = match call.args.words.as_slice() {
        [] => "Shell not specified.".to_string(),
        [shell] if matches!(shell.as_str(), "bash" | "zsh" | "fish" | "powershell") => {
            return Err(Failure::own(format!("svcscope has no completion for {shell}")));
        }
        [other] => format!("Unsupported shell type {}.", quoted(other)),
        _ => "Too many arguments. Expected only the shell type.".to_string(),
    };
    Err(call.usage(&problem))
}

pub fn top(_: &mut Client<'_>, _: &Call<'_>, _: &mut Printed) -> Done {
    Err(Failure::own("Metrics API not available"))
}

pub fn edit(client: &mut Client<'_>, call: &Call<'_>, _: &mut Printed) -> Done {
    all_infos(client, call, &call.args.words, Ask::Fetch)?;
    Err(Failure::own("svcscope has no editor; change the manifest, or use \"kubectl patch\""))
}

pub fn debug(_: &mut Client<'_>, call: &Call<'_>, _: &mut Printed) -> Done {
    if !call.args.is_given("image") && !call.args.is_given("copy-to") {
        return Err(Failure::own("you must specify --image when not using --copy-to."));
    }
    Err(Failure::own(
        "svcscope does not have \"kubectl debug\"; see what is asked of a pod with \"kubectl exec\"",
    ))
}

pub fn approve(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    decide(client, call, out, "Approved", "approved")
}

pub fn deny(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Done {
    decide(client, call, out, "Denied", "denied")
}

/// Adds the condition to the requests.
fn decide(client: &mut Client<'_>, call: &Call<'_>, out: &mut Printed, type_: &str, done: &str) -> Done {
    if call.args.words.is_empty() && !call.args.is_given("filename") {
        return Err(Failure::own("one or more CSRs must be specified as <name> or -f <filename>"));
    }
    let mut words = Vec::from(["certificatesigningrequests".to_string()]);
    words.extend(call.args.words.iter().cloned());
    for info in all_infos(client, call, &words, Ask::Fetch)? {
        let mut object = info.object.clone();
        let now = client.server.now.rfc3339();
        let is = |c: &Value| c.get("type").str() == type_;
        if !object.at(&["status", "conditions"]).items().iter().any(is) {
            let verb = if type_ == "Approved" { "KubectlApprove" } else { "KubectlDeny" };
            let message = format!(
                "This CSR was {done} by kubectl certificate {}.",
                call.path.rsplit(' ').next().unwrap_or_default()
            );
            let condition = [
                ("type", type_),
                ("status", "True"),
                ("reason", verb),
                ("message", &message),
                ("lastUpdateTime", &now),
            ];
            let condition = Value::map(condition.map(|(key, text)| (key, Value::text(text))));
            object.entry_at(&["status", "conditions"]).list_mut().push(condition);
        }
        client.call("PUT", format!("{}/approval", info.path()), "", Some(&object))?;
        out.say(&format!("certificatesigningrequest.certificates.k8s.io/{} {done}", info.name));
    }
    Ok(())
}

pub fn no_plugins(_: &mut Client<'_>, _: &Call<'_>, _: &mut Printed) -> Done {
    Err(Failure::own("unable to find any kubectl plugins in your PATH"))
}

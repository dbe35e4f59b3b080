//! One call of kubectl: the command is found, its flags are read, it runs.
//!
//! Models `k8s.io/kubectl/pkg/cmd/cmd.go`.

use super::args::{Args, Flag, switch, value};
use super::client::Client;
use super::console::{Failure, Printed};
use super::{describe, get, set, write};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What a command gets.
pub struct Call<'a> {
    pub args: Args,
    pub stdin: &'a str,
    /// The files of the folder in which kubectl runs: name, text.
    pub files: &'a [(String, String)],
}

type Run = fn(&mut Client<'_>, &Call<'_>, &mut Printed) -> Result<(), Failure>;

struct Command {
    name: &'static str,
    flags: &'static [Flag],
    run: Run,
}

const COMMANDS: &[Command] = &[
    Command { name: "get", flags: get::FLAGS, run: get::run },
    Command {
        name: "apply",
        flags: &[value("filename", "f"), switch("wait", ""), switch("overwrite", "")],
        run: write::apply_files,
    },
    Command { name: "create", flags: &[value("filename", "f")], run: write::create_files },
    Command {
        name: "delete",
        flags: &[
            value("filename", "f"),
            value("selector", "l"),
            value("cascade", ""),
            value("timeout", ""),
            value("grace-period", ""),
            switch("all", ""),
            switch("wait", ""),
            switch("now", ""),
            switch("force", ""),
            switch("ignore-not-found", ""),
            Flag { name: "dry-run", short: "", alone: Some("unchanged") },
        ],
        run: write::delete,
    },
    Command {
        name: "scale",
        flags: &[value("replicas", ""), value("current-replicas", ""), value("timeout", "")],
        run: write::scale_to,
    },
    Command {
        name: "expose",
        flags: &[
            value("name", ""),
            value("type", ""),
            value("port", ""),
            value("protocol", ""),
            value("target-port", ""),
            value("cluster-ip", ""),
            value("external-ip", ""),
            value("load-balancer-ip", ""),
            value("session-affinity", ""),
            value("selector", ""),
            value("labels", "l"),
        ],
        run: write::expose_as,
    },
    Command { name: "describe", flags: describe::FLAGS, run: describe::run },
    Command { name: "set", flags: &[], run: set::run },
    Command { name: "cordon", flags: &[], run: set::cordon },
    Command { name: "uncordon", flags: &[], run: set::uncordon },
    Command { name: "label", flags: &[switch("overwrite", "")], run: write::label },
    Command { name: "annotate", flags: &[switch("overwrite", "")], run: write::annotate },
    Command {
        name: "patch",
        flags: &[value("patch", "p"), value("type", ""), value("subresource", "")],
        run: write::patch,
    },
    Command { name: "api-versions", flags: &[], run: api_versions },
];

/// Commands of kubectl that are not here.
const OTHERS: &[&str] = &[
    "api-resources",
    "attach",
    "auth",
    "autoscale",
    "certificate",
    "cluster-info",
    "completion",
    "config",
    "cordon",
    "cp",
    "debug",
    "diff",
    "drain",
    "edit",
    "events",
    "exec",
    "explain",
    "kustomize",
    "logs",
    "options",
    "plugin",
    "port-forward",
    "proxy",
    "replace",
    "rollout",
    "run",
    "set",
    "taint",
    "top",
    "uncordon",
    "version",
    "wait",
];

/// Runs `kubectl` with these words after it.
pub fn run(client: &mut Client<'_>, args: &[String], stdin: &str, files: &[(String, String)]) -> Printed {
    let mut out = Printed::default();
    // the flags that all commands have may stand before it
    let mut before = Vec::new();
    let mut rest = args.iter().peekable();
    while let Some(flag) = rest.next_if(|arg| arg.starts_with('-')) {
        before.push(flag.clone());
        let takes_next =
            !flag.contains('=') && matches!(flag.as_str(), "-n" | "-s" | "--namespace" | "--context");
        before.extend(rest.next_if(|_| takes_next).cloned());
    }
    let Some(name) = rest.next() else {
        out.fail(&Failure::own("no command is given"));
        return out;
    };
    before.extend(rest.cloned());
    let Some(command) = COMMANDS.iter().find(|c| c.name == name) else {
        out.fail(&unknown(name));
        return out;
    };
    match Args::parse(&before, command.flags) {
        Err(problem) => {
            out.fail(&Failure::Plain(format!("{problem}\nSee 'kubectl {name} --help' for usage.")));
        }
        Ok(args) => {
            let call = Call { args, stdin, files };
            if let Err(failure) = (command.run)(client, &call, &mut out) {
                out.warn(client);
                out.fail(&failure);
            }
            out.warn(client);
        }
    }
    out
}

fn unknown(name: &str) -> Failure {
    if OTHERS.contains(&name) {
        return Failure::own(format!("svcscope does not have \"kubectl {name}\""));
    }
    let all = COMMANDS.iter().map(|c| c.name).chain(OTHERS.iter().copied()).collect::<BTreeSet<_>>();
    let close = all.into_iter().filter(|c| distance(name, c) <= 2 || c.starts_with(name));
    let close = close.map(|c| format!("\t{c}\n")).collect::<String>();
    let hint = if close.is_empty() { close } else { format!("\n\nDid you mean this?\n{close}") };
    Failure::Plain(format!("unknown command \"{name}\" for \"kubectl\"{hint}"))
}

/// How many letters have to be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    let mut row = (0..=b.chars().count()).collect::<Vec<_>>();
    for (i, from) in a.chars().enumerate() {
        let mut next = Vec::from([i + 1]);
        for ((j, to), above) in b.chars().enumerate().zip(row.iter().skip(1)) {
            let diagonal = row.get(j).copied().unwrap_or_default() + usize::from(from != to);
            let left = next.last().copied().unwrap_or_default();
            next.push(diagonal.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

fn api_versions(client: &mut Client<'_>, _: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    let name = |r: &crate::schema::Resource| match r.group.as_str() {
        "" => r.version.to_string(),
        group => format!("{group}/{}", r.version),
    };
    let all = client.server.schema.resources().iter().map(name).collect::<BTreeSet<_>>();
    all.iter().for_each(|version| out.say(version));
    Ok(())
}

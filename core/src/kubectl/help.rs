//! What `--help` says, in short: what a command is for, and its flags.

use super::console::Printed;
use super::run::Command;
use alloc::format;
use alloc::string::{String, ToString};

/// Of a command that is no group.
pub fn leaf(command: &Command, out: &mut Printed) {
    out.say(&format!("{}.\n\nOptions:", command.short));
    for flag in command.flags.iter().flat_map(|group| group.iter()) {
        let short = if flag.short.is_empty() { String::new() } else { format!("-{}, ", flag.short) };
        let value = if flag.alone.is_none() { "=''".to_string() } else { String::new() };
        out.say(&format!("    {short}--{}{value}", flag.name));
    }
    out.say(&format!("\nUsage:\n  kubectl {} [flags] [options]\n", command.path));
    out.say("Use \"kubectl options\" for a list of global command-line options (applies to all commands).");
}

/// Of a group: what it is for, and its commands.
pub fn group(path: &str, all: &'static [Command]) -> String {
    let own = all.iter().find(|command| command.path == path);
    let mut out = String::new();
    if let Some(own) = own {
        let long = LONG.iter().find(|(of, _)| *of == path).map(|(_, text)| *text);
        match long {
            Some(text) => out.push_str(text),
            None => out.push_str(&format!("{}.\n", own.short)),
        }
        if !own.alias.is_empty() {
            let name = path.rsplit(' ').next().unwrap_or_default();
            out.push_str(&format!("\nAliases:\n{name}, {}\n", own.alias.replace(' ', ", ")));
        }
    }
    out.push_str("\nAvailable Commands:\n");
    let within = |command: &&Command| command.path.rsplit_once(' ').map_or("", |(parent, _)| parent) == path;
    let name_of = |command: &'static Command| command.path.rsplit(' ').next().unwrap_or_default();
    // as wide as the longest name of all commands that stand beside each other
    let width = all.iter().filter(within).map(|c| name_of(c).len() + 2).max().unwrap_or_default().max(WIDTH);
    for command in all.iter().filter(within) {
        let name = name_of(command);
        out.push_str(&format!("  {name:<width$} {}\n", command.short));
    }
    let usage = match path {
        "create secret" => "(docker-registry | generic | tls) [options]",
        path if NO_FLAGS.contains(&path) => "SUBCOMMAND [options]",
        _ => "[flags] [options]",
    };
    let blank = if path.is_empty() { "" } else { " " };
    out.push_str(&format!("\nUsage:\n  kubectl{blank}{path} {usage}\n\n"));
    out.push_str(&format!(
        "Use \"kubectl{blank}{path} <command> --help\" for more information about a given command.\n"
    ));
    out.push_str(OPTIONS);
    out
}

/// Groups of which cobra is told how they are used.
const NO_FLAGS: &[&str] = &["rollout", "certificate", "config", "set"];
/// The column of what commands are for.
const WIDTH: usize = 13;
const OPTIONS: &str =
    "Use \"kubectl options\" for a list of global command-line options (applies to all commands).\n";
/// Groups that say more about themselves.
const LONG: &[(&str, &str)] = &[
    (
        "create secret",
        "Create a secret with specified type.

 A docker-registry type secret is for accessing a container registry.

 A generic type secret indicate an Opaque secret type.

 A tls type secret holds TLS certificate and its associated key.
",
    ),
    (
        "rollout",
        "Manage the rollout of one or many resources.
        \n Valid resource types include:

  *  deployments
  *  daemonsets
  *  statefulsets

Examples:
  # Rollback to the previous deployment
  kubectl rollout undo deployment/abc
  \n  # Check the rollout status of a daemonset
  kubectl rollout status daemonset/foo
  \n  # Restart a deployment
  kubectl rollout restart deployment/abc
  \n  # Restart deployments with the 'app=nginx' label
  kubectl rollout restart deployment --selector=app=nginx
",
    ),
];

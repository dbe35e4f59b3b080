//! One call of kubectl: the command is found, its flags are read, it runs.
//!
//! Models `k8s.io/kubectl/pkg/cmd/cmd.go`.

use super::args::{self, Args, Flags};
use super::client::Client;
use super::console::{Failure, Printed};
use super::{
    apply_files, autoscale, create, delete, describe, diff, discovery, drain, exec, explain, expose, get,
    help, history, infos, label, last_applied, own, patch, replace, rollout, run_pod, scale, set, set_env,
    taint, wait, writing,
};
use crate::base::Duration;
use crate::base::field::quoted;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What a command gets.
#[derive(Debug)]
pub struct Call<'a> {
    pub args: Args,
    pub stdin: &'a str,
    /// The files of the folder in which kubectl runs: name, text.
    pub files: &'a [(String, String)],
    /// The name of the command: `create service clusterip`.
    pub path: &'static str,
}

impl<'a> Call<'a> {
    /// The text of a file.
    pub fn file(&self, name: &str) -> Option<&'a str> {
        let name = name.strip_prefix("./").unwrap_or(name);
        self.files.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// Models `UsageErrorf`.
    pub fn usage(&self, problem: &str) -> Failure {
        Failure::own(format!("{problem}\nSee 'kubectl {} -h' for help and examples", self.path))
    }
}

type Run = fn(&mut Client<'_>, &Call<'_>, &mut Printed) -> Result<(), Failure>;

/// A command, or a group of commands.
#[derive(Debug)]
pub struct Command {
    /// `create service clusterip`
    pub path: &'static str,
    /// Other names of its last word, each with a blank behind it.
    pub alias: &'static str,
    pub short: &'static str,
    pub flags: Flags,
    pub run: Run,
}

impl Command {
    const fn new(path: &'static str, short: &'static str, flags: Flags, run: Run) -> Command {
        Command { path, alias: "", short, flags, run }
    }

    const fn or(self, alias: &'static str) -> Command {
        Command { alias, ..self }
    }

    /// Whether the words name it, be it by another name of its last word.
    fn is_called(&self, path: &str) -> bool {
        let (parent, name) = path.rsplit_once(' ').unwrap_or(("", path));
        let (own_parent, own_name) = self.path.rsplit_once(' ').unwrap_or(("", self.path));
        parent == own_parent && (name == own_name || self.alias.split(' ').any(|other| other == name))
    }
}

const COMMANDS: &[Command] = &[
    Command::new("get", "Display one or many resources", &[get::FLAGS], get::run),
    Command::new(
        "describe",
        "Show details of a specific resource or group of resources",
        &[describe::FLAGS],
        describe::run,
    ),
    Command::new(
        "apply",
        "Apply a configuration to a resource by file name or stdin",
        apply_files::FLAGS,
        apply_files::run,
    ),
    Command::new(
        "apply set-last-applied",
        "Set the last-applied-configuration annotation on a live object to match the contents of a file",
        last_applied::SET,
        last_applied::set,
    ),
    Command::new(
        "apply view-last-applied",
        "View the latest last-applied-configuration annotations of a resource/object",
        last_applied::VIEW,
        last_applied::view,
    ),
    Command::new("create", "Create a resource from a file or from stdin", create::FLAGS, create::run),
    Command::new(
        "create clusterrole",
        "Create a cluster role",
        &[create::ALL, create::ROLE, create::CLUSTER_ROLE],
        create::cluster_role,
    ),
    Command::new(
        "create clusterrolebinding",
        "Create a cluster role binding for a particular cluster role",
        &[create::ALL, create::CLUSTER_BINDING],
        create::cluster_role_binding,
    ),
    Command::new(
        "create configmap",
        "Create a config map from a local file, directory or literal value",
        &[create::ALL, create::DATA],
        create::config_map,
    )
    .or("cm"),
    Command::new(
        "create cronjob",
        "Create a cron job with the specified name",
        &[create::ALL, create::CRON_JOB],
        create::cron_job,
    )
    .or("cj"),
    Command::new(
        "create deployment",
        "Create a deployment with the specified name",
        &[create::ALL, create::DEPLOYMENT],
        create::deployment,
    )
    .or("deploy"),
    Command::new(
        "create ingress",
        "Create an ingress with the specified name",
        &[create::ALL, create::INGRESS],
        create::ingress,
    )
    .or("ing"),
    Command::new(
        "create job",
        "Create a job with the specified name",
        &[create::ALL, create::JOB],
        create::job,
    ),
    Command::new(
        "create namespace",
        "Create a namespace with the specified name",
        &[create::ALL],
        create::name_space,
    )
    .or("ns"),
    Command::new(
        "create poddisruptionbudget",
        "Create a pod disruption budget with the specified name",
        &[create::ALL, create::BUDGET],
        create::budget,
    )
    .or("pdb"),
    Command::new(
        "create priorityclass",
        "Create a priority class with the specified name",
        &[create::ALL, create::PRIORITY],
        create::priority_class,
    )
    .or("pc"),
    Command::new(
        "create quota",
        "Create a quota with the specified name",
        &[create::ALL, create::QUOTA],
        create::quota,
    )
    .or("resourcequota"),
    Command::new("create role", "Create a role with single rule", &[create::ALL, create::ROLE], create::role),
    Command::new(
        "create rolebinding",
        "Create a role binding for a particular role or cluster role",
        &[create::ALL, create::BINDING],
        create::role_binding,
    ),
    Command::new("create secret", "Create a secret using a specified subcommand", &[], group_on_stderr),
    Command::new(
        "create secret docker-registry",
        "Create a secret for use with a Docker registry",
        &[create::ALL, create::DOCKER],
        create::docker_secret,
    ),
    Command::new(
        "create secret generic",
        "Create a secret from a local file, directory, or literal value",
        &[create::ALL, create::DATA],
        create::secret,
    ),
    Command::new("create secret tls", "Create a TLS secret", &[create::ALL, create::TLS], create::tls_secret),
    Command::new("create service", "Create a service using a specified subcommand", &[], group_on_stderr)
        .or("svc"),
    Command::new(
        "create service clusterip",
        "Create a ClusterIP service",
        &[create::ALL, create::SERVICE, create::CLUSTER_IP],
        create::cluster_ip,
    ),
    Command::new(
        "create service externalname",
        "Create an ExternalName service",
        &[create::ALL, create::SERVICE, create::EXTERNAL_NAME],
        create::external_name,
    ),
    Command::new(
        "create service loadbalancer",
        "Create a LoadBalancer service",
        &[create::ALL, create::SERVICE],
        create::load_balancer,
    ),
    Command::new(
        "create service nodeport",
        "Create a NodePort service",
        &[create::ALL, create::SERVICE, create::NODE_PORT],
        create::node_port,
    ),
    Command::new(
        "create serviceaccount",
        "Create a service account with the specified name",
        &[create::ALL],
        create::service_account,
    )
    .or("sa"),
    Command::new(
        "create token",
        "Request a service account token",
        &[create::TOKEN, writing::OUTPUT],
        create::token,
    ),
    Command::new("replace", "Replace a resource by file name or stdin", replace::FLAGS, replace::run),
    Command::new("diff", "Diff the live version against a would-be applied version", diff::FLAGS, diff::run),
    Command::new(
        "delete",
        "Delete resources by file names, stdin, resources and names, or by resources and label selector",
        delete::FLAGS,
        delete::run,
    ),
    Command::new(
        "scale",
        "Set a new size for a deployment, replica set, or replication controller",
        scale::FLAGS,
        scale::run,
    ),
    Command::new(
        "expose",
        "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service",
        expose::FLAGS,
        expose::run,
    ),
    Command::new("set", "Set specific features on objects", &[], group_on_stderr),
    Command::new(
        "set env",
        "Update environment variables on a pod template",
        &[infos::FILES, writing::DRY_RUN, writing::OUTPUT, writing::MANAGER, set::FLAGS, set_env::FLAGS],
        set_env::run,
    ),
    Command::new(
        "set image",
        "Update the image of a pod template",
        &[infos::FILES, writing::DRY_RUN, writing::OUTPUT, writing::MANAGER, set::FLAGS],
        set::image,
    ),
    Command::new(
        "set resources",
        "Update resource requests/limits on objects with pod templates",
        &[
            infos::FILES,
            writing::DRY_RUN,
            writing::OUTPUT,
            writing::MANAGER,
            set::FLAGS,
            set::CONTAINERS,
            set::RESOURCES,
        ],
        set::resources,
    ),
    Command::new(
        "set selector",
        "Set the selector on a resource",
        &[infos::FILES, writing::DRY_RUN, writing::OUTPUT, writing::MANAGER, set::SELECTOR],
        set::selector,
    ),
    Command::new(
        "set serviceaccount",
        "Update the service account of a resource",
        &[infos::FILES, writing::DRY_RUN, writing::OUTPUT, writing::MANAGER, set::FLAGS],
        set::service_account,
    )
    .or("sa"),
    Command::new(
        "set subject",
        "Update the user, group, or service account in a role binding or cluster role binding",
        &[infos::FILES, writing::DRY_RUN, writing::OUTPUT, writing::MANAGER, set::FLAGS, set::SUBJECTS],
        set::subject,
    ),
    Command::new("rollout", "Manage the rollout of a resource", &[], |_, call, out| group(call, out, false)),
    Command::new("rollout history", "View rollout history", history::FLAGS, history::history),
    Command::new("rollout pause", "Mark the provided resource as paused", rollout::CHANGE, rollout::pause),
    Command::new("rollout restart", "Restart a resource", rollout::CHANGE, rollout::restart),
    Command::new("rollout resume", "Resume a paused resource", rollout::CHANGE, rollout::resume),
    Command::new("rollout status", "Show the status of the rollout", rollout::STATUS, rollout::status),
    Command::new("rollout undo", "Undo a previous rollout", history::UNDO, history::undo),
    Command::new(
        "autoscale",
        "Auto-scale a deployment, replica set, stateful set, or replication controller",
        autoscale::FLAGS,
        autoscale::run,
    ),
    Command::new("run", "Run a particular image on the cluster", run_pod::FLAGS, run_pod::run),
    Command::new("cordon", "Mark node as unschedulable", drain::CORDON, drain::cordon),
    Command::new("uncordon", "Mark node as schedulable", drain::CORDON, drain::uncordon),
    Command::new("drain", "Drain node in preparation for maintenance", drain::DRAIN, drain::drain),
    Command::new("taint", "Update the taints on one or more nodes", taint::FLAGS, taint::run),
    Command::new("attach", "Attach to a running container", exec::ATTACH, exec::attach),
    Command::new("cp", "Copy files and directories to and from containers", exec::COPY, exec::copy),
    Command::new("exec", "Execute a command in a container", exec::EXEC, exec::exec),
    Command::new("logs", "Print the logs for a container in a pod", exec::LOGS, exec::logs),
    Command::new("port-forward", "Forward one or more local ports to a pod", exec::FORWARD, exec::forward),
    Command::new("auth", "Inspect authorization", &[], group_on_stderr),
    Command::new("auth can-i", "Check whether an action is allowed", own::CAN_I, own::can_i),
    Command::new("auth whoami", "Experimental: Check self subject attributes", &[], own::who_am_i),
    Command::new("certificate", "Modify certificate resources", &[], |_, call, out| {
        group(call, out, false)?;
        out.exit = 0;
        Ok(())
    }),
    Command::new("certificate approve", "Approve a certificate signing request", own::OBJECTS, own::approve),
    Command::new("certificate deny", "Deny a certificate signing request", own::OBJECTS, own::deny),
    Command::new("cluster-info", "Display cluster information", &[], own::cluster_info),
    Command::new(
        "completion",
        "Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
        &[],
        own::completion,
    ),
    Command::new("config", "Modify kubeconfig files", &[], group_on_stderr),
    Command::new("config current-context", "Display the current-context", &[], own::current_context),
    Command::new(
        "config get-clusters",
        "Display clusters defined in the kubeconfig",
        own::CONFIG,
        own::clusters,
    ),
    Command::new("config get-contexts", "Describe one or many contexts", own::CONFIG, own::contexts),
    Command::new("config get-users", "Display users defined in the kubeconfig", own::CONFIG, own::users),
    Command::new("config use-context", "Set the current-context in a kubeconfig file", &[], own::use_context)
        .or("use"),
    Command::new(
        "config view",
        "Display merged kubeconfig settings or a specified kubeconfig file",
        own::CONFIG,
        own::view,
    ),
    Command::new(
        "debug",
        "Create debugging sessions for troubleshooting workloads and nodes",
        own::OBJECTS,
        own::debug,
    ),
    Command::new("edit", "Edit a resource on the server", own::OBJECTS, own::edit),
    Command::new("plugin", "Provides utilities for interacting with plugins", &[], group_on_stderr),
    Command::new(
        "plugin list",
        "List all visible plugin executables on a user's PATH",
        own::OBJECTS,
        own::no_plugins,
    ),
    Command::new("top", "Display resource (CPU/memory) usage", &[], group_on_stderr),
    Command::new("top node", "Display resource (CPU/memory) usage of nodes", own::OBJECTS, own::top)
        .or("nodes no"),
    Command::new("top pod", "Display resource (CPU/memory) usage of pods", own::OBJECTS, own::top)
        .or("pods po"),
    Command::new("label", "Update the labels on a resource", label::FLAGS, label::label),
    Command::new("annotate", "Update the annotations on a resource", label::FLAGS, label::annotate),
    Command::new("patch", "Update fields of a resource", patch::FLAGS, patch::run),
    Command::new("wait", "Wait for a specific condition on one or many resources", wait::FLAGS, wait::run),
    Command::new(
        "api-resources",
        "Print the supported API resources on the server",
        &[discovery::RESOURCES],
        discovery::resources,
    ),
    Command::new(
        "api-versions",
        "Print the supported API versions on the server, in the form of \"group/version\"",
        &[],
        discovery::versions,
    ),
    Command::new("explain", "Get documentation for a resource", &[explain::FLAGS], explain::run),
    Command::new(
        "version",
        "Print the client and server version information",
        &[discovery::VERSION],
        discovery::version,
    ),
];

/// Commands of kubectl that are not here.
const OTHERS: &[&str] = &["events", "kustomize", "options", "proxy"];

/// Runs `kubectl` with these words after it.
pub fn run(client: &mut Client<'_>, args: &[String], stdin: &str, files: &[(String, String)]) -> Printed {
    let mut out = Printed::default();
    // what others have done before has had its effects
    client.pass(Duration::ZERO);
    let (command, rest, next) = find(args);
    let Some(command) = command else {
        match next {
            Some(name) => out.fail(&unknown(&name)),
            None => match Args::parse(&rest, &[]) {
                Err(problem) => {
                    out.fail(&Failure::Plain(format!("{problem}\nSee 'kubectl --help' for usage.")));
                }
                Ok(_) => out.stdout.push_str(&help::group("", COMMANDS)),
            },
        }
        return out;
    };
    let path = command.path;
    match Args::parse(&rest, command.flags) {
        Err(problem) => {
            out.fail(&Failure::Plain(format!("{problem}\nSee 'kubectl {path} --help' for usage.")));
        }
        Ok(args) if args.is_on("help") => help::leaf(command, &mut out),
        Ok(args) => {
            let missing = args.missing(command.flags);
            if !missing.is_empty() {
                let names = missing.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>();
                out.fail(&Failure::Plain(format!("required flag(s) {} not set", names.join(", "))));
                return out;
            }
            if args.find("dry-run") == Some("unchanged") {
                let text = "--dry-run is deprecated and can be replaced with --dry-run=client.";
                out.log(client.server.now, "helpers.go:714", text);
            }
            let call = Call { args, stdin, files, path };
            if let Err(failure) = (command.run)(client, &call, &mut out) {
                out.warn(client);
                out.fail(&failure);
            }
            out.warn(client);
        }
    }
    out
}

/// The command that the words name, the words without its name, and the first that names none.
///
/// Models `Command.Find` of `github.com/spf13/cobra`.
fn find(args: &[String]) -> (Option<&'static Command>, Vec<String>, Option<String>) {
    let (mut found, mut rest, mut next) = (None::<&Command>, Vec::new(), None);
    let mut words = args.iter();
    while let Some(word) = words.next() {
        if word.starts_with('-') && word.len() > 1 {
            rest.push(word.clone());
            if word == "--" {
                break;
            }
            let flags = found.map_or(&[][..], |command| command.flags);
            let takes_next = args::takes_next(word, flags);
            rest.extend(words.by_ref().take(usize::from(takes_next)).cloned());
            continue;
        }
        let path = match found {
            Some(command) => format!("{} {word}", command.path),
            None => word.clone(),
        };
        match COMMANDS.iter().find(|command| command.is_called(&path)) {
            Some(command) => found = Some(command),
            None => {
                rest.push(word.clone());
                next = Some(word.clone());
                break;
            }
        }
    }
    rest.extend(words.cloned());
    (found, rest, next)
}

/// A group of commands that is called without any of them.
///
/// Models `DefaultSubCommandRun`.
pub fn group(call: &Call<'_>, out: &mut Printed, on_stderr: bool) -> Result<(), Failure> {
    if !call.args.words.is_empty() {
        let given = call.args.words.join(" ");
        return Err(call.usage(&format!("unknown command {}", quoted(&given))));
    }
    let text = help::group(call.path, COMMANDS);
    let stream = if on_stderr { &mut out.stderr } else { &mut out.stdout };
    stream.push_str(&text);
    out.exit = 1;
    Ok(())
}

fn group_on_stderr(_: &mut Client<'_>, call: &Call<'_>, out: &mut Printed) -> Result<(), Failure> {
    group(call, out, true)
}

fn unknown(name: &str) -> Failure {
    if OTHERS.contains(&name) {
        return Failure::own(format!("svcscope does not have \"kubectl {name}\""));
    }
    let all = COMMANDS
        .iter()
        .map(|c| c.path)
        .filter(|p| !p.contains(' '))
        .chain(OTHERS.iter().copied())
        .collect::<BTreeSet<_>>();
    let close = all.into_iter().filter(|c| distance(name, c) <= 2 || c.starts_with(name));
    let close = close.map(|c| format!("\t{c}\n")).collect::<String>();
    let hint = if close.is_empty() { close } else { format!("\n\nDid you mean this?\n{close}\n") };
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

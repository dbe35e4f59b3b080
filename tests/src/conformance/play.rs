//! A session played step by step, as the recorder played it with the real cluster.

use super::canonical::one_second;
use super::client::{call, items};
use super::dig;
use super::kubelet::{self, Addresses};
use super::named::{Named, named};
use super::recording::{Action, Kubectl, Steps};
use super::server::Server;
use super::variables::{Script, refers_back};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Where the recorder looks to see whether a cluster has settled.
pub const WATCHED: [&str; 20] = [
    "/apis/apps/v1/deployments",
    "/apis/apps/v1/statefulsets",
    "/apis/apps/v1/daemonsets",
    "/apis/apps/v1/replicasets",
    "/api/v1/replicationcontrollers",
    "/apis/batch/v1/cronjobs",
    "/apis/batch/v1/jobs",
    "/api/v1/pods",
    "/api/v1/services",
    "/api/v1/endpoints",
    "/apis/discovery.k8s.io/v1/endpointslices",
    "/apis/networking.k8s.io/v1/ingresses",
    "/apis/networking.k8s.io/v1/networkpolicies",
    "/apis/policy/v1/poddisruptionbudgets",
    "/apis/autoscaling/v2/horizontalpodautoscalers",
    "/api/v1/nodes",
    "/api/v1/configmaps",
    "/api/v1/secrets",
    "/api/v1/persistentvolumeclaims",
    "/apis/apps/v1/controllerrevisions",
];

/// Milliseconds between two looks at a cluster that is to settle, and after which it should have.
const LOOK: i64 = 150;
const LIMIT: i64 = 40_000;

/// How far a session went.
#[derive(Clone, Debug)]
pub struct Played {
    /// The answers to the steps, with variables for what differs from run to run; none to a step that only waits or acts.
    pub answers: Vec<Option<Value>>,
    /// Why it went no further.
    pub error: Option<String>,
}

/// Plays the steps in turn. Keys in `drop` are left out of the answers; the API server listens at `server_port`.
pub fn play(server: &mut dyn Server, case: &Steps, drop: &[String], server_port: &str) -> Played {
    let steps = case.steps.iter().map(|step| step.asked.clone()).collect::<Vec<_>>();
    let drop = drop.iter().chain(&case.drop).map(String::as_str).collect();
    let script = Script::new(&steps);
    let of = Named { script: &script, steps: &steps, drop: &drop, server_port };
    let mut session =
        Session { server, generated: BTreeSet::new(), addresses: Addresses::default(), files: Vec::new() };
    let mut answers = Vec::new();
    let mut error = session.all(&of, &mut answers).err();
    if error.is_none() && steps.iter().any(|step| step.get("kubectl").is_some()) {
        error = session.state().err();
    }
    if case.one_second {
        answers.iter_mut().flatten().for_each(one_second);
    }
    Played { answers: named(&of, &answers, &session.generated).1, error }
}

struct Session<'a> {
    server: &'a mut dyn Server,
    /// The `generateName` of everything seen in the cluster.
    generated: BTreeSet<String>,
    addresses: Addresses,
    /// The files of kubectl's folder.
    files: Vec<(String, String)>,
}

impl Session<'_> {
    fn all(&mut self, of: &Named, answers: &mut Vec<Option<Value>>) -> Result<(), String> {
        for (i, step) in of.steps.iter().enumerate() {
            let before = i.checked_sub(1).map(|before| &of.steps[before]);
            self.server.begin(i);
            answers.push(self.one(of, answers, step, before).map_err(|error| format!("step {i}: {error}"))?);
        }
        Ok(())
    }

    /// A step, with the values of the answers so far in place of the variables it names.
    fn one(
        &mut self,
        of: &Named,
        answers: &[Option<Value>],
        step: &Value,
        before: Option<&Value>,
    ) -> Result<Option<Value>, String> {
        if !refers_back(step) {
            return self.act(&Action::of(step)?, before);
        }
        if step.get("kubectl").is_some() {
            self.state()?;
        }
        let step = named(of, answers, &self.generated).0.filled(step);
        self.act(&Action::of(&step)?, before)
    }

    fn act(&mut self, action: &Action, before: Option<&Value>) -> Result<Option<Value>, String> {
        Ok(match action {
            Action::Do(request) => {
                let answer = call(self.server, request)?;
                let mut json = json!({"code": answer.code, "body": answer.body});
                if !answer.warnings.is_empty() {
                    json["warnings"] = Value::from(answer.warnings);
                }
                Some(json)
            }
            Action::Settle(quiet) => self.settle(*quiet)?,
            Action::Ready(options) => {
                kubelet::ready(self.server, options, &mut self.addresses)?;
                None
            }
            Action::Gone(options) => {
                kubelet::gone(self.server, options)?;
                None
            }
            Action::Kubectl(command) => Some(self.kubectl(command)?),
            Action::Dns { name, kind } => {
                // The DNS server learns of a change a moment later.
                self.server.wait(match before {
                    Some(step) if step.get("dns").is_some() => 0,
                    Some(step) if step.get("settle").is_some() => 300,
                    _ => 1000,
                });
                let Some(query) = dig::query(name, kind) else { return Ok(Some(dig::timeout())) };
                let response = self.server.dns(&query)?;
                Some(dig::answer(&query, response.as_deref()))
            }
        })
    }

    fn kubectl(&mut self, command: &Kubectl) -> Result<Value, String> {
        for (name, text) in &command.files {
            self.files.retain(|(known, _)| known != name);
            self.files.push((name.clone(), text.clone()));
        }
        let printed = self.server.kubectl(&Kubectl { files: self.files.clone(), ..command.clone() })?;
        Ok(json!({"exit": printed.exit, "stdout": printed.stdout, "stderr": printed.stderr}))
    }

    /// Waits until nothing has changed for `quiet` milliseconds.
    fn settle(&mut self, quiet: i64) -> Result<Option<Value>, String> {
        let (mut now, mut since, mut last) = (0, 0, None);
        while now < LIMIT {
            let state = Some(self.state()?);
            if state != last {
                (last, since) = (state, now);
            } else if now - since >= quiet {
                return Ok(None);
            }
            self.server.wait(LOOK);
            now += LOOK;
        }
        Err("the cluster did not settle".to_owned())
    }

    /// The revisions of all objects; takes note of their `generateName`.
    fn state(&mut self) -> Result<Vec<(String, String)>, String> {
        let mut state = Vec::new();
        for path in WATCHED {
            for item in items(self.server, path)? {
                let text = |key: &str| item["metadata"][key].as_str().unwrap_or_default().to_owned();
                state.push((text("uid"), text("resourceVersion")));
                self.generated.extend(Some(text("generateName")).filter(|g| !g.is_empty()));
            }
        }
        state.sort();
        Ok(state)
    }
}

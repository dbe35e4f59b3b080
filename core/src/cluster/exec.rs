//! What becomes of a command in a container: the programs with which people look at a network.
//!
//! Stands for the images that have them (busybox, curl, dnsutils); every container here has all of them.

use super::traffic::Traffic;
use super::work::Work;
use crate::base::{Text, Value};
use crate::kubectl::{Place, Ran};
use crate::net::dns::{Data, Type};
use crate::net::{End, Outcome, Request, Source};
use crate::node::answer;
use crate::object::{Port, Protocol, resource};
use crate::registry::Server;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A container in which something runs.
struct Shell<'a> {
    server: &'a Server,
    work: &'a Work,
    traffic: &'a mut Traffic,
    place: Place<'a>,
}

type Program = fn(&mut Shell<'_>, &[&str]) -> Ran;

const PROGRAMS: &[(&str, Program)] = &[
    ("cat", |shell, words| shell.cat(words)),
    ("curl", |shell, words| shell.curl(words)),
    ("date", |shell, _| said(format!("{}\n", shell.server.now.rfc3339()))),
    ("echo", |_, words| said(format!("{}\n", words.join(" ")))),
    ("env", |shell, _| shell.env(&[])),
    ("false", |_, _| Ran { exit: 1, ..Ran::default() }),
    ("hostname", |shell, _| shell.hostname()),
    ("nc", |shell, words| shell.nc(words)),
    ("nslookup", |shell, words| shell.nslookup(words)),
    ("printenv", |shell, words| shell.env(words)),
    ("true", |_, _| Ran::default()),
    ("wget", |shell, words| shell.wget(words)),
];
const SHELLS: &[&str] = &["sh", "bash", "/bin/sh", "/bin/bash"];
/// What makes more of a line than a command and its words.
const SYNTAX: &[char] = &['|', ';', '&', '$', '`', '>', '<', '(', ')', '\n'];

/// Runs a command in a container of a pod that is there and runs.
pub(super) fn exec(
    server: &Server,
    work: &Work,
    traffic: &mut Traffic,
    place: Place<'_>,
    command: &[String],
) -> Ran {
    let words = command.iter().map(String::as_str).collect::<Vec<_>>();
    Shell { server, work, traffic, place }.run(&words)
}

fn said(text: String) -> Ran {
    Ran { stdout: text, ..Ran::default() }
}

fn failed(exit: i32, text: String) -> Ran {
    Ran { exit, stderr: text, ..Ran::default() }
}

impl Shell<'_> {
    fn run(&mut self, words: &[&str]) -> Ran {
        let Some((name, rest)) = words.split_first() else { return Ran::default() };
        if SHELLS.contains(name) {
            return match rest {
                ["-c", line, ..] if !line.contains(SYNTAX) => self.run(&split(line)),
                _ => {
                    failed(126, "svcscope has no shell: only single commands run in containers\n".to_string())
                }
            };
        }
        let called = name.rsplit('/').next().unwrap_or(name);
        match PROGRAMS.iter().find(|(known, _)| *known == called) {
            Some((_, program)) => program(self, rest),
            None => {
                let known = PROGRAMS.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", ");
                failed(127, format!("svcscope does not run \"{name}\" in containers; there are {known}\n"))
            }
        }
    }

    fn source(&self) -> Source {
        Source::Pod { namespace: self.place.namespace.into(), name: self.place.pod.into() }
    }

    fn pod(&self) -> Value {
        let found = self.server.store.get(resource::PODS, self.place.namespace, self.place.pod);
        found.map(|object| object.value().clone()).unwrap_or_default()
    }

    fn hostname(&self) -> Ran {
        said(format!("{}\n", answer::host_name(&self.pod())))
    }

    fn env(&mut self, names: &[&str]) -> Ran {
        let Place { namespace, pod, container } = self.place;
        let mut all = self.traffic.variables(self.server, namespace, pod, container).unwrap_or_default();
        let host = answer::host_name(&self.pod()).to_string();
        all.insert(0, ("HOSTNAME".into(), host.as_str().into()));
        let line = |(name, value): &(Text, Text)| format!("{name}={value}\n");
        match names.first() {
            None => said(all.iter().map(line).collect()),
            Some(wanted) => match all.iter().find(|(name, _)| name == *wanted) {
                Some((_, value)) => said(format!("{value}\n")),
                None => Ran { exit: 1, ..Ran::default() },
            },
        }
    }

    fn cat(&mut self, files: &[&str]) -> Ran {
        let mut ran = Ran::default();
        let resolver = self.traffic.resolver(self.server, self.place.namespace, self.place.pod);
        let host = answer::host_name(&self.pod()).to_string();
        for file in files {
            let text = resolver.as_ref().and_then(|resolver| match *file {
                "/etc/resolv.conf" => Some(format!("{}", resolver.conf)),
                "/etc/hosts" => Some(resolver.hosts.clone()),
                "/etc/hostname" => Some(format!("{host}\n")),
                _ => None,
            });
            match text {
                Some(text) => ran.stdout.push_str(&text),
                None => {
                    ran.exit = 1;
                    ran.stderr.push_str(&format!("cat: can't open '{file}': No such file or directory\n"));
                }
            }
        }
        ran
    }

    fn curl(&mut self, words: &[&str]) -> Ran {
        let flags = Flags::read(words, &["-m", "-H", "-X", "-o", "-w", "-d", "-A", "-u"]);
        let Some(url) = flags.words.first().and_then(|url| Url::read(url)) else {
            return failed(2, "curl: no URL specified\n".to_string());
        };
        let limit = flags.get("--max-time").or(flags.get("-m")).or(flags.get("--connect-timeout"));
        let (host, port) = (&url.host, url.port);
        let mut ran = match self.send(&url) {
            Err(ran) => return ran,
            Ok(end) => match end.outcome {
                Outcome::Answered => match flags.get("-o").or(flags.get("--output")) {
                    Some(_) => Ran::default(),
                    None => said(end.response.to_string()),
                },
                Outcome::Unresolved => failed(6, format!("curl: (6) Could not resolve host: {host}\n")),
                Outcome::TimedOut => failed(
                    28,
                    match limit {
                        Some(seconds) => {
                            format!("curl: (28) Connection timed out after {seconds}000 milliseconds\n")
                        }
                        None => format!(
                            "curl: (28) Failed to connect to {host} port {port} after 130000 ms: Couldn't connect to server\n"
                        ),
                    },
                ),
                _ => failed(
                    7,
                    format!(
                        "curl: (7) Failed to connect to {host} port {port} after 1 ms: Couldn't connect to server\n"
                    ),
                ),
            },
        };
        if let Some(format) = flags.get("-w").or(flags.get("--write-out")) {
            let code = if ran.exit == 0 { "200" } else { "000" };
            ran.stdout.push_str(&format.replace("%{http_code}", code).replace("\\n", "\n"));
        }
        if flags.has('s') && !flags.has('S') {
            ran.stderr.clear();
        }
        ran
    }

    /// As busybox has it.
    fn wget(&mut self, words: &[&str]) -> Ran {
        let flags = Flags::read(words, &["-O", "-T", "-U"]);
        let Some(url) = flags.words.first().and_then(|url| Url::read(url)) else {
            return failed(1, "wget: missing URL\n".to_string());
        };
        let end = match self.send(&url) {
            Ok(end) => end,
            Err(ran) => return ran,
        };
        let address = end.address.map(|ip| format!("{ip}")).unwrap_or_default();
        match end.outcome {
            Outcome::Answered if words.iter().any(|w| w.ends_with("O-") || *w == "-") => {
                said(end.response.to_string())
            }
            Outcome::Answered => Ran::default(),
            Outcome::Unresolved => failed(1, format!("wget: bad address '{}'\n", url.host)),
            Outcome::TimedOut => failed(1, "wget: download timed out\n".to_string()),
            other => {
                let why = other.error(&url.host).unwrap_or_default();
                failed(1, format!("wget: can't connect to remote host ({address}): {why}\n"))
            }
        }
    }

    fn nc(&mut self, words: &[&str]) -> Ran {
        let flags = Flags::read(words, &["-w"]);
        let [host, port] = flags.words.as_slice() else {
            return failed(1, "usage: nc [-zvu] [-w timeout] host port\n".to_string());
        };
        let protocol = if flags.has('u') { Protocol::Udp } else { Protocol::Tcp };
        let Some(number) = port.parse::<u16>().ok().and_then(Port::new) else {
            return failed(1, format!("nc: port number invalid: {port}\n"));
        };
        let url = Url { host: host.to_string(), port: number, path: "/".to_string(), protocol };
        let lower = protocol.lower();
        match self.send(&url) {
            Err(ran) => ran,
            Ok(end) if end.outcome == Outcome::Answered => Ran {
                stderr: match flags.has('v') {
                    true => format!("Connection to {host} {port} port [{lower}/*] succeeded!\n"),
                    false => String::new(),
                },
                ..Ran::default()
            },
            Ok(end) => {
                let why = end.outcome.error(host).unwrap_or_default();
                failed(1, format!("nc: connect to {host} port {port} ({lower}) failed: {why}\n"))
            }
        }
    }

    /// As `bind` has it.
    fn nslookup(&mut self, words: &[&str]) -> Ran {
        let flags = Flags::read(words, &[]);
        let Some(name) = flags.words.first() else {
            return failed(1, "nslookup: no name is given\n".to_string());
        };
        let from = self.source();
        let resolver = self.traffic.resolver(self.server, self.place.namespace, self.place.pod);
        let server = resolver.and_then(|r| r.conf.nameservers.first().cloned()).unwrap_or_default();
        let mut text = format!("Server:\t\t{server}\nAddress:\t{server}#53\n\n");
        let mut known = false;
        for kind in [Type::A, Type::AAAA] {
            let asked = (&from, *name, kind);
            let looked = self.traffic.look(self.server, self.work, asked, &mut Vec::new());
            let Ok(Ok(found)) = looked else { continue };
            for record in &found.answers {
                let address = match &record.data {
                    Data::A(ip) => format!("{ip}"),
                    Data::Aaaa(ip) => format!("{ip}"),
                    _ => continue,
                };
                known = true;
                let name = record.name.trim_end_matches('.');
                text.push_str(&format!("Name:\t{name}\nAddress: {address}\n"));
            }
        }
        if known {
            return said(text + "\n");
        }
        Ran { exit: 1, stdout: format!("{text}** server can't find {name}: NXDOMAIN\n\n"), ..Ran::default() }
    }

    fn send(&mut self, url: &Url) -> Result<End, Ran> {
        let request = Request {
            from: self.source(),
            to: url.host.as_str().into(),
            port: url.port,
            protocol: url.protocol,
            client_port: None,
            payload: url.path.as_str().into(),
        };
        let sent = self.traffic.travel(self.server, self.work, &request, &mut ());
        sent.map_err(|_| failed(1, "the pod has no network yet\n".to_string()))
    }
}

/// Words between blanks, with quotes.
fn split(line: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let quoted = matches!(first, '\'' | '"');
        let body = if quoted { rest.get(1..).unwrap_or_default() } else { rest };
        let ends = |c: char| if quoted { c == first } else { c.is_whitespace() };
        let end = body.find(ends).unwrap_or(body.len());
        out.push(body.get(..end).unwrap_or_default());
        let behind = body.get(end..).unwrap_or_default();
        rest = behind.strip_prefix(first).filter(|_| quoted).unwrap_or(behind).trim_start();
    }
    out
}

/// Flags of a program, those with values among them, and the other words.
struct Flags<'a> {
    words: Vec<&'a str>,
    given: Vec<(&'a str, &'a str)>,
}

impl<'a> Flags<'a> {
    fn read(words: &[&'a str], with_value: &[&str]) -> Flags<'a> {
        let mut out = Flags { words: Vec::new(), given: Vec::new() };
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            let long =
                ["--max-time", "--connect-timeout", "--output", "--write-out", "--header", "--request"];
            if let Some((name, value)) = word.split_once('=').filter(|_| word.starts_with("--")) {
                out.given.push((name, value));
            } else if with_value.contains(word) || long.contains(word) {
                out.given.push((word, rest.next().copied().unwrap_or_default()));
            } else if word.starts_with('-') && word.len() > 1 {
                out.given.push((word, ""));
            } else {
                out.words.push(word);
            }
        }
        out
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.given.iter().find(|(n, _)| *n == name).map(|(_, value)| *value)
    }

    /// Whether a letter stands among those behind one dash.
    fn has(&self, letter: char) -> bool {
        self.given.iter().any(|(name, _)| !name.starts_with("--") && name.contains(letter))
    }
}

struct Url {
    host: String,
    port: Port,
    path: String,
    protocol: Protocol,
}

impl Url {
    fn read(text: &str) -> Option<Url> {
        let (default, rest) = match text.split_once("://") {
            Some(("https", rest)) => (443, rest),
            Some((_, rest)) => (80, rest),
            None => (80, text),
        };
        let (place, path) = rest.split_once('/').map_or((rest, ""), |(place, path)| (place, path));
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse::<u16>().ok()?),
            _ => (place, default),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_string();
        Some(Url { host, port: Port::new(port)?, path: format!("/{path}"), protocol: Protocol::Tcp })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Duration;
    use crate::cluster::{Cluster, Options};

    const POD_AND_SERVICE: &str = "
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
";

    #[test]
    fn programs_in_a_container_see_the_network_of_the_pod() {
        let mut cluster = Cluster::new(&Options::product());
        let run = |cluster: &mut Cluster, words: &str, stdin: &str| {
            let args = words.split(' ').map(String::from).collect::<Vec<_>>();
            cluster.kubectl(&args, stdin, &[])
        };
        assert_eq!(run(&mut cluster, "apply -f -", POD_AND_SERVICE).exit, 0);
        cluster.advance(Duration::from_secs(60));
        for (command, exit, expected) in [
            ("exec web -- curl -s web", 0, "Welcome to nginx!"),
            ("exec web -- wget -qO- http://web.default.svc.cluster.local/", 0, "Welcome to nginx!"),
            ("exec web -- cat /etc/resolv.conf", 0, "search default.svc.cluster.local"),
            ("exec web -- nslookup web", 0, "Name:\tweb.default.svc.cluster.local"),
            ("exec pod/web -c c -- hostname", 0, "web\n"),
            ("exec web -- env", 0, "KUBERNETES_SERVICE_HOST=10.96.0.1"),
            (
                "exec web -- curl nobody",
                6,
                "Could not resolve host: nobody\ncommand terminated with exit code 6",
            ),
            ("exec web -- curl web:81", 7, "Failed to connect to web port 81"),
            ("exec web -- vi", 127, "svcscope does not run \"vi\""),
        ] {
            let printed = run(&mut cluster, command, "");
            let all = format!("{}{}", printed.stdout, printed.stderr);
            assert!(printed.exit == exit && all.contains(expected), "{command}: {} {all}", printed.exit);
        }
    }

    #[test]
    fn a_line_for_the_shell_is_split_at_blanks_outside_of_quotes() {
        assert_eq!(split(" curl -s  'a b' \"c\" d"), ["curl", "-s", "a b", "c", "d"]);
    }
}

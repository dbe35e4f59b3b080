//! What the programs in a pod's containers answer.
//!
//! Known images answer as they do; all others as a small echo server that says who it is and whom it sees.

use super::app::{Listener, annotation, command_line, flag};
use super::image;
use crate::base::{Instant, Text, Value};
use alloc::format;
use alloc::string::String;
use core::net::{IpAddr, SocketAddr};

/// A request as the program sees it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The client.
    pub client: SocketAddr,
    /// The address it was asked at.
    pub at: IpAddr,
    /// The path of a request in HTTP, or what a datagram holds.
    pub payload: &'a str,
    pub now: Instant,
}

/// What the program that has this listener answers.
pub fn answer(pod: &Value, listener: &Listener, asked: &Asked<'_>) -> Text {
    static NULL: Value = Value::Null;
    if let Some(said) = annotation(pod, &listener.container, "response") {
        return said.into();
    }
    let spec = pod.get("spec");
    let mut containers = spec.get("initContainers").items().iter().chain(spec.get("containers").items());
    let container = containers.find(|c| c.get("name").str() == listener.container.as_str()).unwrap_or(&NULL);
    let args = command_line(container);
    let host = host_name(pod);
    match image::short_name(container.get("image").str()) {
        name if name.ends_with("agnhost") => agnhost(container, &args, listener, asked, host).into(),
        "nginx" | "nginxinc/nginx-unprivileged" => NGINX.into(),
        "httpd" => "<html><body><h1>It works!</h1></body></html>\n".into(),
        "hashicorp/http-echo" => format!("{}\n", flag(&args, "text").unwrap_or_default()).into(),
        "google-samples/hello-app" => {
            let version = if image::tag(container.get("image").str()) == "2.0" { "2.0.0" } else { "1.0.0" };
            format!("Hello, world!\nVersion: {version}\nHostname: {host}\n").into()
        }
        _ => echo(pod, host, asked),
    }
}

const NGINX: &str = "<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href=\"http://nginx.org/\">nginx.org</a>.<br/>
Commercial support is available at
<a href=\"http://nginx.com/\">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
";

/// Who answers, of which version, and whom it sees.
fn echo(pod: &Value, host: &str, asked: &Asked<'_>) -> Text {
    let labels = pod.get("metadata").get("labels");
    let version = ["app.kubernetes.io/version", "version"].iter().find_map(|l| labels.find(l));
    let version = version.map(|v| format!(" version={}", v.str())).unwrap_or_default();
    format!("hostname={host}{version} client={}\n", asked.client.ip()).into()
}

/// What `hostname` prints in the pod.
pub fn host_name(pod: &Value) -> &str {
    let own = ["hostnameOverride", "hostname"].iter().map(|f| pod.get("spec").get(f).str());
    let node =
        Some(pod.get("spec").get("nodeName").str()).filter(|_| pod.at(&["spec", "hostNetwork"]).is_true());
    let name = pod.get("metadata").get("name").str();
    own.chain(node).find(|n| !n.is_empty()).unwrap_or(name)
}

/// The programs of Kubernetes' own tests.
///
/// Models `test/images/agnhost`: `netexec`, `serve-hostname`, `porter`.
fn agnhost(container: &Value, args: &[&str], listener: &Listener, asked: &Asked<'_>, host: &str) -> String {
    if args.contains(&"serve-hostname") {
        return host.into();
    }
    if args.contains(&"porter") {
        let env = container.get("env").items().iter();
        let mine = |e: &&Value| {
            let name = e.get("name").str();
            let number = name.strip_prefix("SERVE_PORT_").or_else(|| name.strip_prefix("SERVE_TLS_PORT_"));
            number.and_then(|n| n.parse().ok()) == Some(listener.port)
        };
        return env.clone().find(mine).map(|e| e.get("value").str().into()).unwrap_or_default();
    }
    if listener.protocol != "TCP" {
        return datagram(asked, host);
    }
    let (path, query) = asked.payload.split_once('?').unwrap_or((asked.payload, ""));
    let parameter = |name: &str| query.split('&').find_map(|p| p.strip_prefix(name)?.strip_prefix('='));
    match path.trim_start_matches('/') {
        "hostname" | "hostName" => host.into(),
        "clientip" => format!("{}", asked.client),
        "echo" => parameter("msg").unwrap_or_default().into(),
        "healthz" => String::new(),
        "" => format!("NOW: {}", asked.now.rfc3339()),
        _ => "404 page not found\n".into(),
    }
}

/// Models `startUDPServer` in `netexec.go`.
fn datagram(asked: &Asked<'_>, host: &str) -> String {
    let words = asked.payload.trim_end_matches('\n');
    match words.to_ascii_lowercase().as_str() {
        "hostname" => host.into(),
        "clientip" => format!("{}", asked.client),
        _ => words
            .get(..5)
            .filter(|w| w.eq_ignore_ascii_case("echo "))
            .and_then(|_| words.get(5..))
            .unwrap_or_default()
            .into(),
    }
}

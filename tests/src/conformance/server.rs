//! What a recorded session is played against.

use super::recording::Kubectl;
use serde_json::Value;
use svcscope_core::api::Request;

/// A cluster, as far as the recorder sees one.
pub trait Server {
    /// Tells which step comes next.
    fn begin(&mut self, _step: usize) {}

    /// Asks the API server and waits for the whole answer; of a watch, until it is closed.
    fn call(&mut self, request: &Request) -> Result<Reply, String>;

    /// Lets milliseconds pass.
    fn wait(&mut self, ms: i64);

    /// What time it is there (RFC 3339, to the second).
    fn now(&self) -> String;

    /// Asks the DNS server; both messages in wire format, no answer where there is none.
    fn dns(&mut self, query: &[u8]) -> Result<Option<Vec<u8>>, String>;

    /// Runs kubectl, with the files of the session so far in its folder.
    fn kubectl(&mut self, command: &Kubectl) -> Result<Printed, String>;

    /// The rules that kube-proxy with this configuration has written on a node, as `nft -s list table ip kube-proxy` and
    /// `iptables-save` list them.
    fn rules(&mut self, node: &str, family: Family, config: &Value) -> Result<Listings, String>;
}

/// An answer of the API server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    pub code: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// What a command left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    V4,
    V6,
}

/// A node's rules in each mode of kube-proxy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listings {
    pub nft: String,
    pub iptables: String,
}

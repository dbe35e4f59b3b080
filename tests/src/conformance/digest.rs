//! A number for all that a cluster answered: two engines that answered alike have the same.

use super::recording::Kubectl;
use super::server::{Family, Listings, Printed, Reply, Server};
use serde_json::Value;
use std::cell::Cell;
use svcscope_core::api::Request;

/// FNV-1a of 64 bits.
#[derive(Debug)]
pub struct Digest(Cell<u64>);

impl Default for Digest {
    fn default() -> Digest {
        Digest(Cell::new(0xcbf2_9ce4_8422_2325))
    }
}

impl Digest {
    /// A piece of an answer. Its length counts, too, so that no piece runs into the next.
    fn write(&self, bytes: &[u8]) {
        let length = (bytes.len() as u64).to_le_bytes();
        let mix = |sum: u64, b: &u8| (sum ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3);
        self.0.set(length.iter().chain(bytes).fold(self.0.get(), mix));
    }

    pub fn sum(&self) -> u64 {
        self.0.get()
    }
}

/// A server whose answers are added to a digest.
pub struct Digested<'a> {
    pub server: Box<dyn Server>,
    pub digest: &'a Digest,
}

impl Server for Digested<'_> {
    fn begin(&mut self, step: usize) {
        self.server.begin(step);
    }

    fn call(&mut self, request: &Request) -> Result<Reply, String> {
        let reply = self.server.call(request)?;
        self.digest.write(&reply.code.to_le_bytes());
        for (name, value) in &reply.headers {
            self.digest.write(name.as_bytes());
            self.digest.write(value.as_bytes());
        }
        self.digest.write(&reply.body);
        Ok(reply)
    }

    fn wait(&mut self, ms: i64) {
        self.server.wait(ms);
    }

    fn now(&self) -> String {
        self.server.now()
    }

    fn dns(&mut self, query: &[u8]) -> Result<Option<Vec<u8>>, String> {
        let answer = self.server.dns(query)?;
        self.digest.write(answer.as_deref().unwrap_or_default());
        Ok(answer)
    }

    fn kubectl(&mut self, command: &Kubectl) -> Result<Printed, String> {
        let printed = self.server.kubectl(command)?;
        self.digest.write(&printed.exit.to_le_bytes());
        self.digest.write(printed.stdout.as_bytes());
        self.digest.write(printed.stderr.as_bytes());
        Ok(printed)
    }

    fn rules(&mut self, node: &str, family: Family, config: &Value) -> Result<Listings, String> {
        let listings = self.server.rules(node, family, config)?;
        self.digest.write(listings.nft.as_bytes());
        self.digest.write(listings.iptables.as_bytes());
        Ok(listings)
    }
}

#[test]
fn a_piece_does_not_run_into_the_next() {
    let sum = |pieces: &[&str]| {
        let digest = Digest::default();
        pieces.iter().for_each(|piece| digest.write(piece.as_bytes()));
        digest.sum()
    };
    assert_eq!(sum(&["ab", "c"]), sum(&["ab", "c"]));
    assert_ne!(sum(&["ab", "c"]), sum(&["a", "bc"]));
    assert_ne!(sum(&["ab"]), sum(&["ab", ""]));
}

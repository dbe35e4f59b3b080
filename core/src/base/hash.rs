//! The hashes that Kubernetes puts into names.

/// FNV-1a of 32 bits (`hash/fnv.New32a`).
#[derive(Clone, Debug)]
pub struct Fnv32a(u32);

impl Default for Fnv32a {
    fn default() -> Self {
        Fnv32a(0x811c_9dc5)
    }
}

impl Fnv32a {
    pub fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = (self.0 ^ u32::from(*b)).wrapping_mul(0x0100_0193);
        }
    }

    pub fn sum(&self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fnv_is_that_of_go() {
        let mut h = Fnv32a::default();
        h.write(b"foobar");
        assert_eq!(h.sum(), 0xbf9c_f968);
    }
}

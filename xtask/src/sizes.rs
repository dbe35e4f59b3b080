//! How large a file is on the disk and on the wire.

use crate::problem::Result;
use crate::run;
use std::path::Path;
use std::process::Command;

/// Node brings both compressors along.
const MEASURE: &str = "
import { readFileSync } from 'node:fs';
import { brotliCompressSync, gzipSync } from 'node:zlib';
const bytes = readFileSync(process.argv[1]);
const kb = (part) => (part.length / 1000).toFixed(1).padStart(8) + ' kB';
console.log('  raw   ' + kb(bytes));
console.log('  gzip  ' + kb(gzipSync(bytes, { level: 9 })));
console.log('  brotli' + kb(brotliCompressSync(bytes)));
";

/// Prints the size of `file`: raw, with gzip, with brotli, each at its strongest.
pub(crate) fn print(file: &Path) -> Result {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut node = Command::new("node");
    print!("{name}\n{}", run::silent(node.args(["--input-type=module", "--eval", MEASURE]).arg(file))?);
    Ok(())
}

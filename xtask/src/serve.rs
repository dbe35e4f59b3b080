//! A static web server for this machine only: enough HTTP to show `target/site/` in a browser.

use crate::problem::{Problem, Result};
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const PREFERRED_PORT: u16 = 4173;

/// Browsers refuse modules and WebAssembly of the wrong type.
const TYPES: &[(&str, &str)] = &[
    ("css", "text/css; charset=utf-8"),
    ("html", "text/html; charset=utf-8"),
    ("ico", "image/x-icon"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("webmanifest", "application/manifest+json"),
    ("webp", "image/webp"),
    ("woff2", "font/woff2"),
    ("yaml", "text/yaml; charset=utf-8"),
    ("yml", "text/yaml; charset=utf-8"),
];

/// Listens on `port`; where none is asked for, on the usual one or else on any that is free.
pub(crate) fn listen(port: Option<u16>) -> Result<TcpListener> {
    let on = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let listener = port.map_or_else(|| on(PREFERRED_PORT).or_else(|_| on(0)), on);
    listener.map_err(|error| Problem::new(format!("cannot listen on port {}: {error}", port.unwrap_or(0))))
}

/// Serves the files under `root` until the process ends.
pub(crate) fn forever(listener: &TcpListener, root: &Path) -> Result {
    let root: Arc<Path> = root.into();
    for stream in listener.incoming().flatten() {
        let root = Arc::clone(&root);
        // A browser that goes away in the middle is no concern of ours.
        std::thread::spawn(move || answer(stream, &root).ok());
    }
    Ok(())
}

fn answer(mut stream: TcpStream, root: &Path) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    // The headers are read to their end and not looked at.
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}

    let mut words = request.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let found = (matches!(method, "GET" | "HEAD")).then(|| file(root, target)).flatten();
    let (status, kind, body) = match found.map(|path| Ok((type_of(&path), fs::read(path)?))) {
        Some(Ok((kind, body))) => ("200 OK", kind, body),
        Some(Err::<_, io::Error>(_)) | None => ("404 Not Found", "text/plain", b"not found\n".to_vec()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if method != "HEAD" {
        stream.write_all(&body)?;
    }
    stream.flush()
}

/// The file that `target`, the second word of a request, asks for. None leads out of `root`.
fn file(root: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = PathBuf::from(decoded(path)?);
    if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let path = root.join(path);
    Some(if path.is_dir() { path.join("index.html") } else { path }).filter(|path| path.is_file())
}

/// `%20` and its like undone.
fn decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        bytes.extend_from_slice(part.get(2..)?.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

fn type_of(path: &Path) -> &'static str {
    let end = path.extension().unwrap_or_default();
    TYPES.iter().find(|(name, _)| end == *name).map_or("application/octet-stream", |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    /// Asks a server over a folder that holds `index.html`, `a b.wasm`, and a secret beside it.
    fn ask(request: &str) -> String {
        let dir =
            std::env::temp_dir().join(format!("svcscope-serve-{}-{}", std::process::id(), request.len()));
        let site = dir.join("site");
        fs::create_dir_all(&site).expect("a temporary folder can be made");
        for (name, text) in [("site/index.html", "home"), ("site/a b.wasm", "module"), ("secret", "secret")] {
            fs::write(dir.join(name), text).expect("it can be written to");
        }
        let listener = listen(Some(0)).expect("some port is free");
        let mut stream = TcpStream::connect(listener.local_addr().expect("it has one")).expect("it listens");
        write!(stream, "{request} HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("it can be written to");
        answer(listener.accept().expect("one has connected").0, &site).expect("it is answered");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it is text");
        fs::remove_dir_all(&dir).expect("it can be removed");
        answer
    }

    #[test]
    fn files_are_sent_with_the_type_that_browsers_want() {
        let cases = [
            ("GET /", "200 OK", "text/html; charset=utf-8", "home"),
            ("GET /?x=1", "200 OK", "text/html; charset=utf-8", "home"),
            ("GET /a%20b.wasm", "200 OK", "application/wasm", "module"),
            ("HEAD /a%20b.wasm?v", "200 OK", "application/wasm", ""),
            ("GET /missing", "404 Not Found", "text/plain", "not found\n"),
            ("POST /index.html", "404 Not Found", "text/plain", "not found\n"),
        ];
        for (request, status, kind, body) in cases {
            let answer = ask(request);
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n")),
                "{request}: {answer}"
            );
            assert_eq!(answer.split_once("\r\n\r\n").map(|(_, rest)| rest), Some(body), "{request}");
        }
    }

    #[test]
    fn nothing_outside_the_folder_is_sent() {
        for request in [
            "GET /../secret",
            "GET /%2e%2e/secret",
            "GET //etc/passwd",
            "GET /%2Fetc/passwd",
            "GET /%zz",
            "GET /%é",
        ] {
            assert!(ask(request).starts_with("HTTP/1.1 404"), "{request}");
        }
    }
}

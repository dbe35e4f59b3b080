//! `cargo xtask play`: builds the playground, serves it on this machine and opens it.

use crate::problem::{Problem, Result};
use crate::{repo, run, serve, setup, site};
use std::process::{Command, Stdio};

pub(crate) fn run(args: &[String]) -> Result {
    let wish = Wish::read(args)?;
    setup::ensure(setup::SITE)?;
    site::build()?;
    let listener = serve::listen(wish.port)?;
    let port = listener.local_addr().map_err(|error| Problem::new(error.to_string()))?.port();
    let address = format!("http://localhost:{port}/");
    println!("\nthe playground: {address}   (Ctrl-C ends it)");
    if wish.open {
        open(&address);
    }
    serve::forever(&listener, &repo::out("site"))
}

struct Wish {
    open: bool,
    port: Option<u16>,
}

impl Wish {
    fn read(args: &[String]) -> Result<Self> {
        let mut wish = Wish { open: true, port: None };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--no-open" => wish.open = false,
                "--port" => {
                    let number = args.next().and_then(|text| text.parse().ok());
                    wish.port = Some(number.ok_or_else(|| Problem::new("--port takes a number"))?);
                }
                _ => return Err(Problem::new(format!("{arg}? play takes --no-open and --port N"))),
            }
        }
        Ok(wish)
    }
}

/// Opens a browser where there is one to be seen; the address has been printed for everyone else.
fn open(address: &str) {
    let screen = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    let opener = if cfg!(target_os = "macos") {
        run::find(&["open"])
    } else if screen {
        run::find(&["xdg-open"])
    } else {
        run::find(&["wslview"])
    };
    if let Some(opener) = opener {
        let _ = Command::new(opener).arg(address).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    }
}

//! Running other programs: seen, silent, or seen and heard; with a limit in time where one is needed.

use crate::problem::{Problem, Result};
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// So long an interrupted command may put things in order before it is ended.
const TO_END: Duration = Duration::from_secs(5);

/// Runs `command` with the terminal as its own; whatever it ends with is well.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    command.status().map_err(|error| cannot_start(command, &error))
}

/// Runs `command` with the terminal as its own.
pub(crate) fn shown(command: &mut Command) -> Result {
    let status = status(command)?;
    if status.success() { Ok(()) } else { Err(failed(command, status)) }
}

/// Runs `command` in silence and returns what it wrote to its standard output.
pub(crate) fn silent(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, &error))?;
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(out);
    }
    let both = format!("{out}\n{}", String::from_utf8_lossy(&output.stderr));
    Err(failed(command, output.status).said(both.trim()))
}

/// Runs `command`, shows every line it writes and returns them all, with the status it ended with.
/// After `limit` it is stopped, and all that it had started with it.
pub(crate) fn heard(command: &mut Command, limit: Duration) -> (String, Result) {
    let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) => return (String::new(), Err(cannot_start(command, &error))),
    };
    let (sender, lines) = mpsc::channel();
    for pipe in pipes(&mut child) {
        let sender = sender.clone();
        std::thread::spawn(move || forward(pipe, &sender));
    }
    drop(sender);

    let end = Instant::now() + limit;
    let mut text = String::new();
    loop {
        match lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                print!("{line}");
                text.push_str(&line);
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                stop(child.id());
                let what = format!("{} did not end within {} s", name_of(command), limit.as_secs());
                return (text, Err(Problem::new(what)));
            }
        }
    }
    let _ = std::io::stdout().flush();
    match child.wait() {
        Ok(status) if status.success() => (text, Ok(())),
        Ok(status) => (text, Err(failed(command, status))),
        Err(error) => (text, Err(Problem::new(format!("{}: {error}", name_of(command))))),
    }
}

/// Runs `command` in silence for at most `limit`; interrupts it then, as Ctrl-C would.
pub(crate) fn within(limit: Duration, command: &mut Command) -> Result {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = quiet.spawn().map_err(|error| cannot_start(command, &error))?;
    let end = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(failed(command, status)),
            Ok(None) if Instant::now() < end => std::thread::sleep(Duration::from_millis(50)),
            Ok(None) => break,
            Err(error) => return Err(Problem::new(format!("{}: {error}", name_of(command)))),
        }
    }
    signal("-INT", child.id());
    // Whoever was started in the background may not hear that.
    let end = Instant::now() + TO_END;
    while matches!(child.try_wait(), Ok(None)) {
        if Instant::now() > end {
            stop(child.id());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(Problem::new(format!("{} did not end within {} s", name_of(command), limit.as_secs())))
}

/// The first of `names` that is a program on the PATH.
pub(crate) fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().flat_map(|name| folders.iter().map(move |dir| dir.join(name))).find(|file| file.is_file())
}

/// `path`, or else the PATH of this process, with `folder` before everything else.
pub(crate) fn path_with(folder: &Path, path: Option<OsString>) -> OsString {
    let old = path.or_else(|| std::env::var_os("PATH")).unwrap_or_default();
    let folders = std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&old));
    std::env::join_paths(folders).unwrap_or(old)
}

fn pipes(child: &mut Child) -> Vec<Box<dyn Read + Send>> {
    let out = child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>);
    let err = child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>);
    out.into_iter().chain(err).collect()
}

/// Passes on whole lines, so that the two streams mix without tearing.
fn forward(pipe: impl Read, to: &mpsc::Sender<String>) {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    while pipe.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        if to.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
            return;
        }
        line.clear();
    }
}

/// Ends a process and all its descendants, the youngest first.
fn stop(pid: u32) {
    let table = silent(Command::new("ps").args(["-A", "-o", "ppid=,pid="])).unwrap_or_default();
    let rows: Vec<(u32, u32)> = table
        .lines()
        .filter_map(|line| line.trim().split_once(char::is_whitespace))
        .filter_map(|(parent, child)| Some((parent.parse().ok()?, child.trim().parse().ok()?)))
        .collect();
    let mut family = vec![pid];
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        family.extend(rows.iter().filter(|(p, _)| *p == parent).map(|(_, child)| *child));
        next += 1;
    }
    for pid in family.into_iter().rev() {
        signal("-KILL", pid);
    }
}

fn signal(signal: &str, pid: u32) {
    let _ = Command::new("kill").args([signal, &pid.to_string()]).stderr(Stdio::null()).status();
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Problem {
    Problem::new(format!("{} cannot be started: {error}", name_of(command)))
}

fn failed(command: &Command, status: ExitStatus) -> Problem {
    Problem::new(format!("`{}` failed ({status})", spelled(command)))
}

fn name_of(command: &Command) -> String {
    Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn spelled(command: &Command) -> String {
    let args = command.get_args().map(OsStr::to_string_lossy);
    std::iter::once(name_of(command).into()).chain(args).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn what_a_command_says_on_both_streams_is_heard() {
        let (text, result) = heard(&mut sh("echo one; echo two >&2"), Duration::from_secs(60));
        assert!(result.is_ok());
        assert!(text.contains("one\n") && text.contains("two\n"), "{text:?}");
    }

    #[test]
    fn a_failing_command_is_a_problem_that_names_it() {
        let (_, result) = heard(&mut sh("exit 3"), Duration::from_secs(60));
        let problem = result.expect_err("exit 3 is a failure").to_string();
        assert!(problem.contains("sh -c exit 3") && problem.contains('3'), "{problem}");
    }

    #[test]
    fn a_command_that_hangs_is_stopped_with_all_that_it_started() {
        let start = Instant::now();
        let (text, result) = heard(&mut sh("echo started; sleep 600 & sleep 600"), Duration::from_secs(1));
        assert!(result.is_err() && text == "started\n", "{text:?}");
        assert!(within(Duration::from_millis(200), &mut sh("exec sleep 600")).is_err());
        assert!(start.elapsed() < Duration::from_secs(60));
    }
}

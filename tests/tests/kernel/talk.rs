//! Programs in network namespaces: a server that tells who it is and whom it sees, and clients that ask.

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsFd;
use std::thread;
use std::time::Duration;
use svcscope_core::object::Protocol;

/// What a client was told: by whom, and as whom it was seen; or the error it got.
pub type Heard = Result<(String, IpAddr), String>;

/// Does something in a network namespace, on a thread of its own.
pub fn within<T: Send + 'static>(namespace: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let file = File::open(format!("/run/netns/{namespace}")).unwrap_or_else(|e| panic!("{namespace}: {e}"));
    let enter = move || {
        move_into_link_name_space(file.as_fd(), Some(LinkNameSpaceType::Network)).expect("root may do so");
        work()
    };
    thread::spawn(enter).join().unwrap_or_else(|e| std::panic::resume_unwind(e))
}

/// Answers at a port with TCP and UDP for as long as the test runs.
pub fn serve(namespace: &str, port: u16, name: &str) {
    let bind = move || {
        let at = SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
        (TcpListener::bind(at).expect("the port is free"), UdpSocket::bind(at).expect("the port is free"))
    };
    let (tcp, udp) = within(namespace, bind);
    let answer = |name: &str, client: SocketAddr| format!("{name} {}", client.ip().to_canonical());
    let own = name.to_owned();
    thread::spawn(move || {
        // Whoever has gone before the answer does not matter.
        while let Ok((mut stream, client)) = tcp.accept() {
            drop(stream.write_all(answer(&own, client).as_bytes()));
        }
    });
    let own = name.to_owned();
    thread::spawn(move || {
        let mut buffer = [0; 16];
        while let Ok((_, client)) = udp.recv_from(&mut buffer) {
            drop(udp.send_to(answer(&own, client).as_bytes(), client));
        }
    });
}

/// Asks so many times from a namespace, each time from another port, and waits for so long each time.
pub fn ask(
    namespace: &str,
    protocol: Protocol,
    to: SocketAddr,
    times: usize,
    patience: Duration,
) -> Vec<Heard> {
    within(namespace, move || {
        let ask = if protocol == Protocol::Tcp { ask_tcp } else { ask_udp };
        (0..times).map(|_| ask(to, patience).map_err(|e| words(&e)).and_then(|text| read(&text))).collect()
    })
}

fn ask_tcp(to: SocketAddr, patience: Duration) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&to, patience)?;
    stream.set_read_timeout(Some(patience))?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

fn ask_udp(to: SocketAddr, patience: Duration) -> std::io::Result<String> {
    let any: IpAddr = if to.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect(to)?;
    socket.set_read_timeout(Some(patience))?;
    socket.send(b"who?")?;
    let mut buffer = [0; 128];
    let length = socket.recv(&mut buffer)?;
    Ok(String::from_utf8_lossy(&buffer[..length]).into_owned())
}

fn read(text: &str) -> Heard {
    let told = text.split_once(' ').and_then(|(name, ip)| Some((name.to_owned(), ip.parse().ok()?)));
    told.ok_or_else(|| format!("an answer such as {text:?}"))
}

/// In the words of the scenarios.
fn words(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::ConnectionRefused => "refused".into(),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => "timed out".into(),
        ErrorKind::HostUnreachable => "no route".into(),
        ErrorKind::NetworkUnreachable => "no network".into(),
        ErrorKind::PermissionDenied => "not permitted".into(),
        _ => error.to_string(),
    }
}

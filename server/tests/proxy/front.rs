//! A proxy with the documentation's text, in a folder of its own.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The name in the documentation, which the certificate has.
pub(crate) const HOST: &str = "chat.example.com";
/// How long a proxy may take to start.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);

/// Where a proxy will be, and with which certificate.
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    pub(crate) address: SocketAddr,
    /// The files of the certificate and its key.
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    trusted: reqwest::Certificate,
}

impl Place {
    /// A free port, a new certificate, and a folder that is named for the proxy and the test.
    pub(crate) fn new(proxy: &str, test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("pocketping-{proxy}-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
        let (certificate, key) = (folder.join("fullchain.pem"), folder.join("privkey.pem"));
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        Place {
            folder,
            // No proxy can choose a port by itself: one that was free a moment ago.
            address: TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap(),
            certificate,
            key,
            trusted: reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap(),
        }
    }

    /// Where its log is.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Starts the program, and waits until it listens.
    pub(crate) fn start(self, command: &mut Command) -> Front {
        let child = command.stdin(Stdio::null()).spawn();
        let mut front = Front {
            child: child.expect("it can be started; `cargo xtask test proxy` installs it"),
            place: self,
        };
        front.wait();
        front
    }
}

/// A running proxy.
pub(crate) struct Front {
    child: Child,
    place: Place,
}

impl Front {
    pub(crate) fn address(&self) -> SocketAddr {
        self.place.address
    }

    pub(crate) fn certificate(&self) -> reqwest::Certificate {
        self.place.trusted.clone()
    }

    /// All that it has written so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.place.log()).unwrap()
    }

    /// The log, once this is in it.
    pub(crate) fn log_with(&self, text: &str) -> String {
        let began = Instant::now();
        loop {
            let log = self.log();
            if log.contains(text) {
                return log;
            }
            assert!(began.elapsed() < PATIENCE, "{text} is not in {log}");
            std::thread::sleep(PAUSE);
        }
    }

    fn wait(&mut self) {
        let began = Instant::now();
        while TcpStream::connect(self.place.address).is_err() {
            assert!(self.child.try_wait().unwrap().is_none(), "the proxy has ended");
            assert!(began.elapsed() < PATIENCE, "the proxy does not listen");
            std::thread::sleep(PAUSE);
        }
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        // It may have ended by itself; a leftover in the temporary folder does no harm.
        self.child.kill().ok();
        self.child.wait().ok();
        std::fs::remove_dir_all(&self.place.folder).ok();
    }
}

/// The documentation's configuration in this language, with some of it replaced: what stands there is there once.
pub(crate) fn documented(language: &str, replaced: &[(&str, String)]) -> String {
    let page = include_str!("../../../docs/operations.md");
    let (_, rest) = page.split_once(&format!("```{language}\n")).expect("the block");
    let (text, _) = rest.split_once("```").expect("its end");
    replaced.iter().fold(text.to_owned(), |text, (from, to)| {
        assert_eq!(
            text.matches(from).count(),
            1,
            "{from} is not in docs/operations.md"
        );
        text.replace(from, to)
    })
}

/// A program that Debian has where only root's shell looks.
pub(crate) fn program(name: &'static str) -> PathBuf {
    let of_root = Path::new("/usr/sbin").join(name);
    match of_root.is_file() {
        true => of_root,
        false => name.into(),
    }
}

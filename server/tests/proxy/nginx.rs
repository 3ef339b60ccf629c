//! An nginx with the documentation's text.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The name in the documentation, which the certificate has.
pub(crate) const HOST: &str = "chat.example.com";
/// How long nginx may take to start.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);

/// A running nginx in a folder of its own.
pub(crate) struct Nginx {
    child: Child,
    folder: PathBuf,
    pub(crate) address: SocketAddr,
    pub(crate) certificate: reqwest::Certificate,
}

impl Nginx {
    /// Starts one in front of a server.
    pub(crate) fn in_front_of(server: &str, name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("pocketping-nginx-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
        let (certificate, key) = (folder.join("fullchain.pem"), folder.join("privkey.pem"));
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        // nginx cannot choose a port by itself: one that was free a moment ago.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();

        let mut text = documented();
        let mut set = |from: &str, to: String| {
            assert_eq!(
                text.matches(from).count(),
                1,
                "{from} is not in docs/operations.md"
            );
            text = text.replace(from, &to);
        };
        set("listen 443 ssl;", format!("listen {address} ssl;"));
        set("server 127.0.0.1:3000;", format!("server {server};"));
        let given = format!("/etc/letsencrypt/live/{HOST}");
        set(
            &format!("{given}/fullchain.pem"),
            certificate.display().to_string(),
        );
        set(&format!("{given}/privkey.pem"), key.display().to_string());

        set(
            "/var/log/nginx/pocketping.log",
            folder.join("log").display().to_string(),
        );

        let configuration = folder.join("nginx.conf");
        std::fs::write(&configuration, around(&text, &folder)).unwrap();
        let child = Command::new(program())
            .arg("-c")
            .arg(&configuration)
            .arg("-p")
            .arg(&folder)
            .args(["-e", "stderr"])
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx can be started; `cargo xtask test proxy` installs it");
        let mut this = Nginx {
            child,
            folder,
            address,
            certificate: reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap(),
        };
        this.wait();
        this
    }

    /// The access log, once this is in it.
    pub(crate) fn log_with(&self, text: &str) -> String {
        let began = Instant::now();
        loop {
            let log = std::fs::read_to_string(self.folder.join("log")).unwrap();
            if log.contains(text) {
                return log;
            }
            assert!(began.elapsed() < PATIENCE, "{text} is not in {log}");
            std::thread::sleep(PAUSE);
        }
    }

    fn wait(&mut self) {
        let began = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            assert!(self.child.try_wait().unwrap().is_none(), "nginx has ended");
            assert!(began.elapsed() < PATIENCE, "nginx does not listen");
            std::thread::sleep(PAUSE);
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended by itself; a leftover in the temporary folder does no harm.
        self.child.kill().ok();
        self.child.wait().ok();
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// Debian has it where only root's shell looks.
fn program() -> &'static str {
    match Path::new("/usr/sbin/nginx").is_file() {
        true => "/usr/sbin/nginx",
        false => "nginx",
    }
}

/// The text of the documentation.
fn documented() -> String {
    let page = include_str!("../../../docs/operations.md");
    let (_, rest) = page.split_once("```nginx\n").expect("the block");
    let (text, _) = rest.split_once("```").expect("its end");
    text.to_owned()
}

/// What Debian's own file is around it, in one process and in a folder of its own.
fn around(text: &str, folder: &Path) -> String {
    let folder = folder.display();
    let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary: String = kinds
        .map(|kind| format!("{kind}_temp_path {folder}/{kind};\n"))
        .concat();
    format!(
        "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nevents {{}}\n\
         http {{\naccess_log off;\n{temporary}{text}\n}}\n"
    )
}

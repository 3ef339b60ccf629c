//! An nginx with the documentation's text.

use crate::front::{Front, HOST, Place, documented, program};
use std::path::Path;
use std::process::Command;

/// Starts one in front of a server.
pub(crate) fn in_front_of(server: &str, test: &str) -> Front {
    let place = Place::new("nginx", test);
    let given = format!("/etc/letsencrypt/live/{HOST}");
    let text = documented(
        "nginx",
        &[
            ("listen 443 ssl;", format!("listen {} ssl;", place.address)),
            ("server 127.0.0.1:3000;", format!("server {server};")),
            (
                &format!("{given}/fullchain.pem"),
                place.certificate.display().to_string(),
            ),
            (&format!("{given}/privkey.pem"), place.key.display().to_string()),
            ("/var/log/nginx/pocketping.log", place.log().display().to_string()),
        ],
    );
    let configuration = place.folder.join("nginx.conf");
    std::fs::write(&configuration, around(&text, &place.folder)).unwrap();
    let mut command = Command::new(program("nginx"));
    command.arg("-c").arg(&configuration).arg("-p").arg(&place.folder);
    place.start(command.args(["-e", "stderr"]))
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

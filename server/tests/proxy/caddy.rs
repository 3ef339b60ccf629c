//! A Caddy with the documentation's text.

use crate::front::{Front, HOST, Place, documented, program};
use std::fs::File;
use std::process::Command;

/// Starts one in front of a server.
pub(crate) fn in_front_of(server: &str, test: &str) -> Front {
    let place = Place::new("caddy", test);
    let (port, certificate) = (place.address.port(), place.certificate.display());
    // The port and the certificate are the test's; what a Caddy of the machine would do besides, it does not.
    let site = format!(
        "https://{HOST}:{port} {{\n\tbind 127.0.0.1\n\ttls {certificate} {}",
        place.key.display()
    );
    let text = documented(
        "caddyfile",
        &[
            (&format!("{HOST} {{"), site),
            (
                "reverse_proxy 127.0.0.1:3000 {",
                format!("reverse_proxy {server} {{"),
            ),
        ],
    );
    let configuration = place.folder.join("Caddyfile");
    let options = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n";
    std::fs::write(&configuration, format!("{options}{text}")).unwrap();
    let mut command = Command::new(program("caddy"));
    command
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(&configuration)
        .stderr(File::create(place.log()).unwrap());
    for home in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
        command.env(home, &place.folder);
    }
    place.start(&mut command)
}

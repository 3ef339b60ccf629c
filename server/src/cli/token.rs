//! The operator token: given, or made once and kept, so that a restart signs nobody out.

use super::failure::Failure;
use pocketping_server::{SystemRng, secret};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// The token, and whether it is ours to show.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) text: String,
    /// Made here rather than given: then nobody else can tell the operator what it is.
    pub(super) made: bool,
}

/// The token that was given, else the one in the file, else a new one, which is put there.
///
/// # Errors
/// When the file cannot be read or written.
pub(super) fn token(given: Option<String>, file: Option<&Path>) -> Result<Token, Failure> {
    if let Some(text) = given {
        return Ok(Token { text, made: false });
    }
    let Some(file) = file else {
        return Ok(Token {
            text: secret(&SystemRng),
            made: true,
        });
    };
    let failed = |error: std::io::Error| {
        Failure::because(
            &format!("cannot keep the operator token in {}", file.display()),
            error,
        )
    };
    match fs::read_to_string(file) {
        Ok(text) if !text.trim().is_empty() => Ok(Token {
            text: text.trim().to_owned(),
            made: true,
        }),
        Ok(_) => make(file).map_err(failed),
        Err(error) if error.kind() == ErrorKind::NotFound => make(file).map_err(failed),
        Err(error) => Err(failed(error)),
    }
}

fn make(file: &Path) -> std::io::Result<Token> {
    let text = secret(&SystemRng);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    // Whoever reads it reads all conversations: only our own user may.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    Ok(Token { text, made: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_made_once_and_kept() {
        let file = std::env::temp_dir().join(format!("pocketping-token-{}", std::process::id()));
        let first = token(None, Some(&file)).unwrap();
        let second = token(None, Some(&file)).unwrap();
        assert!(first.made && second.made && first.text == second.text);
        assert!(first.text.len() >= 26);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let given = token(Some("given-by-the-operator".into()), Some(&file)).unwrap();
        assert!(!given.made && given.text == "given-by-the-operator");
        fs::remove_file(file).unwrap();
    }

    #[test]
    fn without_a_file_each_start_has_its_own() {
        assert_ne!(token(None, None).unwrap().text, token(None, None).unwrap().text);
    }
}

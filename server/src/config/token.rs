//! The secret that operators sign in with.

use std::fmt;
use subtle::ConstantTimeEq;

/// The operators' shared secret.
#[derive(Clone)]
pub struct OperatorToken(String);

impl OperatorToken {
    pub(crate) fn new(token: String) -> Self {
        OperatorToken(token)
    }

    /// Whether `candidate` is the token. Takes the same time wherever the two differ.
    pub fn matches(&self, candidate: &str) -> bool {
        self.0.as_bytes().ct_eq(candidate.as_bytes()).into()
    }

    /// The token itself, to print it once at the start.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Never shows the token.
impl fmt::Debug for OperatorToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperatorToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_compared_whole_and_never_shown() {
        let token = OperatorToken::new("a-long-operator-token".into());
        assert!(token.matches("a-long-operator-token"));
        assert!(!token.matches("a-long-operator-toke"));
        assert!(!token.matches(""));
        assert_eq!(format!("{token:?}"), "OperatorToken(…)");
    }
}

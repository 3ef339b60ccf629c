//! Which sites may use the server.

/// Which sites may use the server from a browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origins {
    /// Any site.
    #[default]
    Any,
    /// These, each as `https://shop.example` (scheme and host, port if it is not the scheme's own).
    List(Vec<String>),
}

impl Origins {
    /// Whether a page of this origin may use the server.
    pub fn allows(&self, origin: &str) -> bool {
        match self {
            Origins::Any => true,
            Origins::List(list) => list.iter().any(|known| known.eq_ignore_ascii_case(origin)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_origins_lets_in_exactly_those() {
        let origins = Origins::List(vec!["https://shop.example".into()]);
        assert!(origins.allows("https://SHOP.example"));
        assert!(!origins.allows("https://shop.example.evil"));
        assert!(!origins.allows("http://shop.example"));
    }
}

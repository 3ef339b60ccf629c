//! Where a value comes from, so that a problem can be found.

use figment::value::{Dict, Map};
use figment::{Error, Metadata, Profile, Provider};
use std::fmt;

/// Where a value comes from. Later ones win over earlier ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Origin {
    /// Nobody has said anything.
    Default,
    /// The file of this name.
    File(String),
    /// This environment variable.
    Variable(String),
    /// This flag.
    Flag(String),
}

/// As [`read`](Origin::read) reads it.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(name) => write!(f, "file {name}"),
            Origin::Variable(name) => write!(f, "variable {name}"),
            Origin::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

impl Origin {
    fn read(text: &str) -> Self {
        match text.split_once(' ') {
            Some(("file", name)) => Origin::File(name.to_owned()),
            Some(("variable", name)) => Origin::Variable(name.to_owned()),
            Some(("flag", name)) => Origin::Flag(name.to_owned()),
            _ => Origin::Default,
        }
    }

    /// Where figment got a value from.
    pub(super) fn of(metadata: Option<&Metadata>) -> Self {
        metadata.map_or(Origin::Default, |metadata| Origin::read(&metadata.name))
    }

    /// The key's place, as it is named to whoever has to change it.
    pub(super) fn place(&self, path: &str) -> String {
        match self {
            Origin::Default => path.to_owned(),
            Origin::File(name) => format!("{name}: {path}"),
            Origin::Variable(name) => format!("{name} ({path})"),
            Origin::Flag(name) => name.clone(),
        }
    }
}

/// Values of one origin.
pub(super) struct Layer {
    pub(super) origin: Origin,
    pub(super) values: Dict,
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.origin.to_string())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

//! HTTP: what stands between a request and the service. The routes themselves are in [`crate::routes`].

mod client_ip;
mod cookie;
mod cors;
mod error;
mod file;
mod file_body;
mod gate;
mod json;
mod limits;
mod login;
mod observe;
mod origin;
mod path;
mod places;
mod query;
mod range;
mod rate;
mod request_id;
mod session_tag;
mod state;
pub(crate) mod stream;
mod versions;

pub(crate) use client_ip::{Address, Caller};
pub(crate) use cookie::cookie;
pub(crate) use cors::{answer_preflight, cors};
pub(crate) use error::ApiError;
pub(crate) use file::file_answer;
pub(crate) use file_body::{FileBody, drain};
pub(crate) use gate::GateLayer;
pub(crate) use json::{Beacon, Json, OptionalJson, parse as parse_json};
pub(crate) use login::{COOKIE, Login, Logins, set_cookie};
pub(crate) use observe::{note_session, observe};
pub(crate) use origin::{is_same_origin, origin_of};
pub(crate) use path::Path;
pub(crate) use places::Place;
pub(crate) use query::Query;
pub use state::ConnectionPlace;
pub(crate) use state::Shared;
pub(crate) use versions::{
    add_headers as add_version_headers, admit as admit_version, warn as warn_of_version,
};

//! What SQLite's tables and PostgreSQL's have in common: how things are written into columns, what their one writer
//! is asked for, when the log is looked through.

mod codes;
pub(super) use codes::*;
mod extra;
pub(super) use extra::{changed_at, read_extra, write_extra};
mod fact;
pub(super) use fact::{read_attributes, read_fact, read_profile, write_fact};
mod job;
#[cfg(feature = "postgres")]
pub(super) use job::guarded;
pub(super) use job::{Done, Job, Reply, announce};
mod pruning;
mod staff;
pub(super) use pruning::{AGE_BATCH, Due, Pruning};
pub(super) use staff::{read_role, read_token};

/// Why a column's text cannot be read.
pub(super) type Unreadable = Box<dyn std::error::Error + Send + Sync>;

//! Files in a bucket of an S3-speaking service, which these tests start: the conformance suite, and what only a service
//! that is somewhere else can get wrong.

#![allow(clippy::unwrap_used)]

mod binary;
mod conformance;
mod parts;
mod refusals;
mod service;

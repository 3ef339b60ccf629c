//! Our widget and our native client against backends that we did not write.

#![forbid(unsafe_code)]

mod core;
mod native;
mod python;

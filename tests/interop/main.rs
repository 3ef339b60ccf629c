//! Our widget against backends that we did not write.

#![forbid(unsafe_code)]

mod python;

//! UA

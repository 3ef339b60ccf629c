//! The PocketPing chat widget: Leptos components driven by the sans-IO engine of `pocketping-core`.

#![forbid(unsafe_code)]

pub mod browser;
pub mod state;
pub mod view;

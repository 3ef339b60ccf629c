//! The PocketPing chat widget: Leptos components driven by the sans-IO engine of `pocketping-core`.
//!
//! [`view`] shows with elements of [`dom`], [`state`] bridges the engine and the views, [`browser`] does what the engine asks for.
//! With the feature `app` also what makes a page's widget of it: the driver, and the engine as the page's
//! functions in `js/page` see it. The feature `filter` is the user-agent filter, a module of its own.

#![forbid(unsafe_code)]

pub mod browser;
pub mod dom;
pub mod state;
pub mod view;

#[cfg(feature = "app")]
pub mod api;
#[cfg(feature = "app")]
pub mod driver;
#[cfg(feature = "filter")]
pub mod filter;
#[cfg(feature = "filter")]
pub mod member;

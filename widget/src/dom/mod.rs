//! Elements as data on Leptos' reactive graph.
//!
//! `view!` makes a type of every element with its attributes and children, and code for each of these types:
//! that was almost half of what a page had to download (figures in `docs/size.md`). Here every element is one
//! [`El`], built by calls. What changes is an [`effect`], which subscribes to signals of Leptos and to [`Live`]; owners are Leptos'
//! own, so a part that is taken away takes its effects and signals along. The inbox puts these elements into
//! its `view!` by [`El::embed`].

mod effect;
pub use effect::effect;
mod el;
pub use el::{El, classes, el};
mod embed;
pub use embed::Embedded;
mod hold;
pub use hold::hold;
mod keyed;
mod live;
pub use live::Live;
mod part;
mod platform;

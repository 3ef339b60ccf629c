//! Effects of one type: each closure given to [`Effect::new`] costs about 1 KB of WebAssembly for a task of
//! its own; through here all share one.

use leptos::prelude::Effect;

/// Runs `run` now and whenever a signal that it read has changed, until the owner is gone.
pub(super) fn effect(run: impl FnMut() + 'static) {
    boxed(Box::new(run));
}

fn boxed(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_: Option<()>| run());
}

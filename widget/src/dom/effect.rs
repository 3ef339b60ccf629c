//! Effects of one type: code for an effect is there once, whatever its closure.

use super::hold;
use leptos::reactive::effect::RenderEffect;

/// Runs `run` now, and again whenever a signal that it read has changed, until the current owner ends.
pub fn effect(run: impl FnMut() + 'static) {
    boxed(Box::new(run));
}

fn boxed(mut run: Box<dyn FnMut()>) {
    hold(RenderEffect::new(move |_: Option<()>| run()));
}

//! Effects of one type: code for an effect is there once, whatever its closure.

use super::hold;
use leptos::reactive::effect::RenderEffect;
use leptos::reactive::graph::{Subscriber, ToAnySubscriber};
use std::cell::RefCell;
use std::rc::Rc;

type Run = Rc<RefCell<dyn FnMut()>>;

/// Runs `run` now, and again whenever a signal that it read has changed, until the current owner ends. What
/// `run` has captured is dropped then, too, and not when Leptos' task for it is next polled.
pub fn effect(run: impl FnMut() + 'static) {
    boxed(Rc::new(RefCell::new(run)));
}

fn boxed(run: Run) {
    let held = Rc::downgrade(&run);
    let effect = RenderEffect::new(move |_: Option<()>| {
        if let Some(run) = held.upgrade() {
            (run.borrow_mut())();
        }
    });
    hold(Running { effect, _run: run });
}

struct Running {
    effect: RenderEffect<()>,
    _run: Run,
}

impl Drop for Running {
    fn drop(&mut self) {
        // Signals that live on would keep the dead subscriber until they change next.
        let subscriber = self.effect.to_any_subscriber();
        subscriber.clear_sources(&subscriber);
    }
}

//! What lives as long as its owner.

use leptos::prelude::{LocalStorage, StoredValue};
use std::any::Any;
use std::rc::Rc;

/// A place in Leptos' arena, of one type for all that is put there.
pub(super) type Held = StoredValue<Rc<dyn Any>, LocalStorage>;

/// Keeps a value until the current owner ends.
pub fn hold<T: 'static>(value: T) {
    held(Rc::new(value));
}

pub(super) fn held(value: Rc<dyn Any>) -> Held {
    StoredValue::new_local(value)
}

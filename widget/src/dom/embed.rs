//! Elements of ours within `view!`.

use super::El;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::no_attrs;
use leptos::tachys::view::{Position, PositionState, Render, RenderHtml};
use send_wrapper::SendWrapper;
use web_sys::Element;

/// An [`El`] as Leptos takes it: a view of one element. Attributes cannot be spread onto it.
pub struct Embedded(SendWrapper<Element>);

impl El {
    /// The element for a `view!`.
    pub fn embed(self) -> Embedded {
        Embedded(SendWrapper::new(self.element().clone()))
    }
}

impl Render for Embedded {
    type State = Element;

    fn build(self) -> Element {
        self.0.take()
    }

    fn rebuild(self, state: &mut Element) {
        let element = self.0.take();
        // Fails only where a node would contain itself.
        drop(state.replace_with_with_node_1(&element));
        *state = element;
    }
}

no_attrs!(Embedded);

impl RenderHtml for Embedded {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    /// Writes nothing: these elements are made in browsers only.
    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Element {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}

//! The picture of somebody, or the first letter of their name.

use leptos::prelude::*;

/// Who an avatar stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Face {
    /// Their name.
    pub name: String,
    /// Address of their picture.
    pub image: Option<String>,
}

impl Face {
    /// The first letter or digit of the name, to be shown without a picture.
    pub fn initial(&self) -> String {
        let first = self.name.chars().find(|letter| letter.is_alphanumeric());
        first.map(String::from).unwrap_or_default()
    }
}

/// A round picture; decoration, as the name stands beside it.
#[component]
pub fn Avatar(
    /// Whom it shows.
    #[prop(into)]
    face: Signal<Face>,
    /// A further class for its size.
    #[prop(optional)]
    size: &'static str,
) -> impl IntoView {
    let class = ["pp-avatar ", size].concat();
    view! { <div class=class aria-hidden="true">{move || picture(face.get())}</div> }
}

fn picture(face: Face) -> impl IntoView {
    let broken = RwSignal::new(false);
    move || match &face.image {
        Some(image) if !broken.get() => {
            view! { <img src=image.clone() alt="" on:error=move |_| broken.set(true)/> }.into_any()
        }
        _ => face.initial().into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::Face;

    #[test]
    fn the_initial_is_the_first_letter_or_digit_of_any_script() {
        let initial = |name: &str| {
            Face {
                name: name.into(),
                image: None,
            }
            .initial()
        };
        assert_eq!(initial("  “Éva”"), "É");
        assert_eq!(initial("7 Sins"), "7");
        assert_eq!(initial("…"), "");
    }
}

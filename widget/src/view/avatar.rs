//! The picture of somebody, or the first letter of their name.

use crate::browser::letters::is_alphanumeric;
use crate::dom::{El, Live, classes, el};
use std::rc::Rc;

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
        let first = self.name.chars().find(|letter| is_alphanumeric(*letter));
        first.map(String::from).unwrap_or_default()
    }
}

/// A round picture; decoration, as the name stands beside it. `size` is a further class, or empty.
pub fn avatar(face: impl Fn() -> Face + 'static, size: &str) -> El {
    of_one_type(Rc::new(face), size)
}

fn of_one_type(face: Rc<dyn Fn() -> Face>, size: &str) -> El {
    // The address that could not be loaded.
    let broken = Live::new(None::<String>);
    let shown = face.clone();
    let image = Rc::new(move || shown().image.filter(|image| broken.get().as_ref() != Some(image)));
    let (pictured, there) = (image.clone(), image.clone());
    el("div[aria-hidden=true]")
        .class(&classes("pp-avatar", size))
        .text_of(move || {
            if pictured().is_some() {
                String::new()
            } else {
                face().initial()
            }
        })
        .show(
            move || there().is_some(),
            move || {
                let image = image.clone();
                let picture = el("img[alt=]").attr_of("src", move || image());
                let failed = picture.clone();
                picture.on("error", move |_| {
                    broken.set(failed.element().get_attribute("src"))
                })
            },
        )
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

//! [`AskedScreenshot`]: a wish for a picture of the visitor's page.

use pocketping_core::route::ScreenshotWish;
use pocketping_core::value::Fields;
use pocketping_core::{Object, ReadError, Timestamp, Value, Wire};

/// A wish for a picture of the visitor's page, as sessions remember it.
#[derive(Clone, Debug, PartialEq)]
pub struct AskedScreenshot {
    /// What was asked.
    pub wish: ScreenshotWish,
    /// When.
    pub at: Timestamp,
}

impl Wire for AskedScreenshot {
    fn read(value: &Value) -> Result<Self, ReadError> {
        let fields = Fields::of(value)?;
        Ok(AskedScreenshot {
            wish: fields.get("wish")?,
            at: fields.get("at")?,
        })
    }

    fn write(&self) -> Value {
        let (wish, at) = (self.wish.write(), self.at.write());
        Object::new().with("wish", wish).with("at", at).into()
    }
}

//! The macro for closed sets of words.

/// Declares an enum that is one of a few strings on the wire.
macro_rules! wire_choice {
    (
        $(#[$meta:meta])*
        pub enum $name:ident ($expected:literal) {
            $( $(#[$vmeta:meta])* $variant:ident = $text:literal, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$vmeta])* $variant, )*
        }

        impl $name {
            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                Self::WORDS[self as usize]
            }

            const WORDS: &[&str] = &[$( $text ),*];

            /// The value of a word; `None` for another one.
            pub fn parse(text: &str) -> Option<Self> {
                let all = [$( $name::$variant ),*];
                all.get($crate::model::choice::find(Self::WORDS, text)?).copied()
            }
        }

        impl $crate::value::Wire for $name {
            fn read(value: &$crate::value::Value) -> Result<Self, $crate::value::ReadError> {
                let parsed = value.as_str().and_then($name::parse);
                parsed.ok_or_else(|| $crate::value::ReadError::expected($expected))
            }
            fn write(&self) -> $crate::value::Value {
                $crate::value::Value::from(self.as_str())
            }
            #[cfg(feature = "openapi")]
            fn schema(_: &mut $crate::value::Schemas) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::value::schema::words(Self::WORDS)
            }
        }
    };
}
pub(crate) use wire_choice;

/// Which of the words it is: one loop for all types.
#[inline(never)]
pub(crate) fn find(words: &[&str], text: &str) -> Option<usize> {
    words.iter().position(|word| *word == text)
}

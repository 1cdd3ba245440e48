//! Enums that the outside knows by words: one declaration makes the variants, their stable words and the way back. What the words mean
//! stands where they are declared.

/// Declares an enum whose variants are known to the outside by one stable word each.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant),+ }
        impl $name {
            /// Every variant, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The stable word: the same in results, tables and logs.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
            /// The variant of a stable word, or nothing.
            pub fn from_word(word: &str) -> Option<Self> { Self::ALL.iter().copied().find(|v| v.as_str() == word) }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
    };
}
pub(crate) use words;

//! The two cuts of the typeface and how wide their words are. The files are inside the binary, so that a report looks the same on every
//! machine.

use super::PrintError;
use krilla::text::Font;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

const REGULAR: &[u8] = include_bytes!("../../static/fonts/LiberationSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../static/fonts/LiberationSans-Bold.ttf");

/// One cut.
pub struct Typeface {
    pub font: Font,
    bytes: &'static [u8],
}

impl Typeface {
    fn new(bytes: &'static [u8]) -> Result<Self, PrintError> {
        let font = Font::new(bytes.to_vec().into(), 0).ok_or(PrintError::Typeface)?;
        Ok(Self { font, bytes })
    }

    /// The upright and the bold cut.
    pub fn both() -> Result<(Self, Self), PrintError> {
        Ok((Self::new(REGULAR)?, Self::new(BOLD)?))
    }

    /// How wide a text is at a size.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        let Ok(font) = FontRef::new(self.bytes) else { return 0.0 };
        let metrics = font.glyph_metrics(Size::new(size), LocationRef::default());
        let letters = font.charmap();
        let advance = |letter: char| letters.map(letter).and_then(|glyph| metrics.advance_width(glyph));
        text.chars().map(|letter| advance(letter).unwrap_or(size / 2.0)).sum()
    }
}

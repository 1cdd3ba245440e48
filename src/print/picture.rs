//! A part of a picture, ready to be set on paper. Where the picture comes from is its caller's business.

use super::PrintError;
use image::{DynamicImage, ImageFormat};
use krilla::image::Image;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use std::io::Cursor;

/// A picture with its proportions.
#[derive(Clone)]
pub struct Picture {
    pub(super) image: Image,
    /// Its height where its width is 1.
    pub(super) ratio: f32,
}

/// A share of a length, in whole dots.
fn dots(share: f32, whole: u32) -> u32 {
    let exact = Decimal::from_f32(share.clamp(0.0, 1.0)).and_then(|share| share.checked_mul(Decimal::from(whole)));
    exact.and_then(|exact| exact.round().to_u32()).unwrap_or(0).min(whole)
}

impl Picture {
    /// The part of a PNG between two corners, `[left, top, right, bottom]` as shares of its width and height.
    ///
    /// # Errors
    /// [`PrintError::Picture`] where it is no PNG or the part is empty.
    pub fn part(png: &[u8], [left, top, right, bottom]: [f32; 4]) -> Result<Self, PrintError> {
        let whole = image::load_from_memory_with_format(png, ImageFormat::Png).map_err(|_| PrintError::Picture)?;
        let (x, y) = (dots(left, whole.width()), dots(top, whole.height()));
        let (width, height) =
            (dots(right, whole.width()).saturating_sub(x), dots(bottom, whole.height()).saturating_sub(y));
        if width == 0 || height == 0 {
            return Err(PrintError::Picture);
        }
        let part = DynamicImage::ImageRgb8(whole.crop_imm(x, y, width, height).into_rgb8());
        let mut bytes = Cursor::new(Vec::new());
        part.write_to(&mut bytes, ImageFormat::Png).map_err(|_| PrintError::Picture)?;
        let image = Image::from_png(bytes.into_inner().into(), true).map_err(|_| PrintError::Picture)?;
        let ratio = Decimal::from(height).checked_div(Decimal::from(width)).and_then(|ratio| ratio.to_f32());
        Ok(Self { image, ratio: ratio.ok_or(PrintError::Picture)? })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_part_keeps_its_proportions_and_an_empty_one_is_refused() {
        let half = Picture::part(&png(200, 100), [0.0, 0.5, 1.0, 1.0]).unwrap();
        assert!((half.ratio - 0.25).abs() < 0.001);
        assert!(Picture::part(&png(10, 10), [0.5, 0.5, 0.5, 0.9]).is_err());
        assert!(Picture::part(b"no picture", [0.0, 0.0, 1.0, 1.0]).is_err());
    }

    proptest! {
        #[test]
        fn no_part_makes_it_fail(left in any::<f32>(), top in any::<f32>(), right in any::<f32>(), bottom in any::<f32>()) {
            let _ = Picture::part(&png(7, 5), [left, top, right, bottom]);
        }
    }
}

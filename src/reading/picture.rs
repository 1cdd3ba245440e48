//! Picture files as pages: how many there are, one of them decoded and upright as its camera noted, and its size on paper.
//! What stands on it is the business of `ocr`.

use super::pixels;
use super::render::NotRendered;
use super::source::{Format, Limits, Refusal};
use image::codecs::{jpeg::JpegDecoder, png::PngDecoder, tiff::TiffDecoder};
use image::{DynamicImage, ImageDecoder, ImageResult};
use std::io::Cursor;
use tiff::decoder::ifd::Value;
use tiff::tags::Tag;

/// Inches of the long side of a sheet of A4: a picture that does not say its resolution is taken for one.
const LONG_SIDE: f32 = 11.69;
/// Resolutions that scanners and telefax know, dots an inch.
const USUAL: [f32; 8] = [72.0, 96.0, 100.0, 150.0, 200.0, 300.0, 400.0, 600.0];

/// Dots an inch, across and down.
type Resolution = (f32, f32);

/// One page of a picture file.
pub struct Picture {
    pub image: DynamicImage,
    pub resolution: Resolution,
}

impl Picture {
    /// Width and height of the page in points.
    pub fn size(&self) -> (f32, f32) {
        let (across, down) = self.resolution;
        (pixels::length(self.image.width()) * 72.0 / across, pixels::length(self.image.height()) * 72.0 / down)
    }
}

/// The number of pages of a picture file: more than one only in a TIFF.
pub fn pages(bytes: &[u8], format: Format, limits: &Limits) -> u32 {
    if format == Format::Tiff { tiff_pages(bytes, limits.pages.saturating_add(1)) } else { 1 }
}

/// The page `page`, from 1, decoded.
pub fn open(bytes: &[u8], format: Format, page: u32, limits: &Limits) -> Result<Picture, NotRendered> {
    let damaged = |_| NotRendered::Refused(Refusal::Damaged);
    match format {
        Format::Png if page == 1 => {
            let decoder = PngDecoder::with_limits(Cursor::new(bytes), image::Limits::no_limits()).map_err(damaged)?;
            decode(decoder, png_resolution(bytes), limits)
        }
        Format::Jpeg if page == 1 => {
            decode(JpegDecoder::new(Cursor::new(bytes)).map_err(damaged)?, jpeg_resolution(bytes), limits)
        }
        Format::Tiff => {
            let (alone, resolution) = tiff_page(bytes, page).ok_or(NotRendered::NoSuchPage)?;
            decode(TiffDecoder::new(Cursor::new(alone)).map_err(damaged)?, resolution, limits)
        }
        _ => Err(NotRendered::NoSuchPage),
    }
}

/// Why the first page cannot be looked at, where that is so.
pub fn refusal(bytes: &[u8], format: Format, limits: &Limits) -> Option<Refusal> {
    match open(bytes, format, 1, limits) {
        Ok(_) => None,
        Err(NotRendered::Refused(refusal)) => Some(refusal),
        Err(NotRendered::NoSuchPage) => Some(Refusal::Damaged),
    }
}

fn decode(
    mut decoder: impl ImageDecoder,
    printed: Option<Resolution>,
    limits: &Limits,
) -> Result<Picture, NotRendered> {
    let (width, height) = decoder.dimensions();
    if u64::from(width).saturating_mul(u64::from(height)) > limits.image_pixels {
        return Err(NotRendered::Refused(Refusal::PictureTooLarge { width, height }));
    }
    let decoded: ImageResult<DynamicImage> = (|| {
        let orientation = decoder.orientation()?;
        let mut image = DynamicImage::from_decoder(decoder)?;
        image.apply_orientation(orientation);
        Ok(image)
    })();
    let image = decoded.map_err(|_| NotRendered::Refused(Refusal::Damaged))?;
    let guessed = || {
        let dots = pixels::length(width.max(height)) / LONG_SIDE;
        let nearest = USUAL.into_iter().min_by(|a, b| (a - dots).abs().total_cmp(&(b - dots).abs()));
        nearest.map_or((72.0, 72.0), |dots| (dots, dots))
    };
    // A resolution that would make the page smaller than a stamp or larger than a wall was never meant.
    let plausible = |dots: f32| (40.0..=2400.0).contains(&dots);
    let resolution = printed.filter(|(across, down)| plausible(*across) && plausible(*down)).unwrap_or_else(guessed);
    Ok(Picture { image, resolution })
}

fn png_resolution(bytes: &[u8]) -> Option<Resolution> {
    let reader = png::Decoder::new(Cursor::new(bytes)).read_info().ok()?;
    let dots = reader.info().pixel_dims.filter(|dots| matches!(dots.unit, png::Unit::Meter))?;
    Some((pixels::length(dots.xppu) * 0.0254, pixels::length(dots.yppu) * 0.0254))
}

/// The density of a JFIF header.
fn jpeg_resolution(bytes: &[u8]) -> Option<Resolution> {
    let at = bytes.get(..64)?.windows(5).position(|window| window == b"JFIF\0")?;
    let [unit, x1, x0, y1, y0] = *bytes.get(at.checked_add(7)?..at.checked_add(12)?)? else { return None };
    let scale = match unit {
        1 => 1.0,
        2 => 2.54,
        _ => return None,
    };
    let dots = |high, low| f32::from(u16::from_be_bytes([high, low])) * scale;
    Some((dots(x1, x0), dots(y1, y0)))
}

fn tiff_pages(bytes: &[u8], most: u32) -> u32 {
    let Ok(mut decoder) = tiff::decoder::Decoder::new(Cursor::new(bytes)) else { return 1 };
    let mut count = 1;
    while count < most && decoder.more_images() && decoder.next_image().is_ok() {
        count = count.saturating_add(1);
    }
    count
}

/// The file with its page `page` put first, and the resolution of that page.
fn tiff_page(bytes: &[u8], page: u32) -> Option<(Vec<u8>, Option<Resolution>)> {
    let mut decoder = tiff::decoder::Decoder::new(Cursor::new(bytes)).ok()?;
    decoder.seek_to_image(usize::try_from(page.checked_sub(1)?).ok()?).ok()?;
    let resolution = (|| {
        let inch = match decoder.get_tag_u32(Tag::ResolutionUnit).unwrap_or(2) {
            2 => 1.0,
            3 => 2.54,
            _ => return None,
        };
        let mut dots = |tag| match decoder.get_tag(tag).ok()? {
            Value::Rational(dots, unit) if unit > 0 => Some(pixels::length(dots) * inch / pixels::length(unit)),
            _ => None,
        };
        Some((dots(Tag::XResolution)?, dots(Tag::YResolution)?))
    })();
    let start = decoder.ifd_pointer()?.0;
    let mut alone = bytes.to_vec();
    let little = bytes.starts_with(b"II");
    if matches!(bytes.get(2..4), Some([43, 0] | [0, 43])) {
        let start = if little { start.to_le_bytes() } else { start.to_be_bytes() };
        alone.get_mut(8..16)?.copy_from_slice(&start);
    } else {
        let start = u32::try_from(start).ok()?;
        let start = if little { start.to_le_bytes() } else { start.to_be_bytes() };
        alone.get_mut(4..8)?.copy_from_slice(&start);
    }
    Some((alone, resolution))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop where its own picture cannot be written")]
mod tests {
    use super::*;
    use tiff::encoder::{Rational, TiffEncoder, colortype::Gray8};

    fn fax(pages: &[(u32, u32)]) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut file).unwrap();
        for (width, height) in pages {
            let mut image = encoder.new_image::<Gray8>(*width, *height).unwrap();
            image.resolution(tiff::tags::ResolutionUnit::Inch, Rational { n: 200, d: 1 });
            image.write_data(&vec![255; usize::try_from(width * height).unwrap()]).unwrap();
        }
        file.into_inner()
    }

    #[test]
    fn every_page_of_a_telefax_is_found_with_its_size() {
        let bytes = fax(&[(400, 200), (200, 600)]);
        let limits = Limits::default();
        assert_eq!(pages(&bytes, Format::Tiff, &limits), 2);
        let second = open(&bytes, Format::Tiff, 2, &limits).unwrap();
        assert_eq!((second.image.width(), second.image.height()), (200, 600));
        assert_eq!(second.size(), (72.0, 216.0));
        assert!(matches!(open(&bytes, Format::Tiff, 3, &limits), Err(NotRendered::NoSuchPage)));
    }

    #[test]
    fn a_picture_without_a_resolution_is_taken_for_a_sheet() {
        let mut png = Cursor::new(Vec::new());
        DynamicImage::new_luma8(1654, 2339).write_to(&mut png, image::ImageFormat::Png).unwrap();
        let picture = open(png.get_ref(), Format::Png, 1, &Limits::default()).unwrap();
        assert_eq!(picture.resolution, (200.0, 200.0));
    }

    #[test]
    fn a_picture_beyond_the_limit_is_refused_before_it_is_decoded() {
        let mut png = Cursor::new(Vec::new());
        DynamicImage::new_luma8(300, 300).write_to(&mut png, image::ImageFormat::Png).unwrap();
        let limits = Limits { image_pixels: 89_999, ..Limits::default() };
        let refusal = NotRendered::Refused(Refusal::PictureTooLarge { width: 300, height: 300 });
        assert_eq!(open(png.get_ref(), Format::Png, 1, &limits).err(), Some(refusal));
    }
}

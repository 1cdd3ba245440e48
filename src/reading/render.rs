//! A page as a picture: of a PDF by drawing it, of a picture file by decoding it. For showing on a screen and for OCR. Runs in
//! the reader's child process only.

use super::mail;
use super::picture;
use super::pixels;
use super::source::{self, Format, Limits, Refusal};
use crate::domain::packet::arrangement::{Leaf, Turn};
use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::hayro_syntax::page::Page;
use hayro::hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};
use hayro::kurbo::{BezPath, Rect};
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::{DynamicImage, GrayImage, RgbImage, imageops::FilterType};

/// The longest side of a page picture in pixels: enough for A4 at 340 dpi.
const LONGEST_SIDE: u32 = 4_000;

/// Why a page was not drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRendered {
    NoSuchPage,
    Refused(Refusal),
}

/// A page as a PNG, `width` pixels wide before it is turned where the longest side allows it.
pub fn page(bytes: Vec<u8>, format: Format, leaf: Leaf, width: u32, limits: &Limits) -> Result<Vec<u8>, NotRendered> {
    let Leaf { page, turn } = leaf;
    if format == Format::Mail {
        let (attachment, page) = mail::page(&bytes, page, limits).ok_or(NotRendered::NoSuchPage)?;
        drop(bytes);
        let format = source::admit(&attachment.bytes, limits).map_err(NotRendered::Refused)?;
        // What is attached to an e-mail is never one that is opened again.
        let format = if format == Format::Mail { Format::Other } else { format };
        return self::page(attachment.bytes, format, Leaf { page, turn }, width, limits);
    }
    let image = if format == Format::Pdf {
        let pdf = Pdf::new(bytes).map_err(|error| NotRendered::Refused(refusal(&error)))?;
        let (across, _) = dimensions(&pdf, page)?;
        DynamicImage::ImageRgb8(colours(&draw(&pdf, page, pixels::length(width) / across, limits)?))
    } else if format.is_picture() {
        let image = picture::open(&bytes, format, page, limits)?.image;
        drop(bytes);
        let (wide, high) = (image.width(), image.height());
        let scale = clamp(pixels::length(wide), pixels::length(high), pixels::length(width) / pixels::length(wide));
        let (wide, high) = (pixels::length(wide) * scale, pixels::length(high) * scale);
        let small = image.resize_exact(pixels::count(wide).max(1), pixels::count(high).max(1), FilterType::Triangle);
        if small.color().has_color() {
            DynamicImage::ImageRgb8(small.into_rgb8())
        } else {
            DynamicImage::ImageLuma8(small.into_luma8())
        }
    } else {
        return Err(NotRendered::NoSuchPage);
    };
    let image = match turn {
        Turn::None => image,
        Turn::Right => image.rotate90(),
        Turn::Over => image.rotate180(),
        Turn::Left => image.rotate270(),
    };
    png_of(&image).map_err(|_| NotRendered::Refused(Refusal::Damaged))
}

/// Why a PDF does not open.
pub fn refusal(error: &LoadPdfError) -> Refusal {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm) => {
            Refusal::Encrypted
        }
        LoadPdfError::Decryption(_) | LoadPdfError::Invalid => Refusal::Damaged,
    }
}

/// Width and height of a page of a PDF in points, as it is shown.
pub fn dimensions(pdf: &Pdf, page: u32) -> Result<(f32, f32), NotRendered> {
    let (width, height) = find(pdf, page)?.render_dimensions();
    let drawable = |side: f32| side.is_finite() && side > 0.0;
    if drawable(width) && drawable(height) { Ok((width, height)) } else { Err(NotRendered::Refused(Refusal::Damaged)) }
}

fn find(pdf: &Pdf, page: u32) -> Result<&Page<'_>, NotRendered> {
    let index = page.checked_sub(1).and_then(|index| usize::try_from(index).ok());
    index.and_then(|index| pdf.pages().get(index)).ok_or(NotRendered::NoSuchPage)
}

/// A page of a PDF on white, `scale` pixels a point where the longest side allows it.
pub fn draw(pdf: &Pdf, page: u32, scale: f32, limits: &Limits) -> Result<Pixmap, NotRendered> {
    let (width, height) = dimensions(pdf, page)?;
    let largest = largest_picture(pdf, page);
    let page = find(pdf, page)?;
    if let Some((width, height)) = largest
        && u64::from(width).saturating_mul(u64::from(height)) > limits.image_pixels
    {
        return Err(NotRendered::Refused(Refusal::PictureTooLarge { width, height }));
    }
    let scale = clamp(width, height, scale);
    // A page thinner than a pixel is drawn one pixel wide.
    let (x_scale, y_scale) = (scale.max(1.01 / width), scale.max(1.01 / height));
    let canvas = PixmapSettings { x_scale, y_scale, bg_color: WHITE };
    let cache = RenderCache::new();
    Ok(hayro::render(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &canvas))
}

/// The scale, or the largest that keeps the longest side in bounds.
fn clamp(width: f32, height: f32, scale: f32) -> f32 {
    scale.min(pixels::length(LONGEST_SIDE) / width.max(height))
}

fn colours(drawn: &Pixmap) -> RgbImage {
    let mut image = RgbImage::new(u32::from(drawn.width()), u32::from(drawn.height()));
    for (to, from) in image.pixels_mut().zip(drawn.data_as_u8_slice().chunks_exact(4)) {
        if let [red, green, blue, _] = from {
            to.0 = [*red, *green, *blue];
        }
    }
    image
}

/// The page in grey.
pub fn grey(drawn: &Pixmap) -> GrayImage {
    let mut image = GrayImage::new(u32::from(drawn.width()), u32::from(drawn.height()));
    for (to, from) in image.pixels_mut().zip(drawn.data_as_u8_slice().chunks_exact(4)) {
        if let [red, green, blue, _] = from {
            let sum = 299 * u32::from(*red) + 587 * u32::from(*green) + 114 * u32::from(*blue);
            to.0 = [u8::try_from(sum / 1000).unwrap_or(255)];
        }
    }
    image
}

/// The picture as a PNG: fast to write rather than small, it is shown once.
pub fn png_of(image: &DynamicImage) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, image.width(), image.height());
    let colour =
        if matches!(image, DynamicImage::ImageLuma8(_)) { png::ColorType::Grayscale } else { png::ColorType::Rgb };
    encoder.set_color(colour);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder.write_header()?.write_image_data(image.as_bytes())?;
    Ok(bytes)
}

/// Width and height of the largest picture on a page, as its directory says; nothing is decoded.
pub fn largest_picture(pdf: &Pdf, page: u32) -> Option<(u32, u32)> {
    let page = find(pdf, page).ok()?;
    let (width, height) = page.render_dimensions();
    let canvas = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let cache = InterpreterCache::new();
    let settings = InterpreterSettings::default();
    let mut context = Context::new(page.initial_transform(true).to_kurbo(), canvas, &cache, pdf.xref(), settings);
    let mut pictures = Pictures::default();
    interpret_page(page, &mut context, &mut pictures);
    pictures.largest
}

/// Draws nothing and remembers the largest picture.
#[derive(Default)]
struct Pictures {
    largest: Option<(u32, u32)>,
}

impl<'a> Device<'a> for Pictures {
    fn draw_image(&mut self, image: Image<'a, '_>, _: ImageDrawProps<'a>) {
        let area = |(width, height): (u32, u32)| u64::from(width).saturating_mul(u64::from(height));
        let seen = (image.width(), image.height());
        if self.largest.is_none_or(|largest| area(largest) < area(seen)) {
            self.largest = Some(seen);
        }
    }
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_glyph_run(&mut self, _: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

//! PDF text: words with boxes, the rules that a form or a table is drawn with, and how much of a page pictures cover. It draws
//! nothing and recognises nothing; a page without text comes back without words.

use super::FileBytes;
use super::background;
use super::measure::{number, points};
use super::page::{Page, Rect, Rule, Word};
use super::render::refusal;
use super::source::Refusal;
use crate::domain::packet::document::TextSource;
use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro_interpret::kurbo::{self, Affine, BezPath, PathEl, Point, Shape};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, TransformExt, interpret_page,
};
use hayro_syntax::Pdf;
use std::sync::Arc;

/// Ascent and descent as shares of the type size: the box of a line of capitals with descenders.
const ASCENT: f64 = 0.76;
const DESCENT: f64 = 0.2;

/// A PDF whose directory can be read.
pub fn open(file: &FileBytes) -> Result<Pdf, Refusal> {
    Pdf::new(Arc::clone(file)).map_err(|error| refusal(&error))
}

/// A page as its PDF gives it.
pub struct Drawn {
    pub page: Page,
    /// True where its labels may be a drawing behind its text.
    pub labels_drawn: bool,
}

impl Drawn {
    /// True where something that is printed on the page is not in its text.
    pub fn wants_ocr(&self) -> bool {
        self.labels_drawn || self.page.wants_ocr()
    }
}

/// The pages of a PDF with their words. `each` is told pages done and pages in all; one that wants OCR is not done.
pub fn pages(pdf: &Pdf, each: &mut dyn FnMut(u32, u32)) -> Result<Vec<Drawn>, Refusal> {
    let cache = InterpreterCache::new();
    let total = number(pdf.pages().len());
    let mut pages: Vec<Drawn> = Vec::new();
    let mut done = 0u32;
    for (page, at) in pdf.pages().iter().zip(1u32..) {
        let (width, height) = page.render_dimensions();
        let view = kurbo::Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let mut context = Context::new(
            page.initial_transform(true).to_kurbo(),
            view,
            &cache,
            pdf.xref(),
            InterpreterSettings::default(),
        );
        let mut sheet = Canvas { view, glyphs: Vec::new(), rules: Vec::new(), picture: 0.0, outlines: 0 };
        interpret_page(page, &mut context, &mut sheet);
        let outlines = sheet.outlines;
        let page = sheet.page(at, width, height);
        let page = Drawn { labels_drawn: background::may_hold_labels(&page, outlines), page };
        done = done.saturating_add(u32::from(!page.wants_ocr()));
        pages.push(page);
        each(done, total);
    }
    if pages.is_empty() { Err(Refusal::Damaged) } else { Ok(pages) }
}

/// One letter, or the letters of a ligature, where it was drawn.
struct Letter {
    text: String,
    origin: Point,
    end: Point,
    size: f64,
    invisible: bool,
}

/// Collects what a page draws.
struct Canvas {
    view: kurbo::Rect,
    glyphs: Vec<Letter>,
    rules: Vec<Rule>,
    picture: f64,
    /// Filled shapes with curves, which letters may be.
    outlines: u32,
}

impl Canvas {
    fn rule(&mut self, a: Point, b: Point) {
        let rect = kurbo::Rect::from_points(a, b).intersect(self.view);
        let thin = rect.width().min(rect.height());
        let long = rect.width().max(rect.height());
        if thin <= 2.5 && long >= 4.0 {
            self.rules.push(Rule { rect: narrow(rect) });
        }
    }

    fn edges(&mut self, rect: kurbo::Rect) {
        if rect.area() > 0.9 * self.view.area() || rect.width() < 6.0 || rect.height() < 6.0 {
            return;
        }
        let [a, b, c, d] = [
            Point::new(rect.x0, rect.y0),
            Point::new(rect.x1, rect.y0),
            Point::new(rect.x1, rect.y1),
            Point::new(rect.x0, rect.y1),
        ];
        for (from, to) in [(a, b), (b, c), (c, d), (d, a)] {
            self.rule(from, to);
        }
    }

    fn filled(&mut self, path: &BezPath, transform: Affine) {
        let rect = transform.transform_rect_bbox(path.bounding_box());
        if rect.width().min(rect.height()) <= 2.5 {
            self.rule(Point::new(rect.x0, rect.y0), Point::new(rect.x1, rect.y1));
        } else if path.elements().iter().any(is_curve) {
            let shapes = path.elements().iter().filter(|element| matches!(element, PathEl::MoveTo(_))).count();
            self.outlines = self.outlines.saturating_add(number(shapes));
        } else if path.elements().len() <= 6 {
            self.edges(rect);
        }
    }

    fn stroked(&mut self, path: &BezPath, transform: Affine) {
        let mut start = Point::ZERO;
        let mut here = Point::ZERO;
        for element in path.elements() {
            match *element {
                PathEl::MoveTo(to) => {
                    start = transform * to;
                    here = start;
                }
                PathEl::LineTo(to) => {
                    let to = transform * to;
                    self.rule(here, to);
                    here = to;
                }
                PathEl::ClosePath => {
                    self.rule(here, start);
                    here = start;
                }
                PathEl::QuadTo(_, to) | PathEl::CurveTo(_, _, to) => here = transform * to,
            }
        }
    }

    fn page(self, number: u32, width: f32, height: f32) -> Page {
        let letters = self.glyphs.iter().filter(|glyph| !glyph.text.trim().is_empty()).count();
        let lost = self.glyphs.iter().filter(|glyph| glyph.text.contains('\u{fffd}')).count();
        let unreadable = if letters == 0 { 0.0 } else { super::measure::count(lost) / super::measure::count(letters) };
        let picture = points((self.picture / self.view.area().max(1.0)).min(1.0));
        Page {
            number,
            width,
            height,
            source: TextSource::PdfText,
            sheet: None,
            words: words(&self.glyphs),
            rules: self.rules,
            picture,
            tilt: crate::reading::tilt::Tilt::default(),
            unreadable,
        }
    }
}

fn is_curve(element: &PathEl) -> bool {
    matches!(element, PathEl::QuadTo(..) | PathEl::CurveTo(..))
}

fn narrow(rect: kurbo::Rect) -> Rect {
    Rect { x0: points(rect.x0), y0: points(rect.y0), x1: points(rect.x1), y1: points(rect.y1) }
}

impl<'a> Device<'a> for Canvas {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let vertical = matches!(run.writing_mode(), WritingMode::Vertical);
        for glyph in run.glyphs() {
            let matrix = props.transform * glyph.transform();
            let advance = match &**glyph {
                Glyph::Outline(outline) => outline.advance_width(),
                Glyph::Type3(type3) => type3.advance_width(),
            };
            let advance = f64::from(advance.unwrap_or(500.0));
            let (origin, end) = if vertical {
                (matrix * Point::new(advance / 2.0, 880.0), matrix * Point::new(advance / 2.0, -120.0))
            } else {
                (matrix * Point::ZERO, matrix * Point::new(advance, 0.0))
            };
            let [_, _, c, d, _, _] = matrix.as_coeffs();
            let text = match glyph.as_unicode() {
                Some(BfString::Char(letter)) => letter.to_string(),
                Some(BfString::String(letters)) => letters,
                None => latin(glyph.char_code()).to_string(),
            };
            let invisible = matches!(mode, DrawMode::Invisible);
            self.glyphs.push(Letter { text, origin, end, size: c.hypot(d) * 1000.0, invisible });
        }
    }

    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        match mode {
            DrawMode::Fill(_) => self.filled(path, props.transform),
            DrawMode::Stroke(_) => self.stroked(path, props.transform),
            DrawMode::FillAndStroke(..) => self.stroked(path, props.transform),
            DrawMode::Invisible => {}
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let size = kurbo::Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let place = props.transform.transform_rect_bbox(size).intersect(self.view);
        self.picture += place.area();
        // Text that a page-filling picture is laid upon is there to be searched and not to be seen.
        if matches!(image, Image::Raster(_)) && place.area() > 0.5 * self.view.area() {
            self.glyphs
                .iter_mut()
                .filter(|letter| place.contains(letter.origin))
                .for_each(|letter| letter.invisible = true);
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_clip_rect(&mut self, _: &kurbo::Rect) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

/// A code without a Unicode meaning is read as Latin-1 where that is a printing letter.
fn latin(code: u32) -> char {
    match code {
        32..=126 | 160..=255 => char::from_u32(code).unwrap_or('\u{fffd}'),
        _ => '\u{fffd}',
    }
}

/// A word while its letters come in.
struct Piece {
    text: String,
    from: Point,
    to: Point,
    size: f64,
    bold: bool,
    invisible: bool,
}

impl Piece {
    fn start(letter: &Letter) -> Self {
        Self {
            text: letter.text.clone(),
            from: letter.origin,
            to: letter.end,
            size: letter.size,
            bold: false,
            invisible: letter.invisible,
        }
    }

    /// Distance along and across the direction of writing from this piece's end to a point, in type sizes.
    fn offset(&self, to: Point) -> (f64, f64) {
        let direction = self.direction();
        let step = to - self.to;
        let em = self.size.max(0.1);
        (step.dot(direction) / em, step.cross(direction).abs() / em)
    }

    fn direction(&self) -> kurbo::Vec2 {
        let along = self.to - self.from;
        if along.hypot() > 1e-6 { along.normalize() } else { kurbo::Vec2::new(1.0, 0.0) }
    }

    /// True where the letter goes on with this word.
    fn goes_on(&self, letter: &Letter) -> bool {
        let along = letter.end - letter.origin;
        let parallel = along.hypot() < 1e-6 || along.normalize().dot(self.direction()) > 0.98;
        let ratio = self.size.max(letter.size) / self.size.min(letter.size).max(0.01);
        let (gap, drop) = self.offset(letter.origin);
        parallel && ratio <= 1.8 && drop <= 0.35 && (-0.35..=0.13).contains(&gap)
    }

    fn word(self) -> Word {
        let up = self.direction();
        let across = kurbo::Vec2::new(-up.y, up.x) * self.size;
        let corners = [
            self.from - across * ASCENT,
            self.to - across * ASCENT,
            self.from + across * DESCENT,
            self.to + across * DESCENT,
        ];
        let rect =
            corners.iter().fold(kurbo::Rect::from_points(self.from, self.to), |rect, corner| rect.union_pt(*corner));
        Word {
            text: self.text,
            rect: narrow(rect),
            size: points(self.size),
            bold: self.bold,
            confidence: if self.invisible { 0.6 } else { 1.0 },
            place: None,
        }
    }
}

/// Letters in stream order become words; pieces that touch are joined afterwards.
fn words(letters: &[Letter]) -> Vec<Word> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut open: Option<Piece> = None;
    let mut last: Option<&Letter> = None;
    for letter in letters {
        let twin = last
            .is_some_and(|last| last.text == letter.text && (last.origin - letter.origin).hypot() < 0.12 * letter.size);
        last = Some(letter);
        if twin {
            if let Some(piece) = open.as_mut() {
                piece.bold = true;
            }
            continue;
        }
        if letter.text.trim().is_empty() {
            pieces.extend(open.take());
            continue;
        }
        match open.as_mut() {
            Some(piece) if piece.goes_on(letter) => {
                piece.text.push_str(&letter.text);
                piece.to = letter.end;
            }
            _ => {
                pieces.extend(open.take());
                open = Some(Piece::start(letter));
            }
        }
    }
    pieces.extend(open);
    join(pieces).into_iter().map(Piece::word).collect()
}

/// Joins pieces that touch: text set letter by letter, or a word whose parts were drawn apart.
fn join(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.sort_by(|a, b| {
        let level = |piece: &Piece| (piece.from.y * 2.0).round();
        level(a).total_cmp(&level(b)).then(a.from.x.total_cmp(&b.from.x))
    });
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let same = joined
            .last()
            .is_some_and(|last| last.text == piece.text && (last.from - piece.from).hypot() < 0.12 * piece.size);
        if same {
            if let Some(last) = joined.last_mut() {
                last.bold = true;
            }
            continue;
        }
        let touches = joined.last().is_some_and(|last| {
            let (gap, drop) = last.offset(piece.from);
            let level = last.direction().dot(piece.direction()) > 0.98;
            let ratio = last.size.max(piece.size) / last.size.min(piece.size).max(0.01);
            level && gap.abs() < 0.08 && drop < 0.1 && ratio < 1.1
        });
        match joined.last_mut() {
            Some(last) if touches => {
                last.text.push_str(&piece.text);
                last.to = piece.to;
            }
            _ => joined.push(piece),
        }
    }
    joined
}

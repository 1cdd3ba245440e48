//! A document under construction: marks are collected page by page, and drawn when the number of pages is known.

use super::picture::Picture;
use super::typeface::Typeface;
use krilla::Document;
use krilla::color::{luma, rgb};
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::TextDirection;

/// Why a document could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    #[error("The typeface inside the program is damaged.")]
    Typeface,
    #[error("A picture could not be set.")]
    Picture,
    #[error("The document could not be written: {0}")]
    Document(String),
}

/// On which side of its point a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// The point is the left end.
    Left,
    /// The point is the right end.
    Right,
}

/// The cut of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Bold,
}

enum Mark {
    Text { x: f32, y: f32, size: f32, weight: Weight, text: String },
    Rule { x0: f32, y0: f32, x1: f32, y1: f32 },
    Frame { x: f32, y: f32, width: f32, height: f32 },
    Lit { x: f32, y: f32, width: f32, height: f32 },
    Picture { x: f32, y: f32, width: f32, height: f32, image: Image },
}

/// A document under construction.
pub struct Paper {
    regular: Typeface,
    bold: Typeface,
    width: f32,
    height: f32,
    pages: Vec<Vec<Mark>>,
    title: String,
    /// Stands in every footer, before the page's number.
    footer: String,
}

impl Paper {
    /// A US Letter document with one empty page.
    ///
    /// # Errors
    /// [`PrintError::Typeface`].
    pub fn letter(title: impl Into<String>, footer: impl Into<String>) -> Result<Self, PrintError> {
        let (regular, bold) = Typeface::both()?;
        let pages = vec![Vec::new()];
        Ok(Self { regular, bold, width: 612.0, height: 792.0, pages, title: title.into(), footer: footer.into() })
    }

    /// The width of a page.
    pub fn width(&self) -> f32 {
        self.width
    }

    /// The last line's place: below it is the footer.
    pub fn bottom(&self) -> f32 {
        self.height - 54.0
    }

    /// Begins a new page.
    pub fn turn(&mut self) {
        self.pages.push(Vec::new());
    }

    fn face(&self, weight: Weight) -> &Typeface {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// How wide a text is.
    pub fn text_width(&self, text: &str, size: f32, weight: Weight) -> f32 {
        self.face(weight).width(text, size)
    }

    /// Sets a text with its baseline at `y`.
    pub fn text(&mut self, (x, y): (f32, f32), align: Align, size: f32, weight: Weight, text: impl Into<String>) {
        let text = text.into();
        let x = match align {
            Align::Left => x,
            Align::Right => x - self.text_width(&text, size, weight),
        };
        self.mark(Mark::Text { x, y, size, weight, text });
    }

    /// Sets lines under each other and gives the baseline after the last.
    pub fn lines(&mut self, (x, y): (f32, f32), size: f32, lines: &[&str]) -> f32 {
        let mut baseline = y;
        for line in lines {
            self.text((x, baseline), Align::Left, size, Weight::Regular, *line);
            baseline += size * 1.3;
        }
        baseline
    }

    /// A thin line.
    pub fn rule(&mut self, (x0, y0): (f32, f32), (x1, y1): (f32, f32)) {
        self.mark(Mark::Rule { x0, y0, x1, y1 });
    }

    /// A box.
    pub fn frame(&mut self, (x, y): (f32, f32), (width, height): (f32, f32)) {
        self.mark(Mark::Frame { x, y, width, height });
    }

    /// A box that draws the eye.
    pub fn lit(&mut self, (x, y): (f32, f32), (width, height): (f32, f32)) {
        self.mark(Mark::Lit { x, y, width, height });
    }

    /// Sets a picture with its upper left corner at a point.
    pub fn picture(&mut self, (x, y): (f32, f32), width: f32, picture: &Picture) {
        let (height, image) = (width * picture.ratio, picture.image.clone());
        self.mark(Mark::Picture { x, y, width, height, image });
    }

    /// The words of a text in lines that fit a width.
    pub fn wrapped(&self, text: &str, size: f32, weight: Weight, width: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let longer = lines.last().map(|line| format!("{line} {word}"));
            match longer.filter(|longer| self.text_width(longer, size, weight) <= width) {
                Some(longer) => {
                    if let Some(last) = lines.last_mut() {
                        *last = longer;
                    }
                }
                None => lines.push(word.to_owned()),
            }
        }
        lines
    }

    /// Draws everything: the bytes of a PDF.
    ///
    /// # Errors
    /// [`PrintError::Document`].
    pub fn finish(self) -> Result<Vec<u8>, PrintError> {
        let mut document = Document::new();
        let count = self.pages.len();
        for (number, page) in (1usize..).zip(&self.pages) {
            let settings = PageSettings::from_wh(self.width, self.height)
                .ok_or_else(|| PrintError::Document("the page has no size".to_owned()))?;
            let mut sheet = document.start_page_with(settings);
            let mut surface = sheet.surface();
            for mark in page {
                self.draw(&mut surface, mark);
            }
            let place = format!("{}page {number} of {count}", if self.footer.is_empty() { "" } else { " · " });
            let footer = format!("{}{place}", self.footer);
            let y = self.height - 30.0;
            self.draw(&mut surface, &Mark::Text { x: 40.0, y, size: 7.0, weight: Weight::Regular, text: footer });
            surface.finish();
            sheet.finish();
        }
        document.set_metadata(
            Metadata::new().title(self.title.clone()).language("en".to_owned()).creator("Quayside".to_owned()),
        );
        document.finish().map_err(|error| PrintError::Document(format!("{error:?}")))
    }

    fn draw(&self, surface: &mut Surface<'_>, mark: &Mark) {
        let ink = luma::Color::black();
        match mark {
            Mark::Text { x, y, size, weight, text } => {
                surface.set_stroke(None);
                surface.set_fill(Some(Fill::default()));
                let font = self.face(*weight).font.clone();
                surface.draw_text(Point::from_xy(*x, *y), font, *size, text, false, TextDirection::LeftToRight);
            }
            Mark::Rule { x0, y0, x1, y1 } => {
                let mut path = PathBuilder::new();
                path.move_to(*x0, *y0);
                path.line_to(*x1, *y1);
                stroke(surface, ink, path);
            }
            Mark::Lit { x, y, width, height } => {
                let mut path = PathBuilder::new();
                if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
                    path.push_rect(rect);
                }
                let red = rgb::Color::new(190, 30, 30);
                surface.set_fill(None);
                surface.set_stroke(Some(Stroke { paint: red.into(), width: 1.4, ..Stroke::default() }));
                if let Some(path) = path.finish() {
                    surface.draw_path(&path);
                }
            }
            Mark::Picture { x, y, width, height, image } => {
                let Some(size) = Size::from_wh(*width, *height) else { return };
                surface.push_transform(&Transform::from_translate(*x, *y));
                surface.draw_image(image.clone(), size);
                surface.pop();
            }
            Mark::Frame { x, y, width, height } => {
                let mut path = PathBuilder::new();
                if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
                    path.push_rect(rect);
                }
                stroke(surface, ink, path);
            }
        }
    }
}

fn stroke(surface: &mut Surface<'_>, ink: luma::Color, path: PathBuilder) {
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke { paint: ink.into(), width: 0.6, ..Stroke::default() }));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

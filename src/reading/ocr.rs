//! Words of pages that carry no text of their own: the page is drawn, set upright and straight, and read by an OCR engine in a
//! process of its own. What the words mean is not known here; letters are taken as the engine saw them.

mod check_digits;
mod closer_look;
mod language;
mod marks;
mod strokes;
mod thin_ink;
pub mod tsv;
mod two_looks;
mod type_size;
mod upright;

use super::page::{Page, Rect, Rule, Word};
use super::picture;
use super::pixels;
use super::render;
use super::source::{Format, Limits, sniff};
use super::tilt::Tilt;
use super::{FileBytes, Ocr};
use crate::domain::packet::arrangement::Turn;
use crate::domain::packet::document::TextSource;
use hayro::hayro_syntax::Pdf;
use image::GrayImage;
use image::imageops::{self, FilterType};
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use tsv::Seen;

/// The OCR engine of this machine. Nothing in it is true of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engine {
    /// The program; nothing where none is installed.
    pub program: Option<PathBuf>,
    /// Where its language data lies.
    pub languages: Option<PathBuf>,
}

impl Engine {
    /// The engine as distributions install it.
    pub fn installed() -> Self {
        let program = ["/usr/bin/tesseract", "/usr/local/bin/tesseract", "/opt/homebrew/bin/tesseract"];
        let languages = [
            "/usr/share/tesseract-ocr/5/tessdata",
            "/usr/share/tesseract-ocr/4.00/tessdata",
            "/usr/share/tessdata",
            "/usr/local/share/tessdata",
        ];
        let first = |places: &[&str]| places.iter().map(PathBuf::from).find(|place| Path::exists(place));
        Self { program: first(&program), languages: first(&languages) }
    }

    /// The folders it must be able to read.
    pub fn language_folders(&self) -> Vec<PathBuf> {
        self.languages.iter().cloned().collect()
    }

    /// The languages of a list such as `eng+fra` whose data is here.
    fn have(&self, languages: &str) -> String {
        let here = |code: &&str| {
            let data = self.languages.as_ref().map(|folder| folder.join(format!("{code}.traineddata")));
            data.is_none_or(|file| file.exists())
        };
        languages.split('+').filter(here).collect::<Vec<_>>().join("+")
    }

    /// The words of a grey page at `dots` an inch. None where the engine fails: the page is then a page without words.
    fn words(&self, page: &GrayImage, dots: u32, languages: &str, manner: (Layout, Threshold)) -> Vec<Seen> {
        let (Some(program), languages) = (&self.program, self.have(languages)) else { return Vec::new() };
        if languages.is_empty() {
            return Vec::new();
        }
        let mut command = Command::new(program);
        command.env_clear().env("OMP_THREAD_LIMIT", "1");
        if let Some(folder) = &self.languages {
            command.arg("--tessdata-dir").arg(folder);
        }
        let layout = match manner.0 {
            Layout::Scattered => "11",
            Layout::Lines => "4",
            Layout::Close => "6",
        };
        command.args(["-", "-", "--dpi", &dots.to_string(), "-l", &languages, "--psm", layout]);
        let threshold = match manner.1 {
            Threshold::Page => "thresholding_method=0",
            Threshold::Neighbourhood => "thresholding_method=2",
        };
        command.args(["-c", threshold, "tsv"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let table = command.spawn().and_then(|mut engine| {
            if let Some(mut input) = engine.stdin.take() {
                writeln!(input, "P5 {} {} 255", page.width(), page.height())?;
                input.write_all(page.as_raw())?;
            }
            engine.wait_with_output()
        });
        table.map(|output| tsv::words(&String::from_utf8_lossy(&output.stdout))).unwrap_or_default()
    }
}

/// Where ink ends and paper begins: one level of grey for the page, or one for every neighbourhood.
#[derive(Clone, Copy)]
enum Threshold {
    Page,
    Neighbourhood,
}

/// What the engine takes the print of a page for.
#[derive(Clone, Copy)]
enum Layout {
    /// A form is no running text: paragraphs that are guessed wrong lose its small print.
    Scattered,
    Lines,
    /// One block of even lines.
    Close,
}

/// Reads pages with the engine, one process a page.
pub struct Tesseract {
    engine: Engine,
    limits: Limits,
    /// The languages of the file, once its first page has told them.
    languages: Cell<&'static str>,
}

/// Below this mean confidence a page was not understood: it stands on its head, or is in other letters.
const UNDERSTOOD: f32 = 0.6;

impl Tesseract {
    pub const fn new(engine: Engine, limits: Limits) -> Self {
        Self { engine, limits, languages: Cell::new(language::FIRST) }
    }

    /// The words of a grey picture of a page with `dots` an inch.
    pub fn see(&self, number: u32, picture: &GrayImage, dots: f32) -> Page {
        self.see_lying(number, picture, dots, upright::lie(picture))
    }

    /// The words of a page that a person set upright. Where they make no sense so, it is looked at as any other.
    fn see_standing(&self, number: u32, picture: &GrayImage, dots: f32) -> Page {
        let page = self.see_lying(number, picture, dots, upright::standing(picture));
        let words: Vec<(&str, f32)> = page.words.iter().map(|word| (word.text.as_str(), word.confidence)).collect();
        if understood(words.into_iter()) < UNDERSTOOD { self.see(number, picture, dots) } else { page }
    }

    fn see_lying(&self, number: u32, picture: &GrayImage, dots: f32, lie: upright::Lie) -> Page {
        let prepare = |quarters: u8| Prepared::new(picture, quarters, &lie, dots);
        let engine = &self.engine;
        let look = |prepared: &Prepared, languages: &str, layout: Layout| {
            engine.words(&prepared.page, pixels::count(dots), languages, (layout, prepared.threshold))
        };
        let mut prepared = prepare(u8::from(lie.sideways));
        let mut languages = self.languages.get();
        // Most pages stand upright and are in the languages that were expected: both looks at once, one a core.
        let expected = if languages == language::FIRST { language::accented(std::iter::empty()) } else { languages };
        let (mut words, lines) = std::thread::scope(|scope| {
            let second = scope.spawn(|| look(&prepared, expected, Layout::Lines));
            let first = look(&prepared, languages, Layout::Scattered);
            (first, second.join().ok())
        });
        let mut lines = lines.map(|lines| (expected, lines));
        if understanding(&words) < UNDERSTOOD {
            let turned = prepare(u8::from(lie.sideways) + 2);
            let seen = look(&turned, language::FIRST, Layout::Scattered);
            if understanding(&seen) > understanding(&words) {
                (prepared, words, languages, lines) = (turned, seen, language::FIRST, None);
            }
        }
        if understanding(&words) < UNDERSTOOD {
            let seen = look(&prepared, language::CHINESE, Layout::Scattered);
            if understanding(&seen) > understanding(&words) {
                (words, languages, lines) = (seen, language::CHINESE, None);
            }
        }
        let told = language::judge(texts(&words));
        if languages == language::FIRST && told != language::FIRST {
            let seen = look(&prepared, told, Layout::Scattered);
            if understanding(&seen) > understanding(&words) {
                (words, languages, lines) = (seen, told, None);
            }
        }
        self.languages.set(languages);
        // The second look knows accents that the first may have taken for plain letters.
        let accented = if languages == language::FIRST { language::accented(texts(&words)) } else { languages };
        let lines = match lines {
            Some((looked, lines)) if looked == accented => lines,
            _ => look(&prepared, accented, Layout::Lines),
        };
        let Prepared { page, quarters, rules, .. } = prepared;
        let words = two_looks::joined(words, lines);
        let words = closer_look::completed(&page, words, |places, times| {
            self.engine.words(places, pixels::count(dots) * times, languages, (Layout::Close, Threshold::Page))
        });
        let words = check_digits::mended(marks::restored(&page, words));
        let scale = 72.0 / dots;
        let points = |count| pixels::length(count) * scale;
        Page {
            number,
            width: points(page.width()),
            height: points(page.height()),
            source: TextSource::Ocr,
            sheet: None,
            words: type_size::set(thin_ink::told(words.iter().map(|word| printed(word, scale)).collect())),
            rules,
            picture: 1.0,
            tilt: Tilt { quarters, degrees: -lie.slope },
            unreadable: 0.0,
        }
    }
}

/// A page upright, straight and without its rules.
struct Prepared {
    page: GrayImage,
    quarters: u8,
    threshold: Threshold,
    rules: Vec<Rule>,
}

impl Prepared {
    fn new(picture: &GrayImage, quarters: u8, lie: &upright::Lie, dots: f32) -> Self {
        let mut page = upright::turn(picture, quarters);
        if lie.slope.abs() > 0.15 {
            page = upright::straighten(&page, lie.slope);
        }
        let worn = upright::is_speckled(&page);
        if worn {
            page = upright::without_specks(&page);
        }
        // A threshold for each neighbourhood finds pale print on clean paper; on worn paper it finds the dirt.
        let threshold = if worn { Threshold::Page } else { Threshold::Neighbourhood };
        let rules = strokes::rules(&page, 72.0 / dots, 24.0);
        // The bars of bold letters side by side may look like a short rule.
        let long = rules.iter().filter(|rule| rule.rect.width().max(rule.rect.height()) > 60.0).copied();
        strokes::erase(&mut page, &long.collect::<Vec<_>>(), 72.0 / dots);
        Self { page, quarters, threshold, rules }
    }
}

fn texts(words: &[Seen]) -> impl Iterator<Item = &str> + Clone {
    words.iter().map(|word| word.text.as_str())
}

/// The mean confidence of the words that have letters or digits, nothing for a page with hardly any.
fn understanding(words: &[Seen]) -> f32 {
    understood(words.iter().map(|word| (word.text.as_str(), word.confidence)))
}

fn understood<'w>(words: impl Iterator<Item = (&'w str, f32)>) -> f32 {
    let long: Vec<f32> = words
        .filter(|(text, _)| text.chars().filter(|letter| letter.is_alphanumeric()).count() >= 2)
        .map(|(_, confidence)| confidence)
        .collect();
    if long.len() < 5 {
        0.0
    } else {
        long.iter().sum::<f32>() / pixels::length(u32::try_from(long.len()).unwrap_or(u32::MAX))
    }
}

fn printed(word: &Seen, scale: f32) -> Word {
    let points = |count: u32| pixels::length(count) * scale;
    let (x0, y0) = (points(word.left), points(word.top));
    let rect = Rect { x0, y0, x1: x0 + points(word.width), y1: y0 + points(word.height) };
    Word {
        text: word.text.clone(),
        size: rect.y1 - rect.y0,
        rect,
        bold: false,
        confidence: word.confidence,
        place: None,
    }
}

impl Ocr for Tesseract {
    fn page(&self, file: &FileBytes, page: u32, turn: Turn) -> Option<Page> {
        self.engine.program.as_ref()?;
        let (grey, dots) = match sniff(file) {
            Format::Pdf => drawn(file, page, &self.limits)?,
            format => scanned(file, format, page, &self.limits)?,
        };
        if turn == Turn::None {
            return Some(self.see(page, &grey, dots));
        }
        Some(self.see_standing(page, &upright::turn(&grey, turn.quarters()), dots))
    }
}

/// A page of a PDF in grey, at the resolution of the scan on it, and that resolution.
fn drawn(file: &FileBytes, page: u32, limits: &Limits) -> Option<(GrayImage, f32)> {
    let pdf = Pdf::new(Arc::clone(file)).ok()?;
    let (width, height) = render::dimensions(&pdf, page).ok()?;
    let scan = render::largest_picture(&pdf, page).map(|(wide, high)| wide.max(high));
    let dots = scan.map_or(0.0, |side| pixels::length(side) * 72.0 / width.max(height));
    // A scan is read at its own resolution; below 150 dots an inch there is nothing to lose by drawing it larger.
    let dots = if (150.0..=300.0).contains(&dots) { dots.round() } else { 300.0 };
    let drawn = render::draw(&pdf, page, dots / 72.0, limits).ok()?;
    let grey = render::grey(&drawn);
    let dots = pixels::length(grey.width()) * 72.0 / width;
    Some((grey, dots))
}

/// A page of a picture file in grey, no coarser than OCR needs and no finer, and its resolution.
fn scanned(file: &[u8], format: Format, page: u32, limits: &Limits) -> Option<(GrayImage, f32)> {
    let picture = picture::open(file, format, page, limits).ok()?;
    let (across, down) = picture.resolution;
    let grey = picture.image.into_luma8();
    let dots = if (150.0..=300.0).contains(&across) { across } else { 300.0_f32.min(across * 3.0) };
    // A telefax has fewer dots down than across.
    if (dots - across).abs() < 1.0 && (dots - down).abs() < 1.0 {
        return Some((grey, dots));
    }
    let wide = pixels::count(pixels::length(grey.width()) * dots / across).clamp(1, 10_000);
    let high = pixels::count(pixels::length(grey.height()) * dots / down).clamp(1, 10_000);
    Some((imageops::resize(&grey, wide, high, FilterType::CatmullRom), dots))
}

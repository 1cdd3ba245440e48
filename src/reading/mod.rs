//! Floor 1: bytes to documents with evidence. The only room that knows file formats. CPU only: no database, no web.
//! It never fails and never panics on a file: what cannot be read is an `unknown` document with a problem that says why.

mod arranged;
pub mod attached;
mod background;
pub mod classify;
mod contradiction;
pub mod csv;
pub mod edi;
pub mod envelope;
pub mod fields;
pub mod json;
pub mod layout;
pub mod lists;
pub mod mail;
pub mod measure;
mod message;
pub mod ocr;
pub mod page;
pub mod pdf;
pub mod picture;
mod pixels;
pub mod render;
pub mod sandbox;
pub mod sheet;
pub mod source;
pub mod split;
pub mod stated;
pub mod tilt;
pub mod values;
pub mod vocabulary;
pub mod xml;

use crate::domain::packet::arrangement::{Arrangement, Turn};
use crate::domain::packet::document::{Document, Evidence, Kind, Problem, Reading, Readings, TextSource};
use attached::Attached;
use layout::Sheet;
use layout::table::Table;
use page::{Page, Rect};
use pdf::Drawn;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use source::{Format, Limits, Refusal};
use std::sync::Arc;
use tilt::Tilt;

/// What reading one file gave. Serialised between the child process and its parent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileReading {
    /// In the order of their first pages; ids are given by [`number`].
    pub documents: Vec<Document>,
    pub pages: Vec<PageFacts>,
    /// The names of the attachments of an e-mail, in its order; none for other files.
    #[serde(default)]
    pub parts: Vec<String>,
}

/// One page or sheet of the file as it is shown beside its documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageFacts {
    /// From 1 in its file.
    pub number: u32,
    /// Points.
    pub width: f32,
    /// Points.
    pub height: f32,
    pub source: TextSource,
    /// How it was turned before it was read, because a person said so; its size is that of the turned page.
    #[serde(default)]
    pub turn: Turn,
    /// The sheet's name where the page is one.
    pub sheet: Option<String>,
    /// The words of the page, one printed line a line.
    pub text: String,
    /// The first 500 rows of a sheet as text, for showing it.
    pub grid: Option<Vec<Vec<String>>>,
}

/// The bytes of a file, shared by all who look at them: a scan may have hundreds of megabytes, and is never copied.
pub type FileBytes = Arc<Vec<u8>>;

/// Reads pages that carry no text of their own.
pub trait Ocr {
    /// The page of a PDF or picture file, turned as a person said, with the words seen on it, boxes in points; `page` counts from 1.
    /// Nothing where the page does not exist or could not be read.
    fn page(&self, file: &FileBytes, page: u32, turn: Turn) -> Option<Page>;
}

/// Sees nothing: for tests, and for a machine without an OCR engine.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoOcr;

impl Ocr for NoOcr {
    fn page(&self, _file: &FileBytes, _page: u32, _turn: Turn) -> Option<Page> {
        None
    }
}

/// How a file is read.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    pub limits: Limits,
    /// True where the files inside a PDF are left alone: its printed pages are measured by themselves.
    pub pages_alone: bool,
    /// How a person arranged the file.
    pub arrangement: Option<Arrangement>,
}

impl Manner {
    fn turn(&self, page: u32) -> Turn {
        self.arrangement.as_ref().map_or(Turn::None, |arrangement| arrangement.turn(page))
    }
}

/// Reads one file, whatever it is: its documents and its pages. `progress` is told pages done and pages in all.
pub fn read(name: &str, bytes: Vec<u8>, ocr: &dyn Ocr, progress: &mut dyn FnMut(u32, u32)) -> FileReading {
    let manner = Manner::default();
    match source::admit(&bytes, &manner.limits) {
        Ok(format) => read_as(name, bytes, format, &manner, ocr, progress),
        Err(refusal) => {
            let sha256 = hex::encode(Sha256::digest(&bytes));
            FileReading { documents: vec![refusal.document(name, &sha256)], ..FileReading::default() }
        }
    }
}

/// Reads one file of a format that was admitted.
pub fn read_as(
    name: &str,
    bytes: Vec<u8>,
    format: Format,
    manner: &Manner,
    ocr: &dyn Ocr,
    progress: &mut dyn FnMut(u32, u32),
) -> FileReading {
    let sha256 = hex::encode(Sha256::digest(&bytes));
    if format == Format::Mail {
        return mail::read(name, &sha256, &bytes, manner, ocr, progress);
    }
    let origin = Origin { name, sha256 };
    if let Some(mut reading) = message::read(&origin, &bytes, format, &manner.limits) {
        arranged::name(&mut reading.documents, manner.arrangement.as_ref());
        return reading;
    }
    match pages(&Arc::new(bytes), format, manner, ocr, progress) {
        Ok((pages, inside)) => {
            let mut reading = origin.documents(pages, manner.arrangement.as_ref());
            match inside {
                Attached::Nothing => {}
                Attached::Invoice(invoice) => {
                    let named = arranged::named(&reading.documents, manner.arrangement.as_ref());
                    attached::lay_over(&mut reading.documents, &named, *invoice);
                }
                Attached::Unread(why) => attached::say_unread(&mut reading.documents, name, &why),
            }
            reading
        }
        Err(refusal) => {
            FileReading { documents: vec![refusal.document(name, &origin.sha256)], ..FileReading::default() }
        }
    }
}

/// A page with what stands on it, before documents are told apart.
struct Leaf {
    page: Page,
    grid: Option<Vec<Vec<String>>>,
    problem: Option<Problem>,
}

impl From<sheet::GridPage> for Leaf {
    fn from(sheet: sheet::GridPage) -> Self {
        Self { page: sheet.page, grid: Some(sheet.grid), problem: None }
    }
}

/// The pages of a file of any format that has pages, and the invoice that a PDF carries inside.
fn pages(
    bytes: &FileBytes,
    format: Format,
    manner: &Manner,
    ocr: &dyn Ocr,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<(Vec<Leaf>, Attached), Refusal> {
    match format {
        Format::Pdf => {
            let pdf = pdf::open(bytes)?;
            let invoice = if manner.pages_alone { Attached::Nothing } else { attached::invoice(&pdf, &manner.limits) };
            let pages = pdf::pages(&pdf, progress)?;
            Ok((with_ocr(pages, bytes, manner, ocr, progress), invoice))
        }
        Format::Xlsx => Ok((sheet::pages(bytes)?.into_iter().map(Leaf::from).collect(), Attached::Nothing)),
        Format::Png | Format::Jpeg | Format::Tiff => {
            let leaf = |page| Leaf { page, grid: None, problem: None };
            let most = manner.limits.pages.saturating_add(1);
            let seen = (1..=most).map_while(|at| ocr.page(bytes, at, manner.turn(at)).inspect(|_| progress(at, at)));
            let pages: Vec<Leaf> = seen.map(leaf).collect();
            if pages.is_empty() {
                return Err(picture::refusal(bytes, format, &manner.limits).unwrap_or(Refusal::NoText));
            }
            Ok((pages, Attached::Nothing))
        }
        Format::Text => {
            let sheet = csv::page(bytes).ok_or(Refusal::NotADocument { format: Format::Other })?;
            Ok((vec![Leaf::from(sheet)], Attached::Nothing))
        }
        other => Err(Refusal::NotADocument { format: other }),
    }
}

/// The pages of a PDF, those that are pictures read by OCR.
fn with_ocr(
    pages: Vec<Drawn>,
    bytes: &FileBytes,
    manner: &Manner,
    ocr: &dyn Ocr,
    progress: &mut dyn FnMut(u32, u32),
) -> Vec<Leaf> {
    let total = measure::number(pages.len());
    let waiting = measure::number(pages.iter().filter(|page| page.wants_ocr()).count());
    let mut done = total.saturating_sub(waiting);
    let leaf = |page: Drawn| {
        let waited = page.wants_ocr();
        let turn = manner.turn(page.page.number);
        let leaf = seen(page, turn, bytes, ocr);
        if waited {
            done = done.saturating_add(1);
            progress(done, total);
        }
        leaf
    };
    pages.into_iter().map(leaf).collect()
}

/// A page of a PDF with its words; one whose words are in its picture only is read by OCR, one whose labels are drawn behind its
/// text by both.
fn seen(drawn: Drawn, turn: Turn, file: &FileBytes, ocr: &dyn Ocr) -> Leaf {
    let (looked_at, page) = (drawn.wants_ocr(), drawn.page.turned(turn));
    if !looked_at {
        return Leaf { page, grid: None, problem: None };
    }
    match ocr.page(file, page.number, turn) {
        Some(read) => {
            let both = background::laid_over(&page, &read);
            // Where the two do not agree, a page that is no picture has its text.
            let page =
                both.unwrap_or_else(|| if page.wants_ocr() { Page { picture: page.picture, ..read } } else { page });
            Leaf { page, grid: None, problem: None }
        }
        None if !page.wants_ocr() => Leaf { page, grid: None, problem: None },
        // A picture too large to draw lies under text that can be read all the same.
        None if page.words.len() >= 8 && page.unreadable <= 0.1 => Leaf { page, grid: None, problem: None },
        None => {
            let message = "The page is a picture and its text could not be read. Ask for a copy with text.".to_owned();
            let problem = Problem { code: "page.no_text".to_owned(), page: Some(page.number), message };
            Leaf { page: Page { words: Vec::new(), ..page }, grid: None, problem: Some(problem) }
        }
    }
}

/// The file that documents come from.
struct Origin<'a> {
    name: &'a str,
    sha256: String,
}

impl Origin<'_> {
    fn document(
        &self,
        pages: Vec<u32>,
        kind: Kind,
        sure: f32,
        source: Option<TextSource>,
        problems: Vec<Problem>,
    ) -> Document {
        Document {
            id: String::new(),
            file: self.name.to_owned(),
            sha256: self.sha256.clone(),
            pages,
            kind,
            kind_confidence: sure,
            text_source: source,
            fields: Readings::new(),
            lines: Vec::new(),
            problems,
            corrections: Vec::new(),
            arranged: None,
        }
    }

    fn documents(&self, leaves: Vec<Leaf>, arrangement: Option<&Arrangement>) -> FileReading {
        let mut problems: Vec<Problem> = Vec::new();
        let mut grids = Vec::new();
        let mut sheets: Vec<Sheet> = Vec::new();
        let mut lies: Vec<Lie> = Vec::new();
        for leaf in arranged::in_order(leaves, arrangement) {
            problems.extend(leaf.problem);
            grids.push(leaf.grid);
            lies.push(Lie::of(&leaf.page));
            sheets.push(Sheet::new(leaf.page));
        }
        let mut tables: Vec<Vec<Table>> = Vec::new();
        for sheet in &sheets {
            let before = tables.last().and_then(|tables| tables.iter().rfind(|table| table.lists_goods()));
            let found = layout::table::tables(sheet, before);
            tables.push(found);
        }
        let looks = leaves_of(&sheets, &tables);
        let numbers: Vec<u32> = sheets.iter().map(|sheet| sheet.number).collect();
        let parts = arranged::parts(&looks, &numbers, arrangement);
        let words = sheets.iter().flat_map(|sheet| &sheet.segments).flat_map(|segment| &segment.words);
        let order = values::date::Order::shown(words.map(|word| word.text.as_str()));
        let documents = parts.iter().map(|part| {
            let (sheets, tables) = (
                sheets.get(part.pages.clone()).unwrap_or_default(),
                tables.get(part.pages.clone()).unwrap_or_default(),
            );
            let pages: Vec<u32> = sheets.iter().map(|sheet| sheet.number).collect();
            let own = problems.iter().filter(|problem| problem.page.is_some_and(|page| pages.contains(&page)));
            let source = sheets.first().map(|sheet| sheet.source);
            let read = fields::read(part.kind, sheets, tables, order);
            let document = self.document(pages.clone(), part.kind, part.confidence, source, own.cloned().collect());
            let mut document = Document { fields: read.fields, lines: read.lines, ..document };
            on_paper(&mut document, &lies);
            document
        });
        let documents = documents.collect();
        let pages = sheets.iter().zip(grids).zip(&lies).map(|((sheet, grid), lie)| PageFacts {
            number: sheet.number,
            width: lie.paper().0,
            height: lie.paper().1,
            source: sheet.source,
            turn: arrangement.map_or(Turn::None, |arrangement| arrangement.turn(sheet.number)),
            sheet: sheet.name.clone(),
            text: sheet.text(),
            grid,
        });
        FileReading { documents, pages: pages.collect(), ..FileReading::default() }
    }
}

/// How a page lay when it was read upright.
struct Lie {
    number: u32,
    width: f32,
    height: f32,
    tilt: Tilt,
}

impl Lie {
    fn of(page: &Page) -> Self {
        Self { number: page.number, width: page.width, height: page.height, tilt: page.tilt }
    }

    fn paper(&self) -> (f32, f32) {
        self.tilt.paper(self.width, self.height)
    }
}

/// Turns the proof of every value back to where it stands on the page as it is.
fn on_paper(document: &mut Document, lies: &[Lie]) {
    if lies.iter().all(|lie| lie.tilt == Tilt::default()) {
        return;
    }
    let readings: Vec<&mut Reading> =
        document.fields.values_mut().chain(document.lines.iter_mut().flat_map(|line| line.values_mut())).collect();
    for evidence in readings.into_iter().flat_map(|reading| reading.evidence.iter_mut()) {
        let Evidence::Page { page, bbox } = evidence else { continue };
        let Some(lie) = lies.iter().find(|lie| lie.number == *page) else { continue };
        let [x0, y0, x1, y1] = *bbox;
        let turned = lie.tilt.on_paper(Rect { x0, y0, x1, y1 }, lie.width, lie.height);
        *bbox = [turned.x0, turned.y0, turned.x1, turned.y1];
    }
}

/// What each page shows of its document; the number that tells documents of a kind apart is read only where a kind is titled twice.
fn leaves_of(sheets: &[Sheet], tables: &[Vec<Table>]) -> Vec<split::Leaf> {
    let looks: Vec<classify::Look> =
        sheets.iter().zip(tables).map(|(sheet, tables)| classify::look(sheet, tables)).collect();
    let titled = |look: &classify::Look| match look.title {
        Some((vocabulary::Title::Kind(kind), _)) => Some(kind),
        _ => None,
    };
    let kinds: Vec<Option<Kind>> = looks.iter().map(titled).collect();
    let leaves = looks.into_iter().zip(sheets).zip(tables).map(|((look, sheet), tables)| {
        let kind = titled(&look).filter(|kind| kinds.iter().filter(|other| **other == Some(*kind)).count() > 1);
        let number = kind.and_then(|kind| fields::own_number(kind, sheet, tables));
        split::Leaf { look, number, blank: sheet.segments.is_empty() }
    });
    leaves.collect()
}

/// Puts the documents of a packet's files in order and gives them their ids: `d1`, `d2`, …
pub fn number(files: Vec<FileReading>) -> Vec<Document> {
    let documents = files.into_iter().flat_map(|file| file.documents);
    documents.zip(1u32..).map(|(document, id)| Document { id: format!("d{id}"), ..document }).collect()
}

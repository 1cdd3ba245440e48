//! The pages of a file with what stands on them, read by OCR where they are pictures. Which of them are one document is told afterwards.

use super::attached::{self, Attached};
use super::page::Page;
use super::pdf::{self, Drawn};
use super::source::{Format, Refusal};
use super::{FileBytes, Manner, Ocr, background, csv, measure, picture, sheet};
use crate::domain::packet::arrangement::Turn;
use crate::domain::packet::document::Problem;

/// A page with what stands on it, before documents are told apart.
pub(super) struct Leaf {
    pub page: Page,
    pub grid: Option<Vec<Vec<String>>>,
    pub problem: Option<Problem>,
}

impl From<sheet::GridPage> for Leaf {
    fn from(sheet: sheet::GridPage) -> Self {
        Self { page: sheet.page, grid: Some(sheet.grid), problem: None }
    }
}

/// The pages of a file of any format that has pages, and the invoice that a PDF carries inside.
pub(super) fn pages(
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

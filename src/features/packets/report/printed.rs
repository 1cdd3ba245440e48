//! The report on paper: what stands on it, from its head to the values that were read. What it is made of is gathered before.

use super::super::evidence::{first_page, of_part};
use super::Facts;
use super::place::{PLACES, place};
use crate::domain::packet::result::{Finding, PacketResult, Verdict};
use crate::domain::packet::written::words;
use crate::print::{Align, Column, Paper, Picture, PrintError, Table, Weight};
use crate::store::runs::Page;
use crate::web::view;
use chrono::Utc;

const LEFT: f32 = 40.0;
const TOP: f32 = 54.0;
const WIDTH: f32 = 532.0;

/// A report under the pen.
struct Pen {
    paper: Paper,
    y: f32,
}

impl Pen {
    /// Turns the page where less than `height` is left.
    fn room(&mut self, height: f32) {
        if self.y + height > self.paper.bottom() {
            self.paper.turn();
            self.y = TOP;
        }
    }

    fn say(&mut self, size: f32, weight: Weight, text: &str) {
        for line in self.paper.wrapped(text, size, weight, WIDTH) {
            self.room(size * 1.35);
            self.paper.text((LEFT, self.y + size), Align::Left, size, weight, line);
            self.y += size * 1.35;
        }
    }

    fn gap(&mut self, height: f32) {
        self.y += height;
    }

    fn heading(&mut self, text: &str) {
        self.gap(12.0);
        self.room(60.0);
        self.say(12.0, Weight::Bold, text);
        self.gap(4.0);
    }

    fn table(&mut self, columns: Vec<Column>, rows: &[Vec<String>]) {
        self.room(45.0);
        self.y = Table::new(LEFT, columns).draw(&mut self.paper, self.y, rows, None) + 4.0;
    }
}

/// The report as a PDF.
///
/// # Errors
/// [`PrintError`] where it cannot be drawn.
pub fn print(facts: &Facts) -> Result<Vec<u8>, PrintError> {
    let result = &facts.result;
    let footer = format!("{} · {}", facts.team, facts.name);
    let mut pen = Pen { paper: Paper::letter(format!("Packet report: {}", facts.name), footer)?, y: TOP };
    pen.say(18.0, Weight::Bold, &facts.name);
    let verdict = match result.packet.verdict {
        Verdict::Blocked => "Blocked",
        Verdict::Review => "To review",
        Verdict::Ready => "Ready",
    };
    pen.say(11.0, Weight::Bold, &format!("{verdict} · score {}", result.packet.score));
    pen.say(9.0, Weight::Regular, &result.packet.reason);
    let client = result.client.as_ref().map(|client| format!(" It is judged by what is expected of {client}."));
    pen.say(
        9.0,
        Weight::Regular,
        &format!("{}{}", result.lists.sentence(view::LOAD_A_TARIFF), client.unwrap_or_default()),
    );
    pen.say(9.0, Weight::Regular, &format!("Printed {} UTC.", Utc::now().format("%-d %b %Y %H:%M")));
    pen.heading(if result.findings.is_empty() { "No findings" } else { "Findings" });
    let mut shown = 0;
    for (number, finding) in (1usize..).zip(&result.findings) {
        shown += findings(&mut pen, facts, number, finding, PLACES.saturating_sub(shown))?;
    }
    documents(&mut pen, facts);
    values(&mut pen, result);
    pen.heading("Audit log");
    let head = facts.head.as_ref().map_or_else(
        || "The team has no entry yet.".to_owned(),
        |head| {
            format!(
                "When this was printed, the log of {} ended with entry {}, hash {}.",
                facts.team, head.seq, head.hash
            )
        },
    );
    pen.say(9.0, Weight::Regular, &head);
    pen.paper.finish()
}

/// One finding with the places that prove it; gives how many places it showed.
fn findings(pen: &mut Pen, facts: &Facts, number: usize, finding: &Finding, left: usize) -> Result<usize, PrintError> {
    pen.room(70.0);
    pen.say(
        10.5,
        Weight::Bold,
        &format!("{number}. {} ({}, {})", finding.title, finding.severity.as_str(), finding.code),
    );
    pen.say(9.0, Weight::Regular, &finding.explanation);
    pen.say(9.0, Weight::Regular, &format!("What to do: {} Source: {}.", finding.fix, finding.citation));
    pen.gap(3.0);
    let mut shown = 0;
    for part in &finding.values {
        let Some((document, reading)) = of_part(&facts.result.documents, part) else { continue };
        let label = part.field.map(|field| field.label()).unwrap_or_default();
        let line = part.line.map(|line| format!(", line {}", line.saturating_add(1))).unwrap_or_default();
        let value = part.field.zip(reading).map(|(field, reading)| words(field, &reading.value)).unwrap_or_default();
        pen.room(14.0);
        pen.say(8.5, Weight::Regular, &format!("{} · {label}{line}: {value}", document.kind.label()));
        let Some(place) = place(document, part, &facts.files).filter(|_| shown < left) else { continue };
        let Some((page, png)) = facts.pages.get(&(place.position, place.page)) else { continue };
        if crop(pen, page, png, place.bbox)? {
            shown += 1;
        }
    }
    pen.gap(8.0);
    Ok(shown)
}

/// The strip of a page around a box, with the box marked. False where the box lies beside the page.
fn crop(pen: &mut Pen, page: &Page, png: &[u8], [x0, y0, x1, y1]: [f32; 4]) -> Result<bool, PrintError> {
    if page.width < 1.0 || page.height < 1.0 || x1 <= x0 || y1 <= y0 || x0 >= page.width || y0 >= page.height {
        return Ok(false);
    }
    let (left, right) = ((x0 - 110.0).max(0.0), (x1 + 110.0).min(page.width));
    let (top, bottom) = ((y0 - 14.0).max(0.0), (y1 + 14.0).min(page.height));
    let part = [left / page.width, top / page.height, right / page.width, bottom / page.height];
    let Ok(picture) = Picture::part(png, part) else { return Ok(false) };
    let scale = (300.0 / (right - left)).min(1.4);
    let (width, height) = ((right - left) * scale, (bottom - top) * scale);
    pen.room(height + 6.0);
    pen.paper.picture((LEFT + 12.0, pen.y), width, &picture);
    pen.paper.frame((LEFT + 12.0, pen.y), (width, height));
    let corner = (LEFT + 12.0 + (x0 - left) * scale - 2.0, pen.y + (y0 - top) * scale - 2.0);
    pen.paper.lit(corner, ((x1 - x0) * scale + 4.0, (y1 - y0) * scale + 4.0));
    pen.gap(height + 6.0);
    Ok(true)
}

fn documents(pen: &mut Pen, facts: &Facts) {
    pen.heading("Documents");
    for document in &facts.result.documents {
        let pages = match document.pages.as_slice() {
            [] => "not readable".to_owned(),
            [one] => format!("page {one}"),
            [first, .., last] => format!("pages {first} to {last}"),
        };
        pen.room(28.0);
        pen.say(9.0, Weight::Bold, &format!("{} · {} · {pages}", document.kind.label(), document.file));
        pen.say(7.5, Weight::Regular, &format!("SHA-256 {}", document.sha256));
        for problem in &document.problems {
            pen.say(8.5, Weight::Regular, &problem.message);
        }
    }
}

/// What was read of each document's head.
fn values(pen: &mut Pen, result: &PacketResult) {
    for document in result.documents.iter().filter(|document| !document.fields.is_empty()) {
        pen.heading(&format!("{} · {}", document.kind.label(), document.file));
        let columns = vec![Column::text("Field", 130.0), Column::text("Value", 340.0), Column::number("Page", 62.0)];
        let cut = |paper: &Paper, text: String| paper.wrapped(&text, 8.5, Weight::Regular, 330.0).into_iter();
        let mut rows = Vec::new();
        for (field, reading) in &document.fields {
            let page = first_page(reading).map(|page| page.to_string()).unwrap_or_default();
            let mut head = Some((field.label().to_owned(), page));
            for line in cut(&pen.paper, words(*field, &reading.value)) {
                let (label, page) = head.take().unwrap_or_default();
                rows.push(vec![label, line, page]);
            }
        }
        pen.table(columns, &rows);
    }
}

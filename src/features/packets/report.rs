//! The packet as a printed report: verdict, findings with the places that prove them, documents with their hashes, and the head of the
//! audit log. It judges nothing anew: it prints the newest result.

use super::evidence::{first_page, of_part, words};
use super::file::{Drawing, attachment, page_png};
use crate::domain::access::{Action, Actor, Permit};
use crate::domain::audit::anchor::Head;
use crate::domain::ids::{PacketId, RunId};
use crate::domain::limits::EXPORT_PERSON;
use crate::domain::packet::arrangement::Leaf;
use crate::domain::packet::document::{Document, Evidence};
use crate::domain::packet::result::{Finding, PacketResult, Part, Verdict};
use crate::domain::secret::Secret;
use crate::gateways::objects::Objects;
use crate::gateways::sealed::TeamObjects;
use crate::print::{Align, Column, Paper, Picture, PrintError, Table, Weight};
use crate::reading::sandbox::Sandbox;
use crate::store::packets::File;
use crate::store::runs::Page;
use crate::store::{Change, Db, StoreError, WriteTx, audit, packets, runs, team_keys};
use crate::web::error::AppError;
use crate::web::limits::spend;
use crate::web::session::SignedIn;
use crate::web::view;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use bytes::Bytes;
use chrono::Utc;
use std::collections::BTreeMap;
use std::future::{Ready, ready};

/// The most places of proof that one report shows.
const PLACES: usize = 60;
const LEFT: f32 = 40.0;
const TOP: f32 = 54.0;
const WIDTH: f32 = 532.0;

/// A place that proves a value: page and box in points.
struct Place {
    position: usize,
    page: u32,
    bbox: [f32; 4],
}

/// What the report is made of.
struct Facts {
    team: String,
    name: String,
    result: PacketResult,
    files: Vec<File>,
    head: Option<Head>,
    pages: Pages,
}

/// Pages by file and number, with their picture.
type Pages = BTreeMap<(usize, u32), (Page, Bytes)>;

fn place(document: &Document, part: &Part, files: &[File]) -> Option<Place> {
    let reading = document.reading(part.field?, part.line)?;
    let position = files.iter().position(|file| file.sha256 == document.sha256)?;
    reading.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Page { page, bbox } => Some(Place { position, page: *page, bbox: *bbox }),
        Evidence::Cell { .. } | Evidence::Line { .. } => None,
    })
}

/// The places that the findings speak of, in order.
fn places(result: &PacketResult, files: &[File]) -> Vec<Place> {
    let parts = result.findings.iter().flat_map(|finding| &finding.values);
    let placed = parts.filter_map(|part| place(result.document(&part.document)?, part, files));
    placed.take(PLACES).collect()
}

/// The report.
pub async fn show(
    signed_in: SignedIn,
    press: Press,
    secret: web::Data<Secret>,
    id: web::Path<PacketId>,
) -> Result<HttpResponse, AppError> {
    signed_in.actor.permit(Action::PacketExport)?;
    spend(&press.db, &secret, &signed_in, EXPORT_PERSON).await?;
    press.report(&signed_in.actor, signed_in.team.name.clone(), id.into_inner()).await
}

/// What printing a report takes.
pub struct Press {
    pub db: web::Data<Db>,
    objects: web::Data<Objects>,
    sandbox: web::Data<Sandbox>,
    drawing: web::Data<Drawing>,
}

impl FromRequest for Press {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = || {
            Some(Self {
                db: request.app_data().cloned()?,
                objects: request.app_data().cloned()?,
                sandbox: request.app_data().cloned()?,
                drawing: request.app_data().cloned()?,
            })
        };
        ready(found().ok_or(AppError::Busy))
    }
}

impl Press {
    /// The report of a packet, as the answer that carries it. The export stands in the log.
    ///
    /// # Errors
    /// Where the packet has no result yet, or the actor may not.
    pub async fn report(&self, actor: &Actor, team_name: String, id: PacketId) -> Result<HttpResponse, AppError> {
        let permit = actor.permit(Action::PacketExport)?;
        let team = actor.team();
        let told = serde_json::json!({ "form": "report.pdf" });
        let exported = move |tx: &mut WriteTx<'_>| {
            packets::find(tx, id)?;
            Ok::<_, StoreError>(Change::to(()).diff(serde_json::Value::Null, told))
        };
        self.db.write(permit.clone(), id, exported).await?;
        // After the entry of the export itself: the head on the paper covers it.
        let (name, run, result, files, head) = self
            .db
            .read(&permit, move |tx| {
                let packet = packets::find(tx, id)?;
                let run = runs::find(tx, packet.run)?;
                let result = run.result.ok_or(StoreError::NotFound)?;
                Ok::<_, AppError>((
                    packet.name,
                    packet.run,
                    result,
                    packets::files_of(tx, id)?,
                    audit::chain::head_of(tx, team)?,
                ))
            })
            .await?;
        let pages = self.pages(&permit, run, &places(&result, &files), &files).await?;
        let facts = Facts { team: team_name, name, result, files, head, pages };
        let file = format!("{}.pdf", facts.name);
        let pdf = web::block(move || print(&facts)).await.map_err(|_| AppError::Busy)?;
        let pdf = pdf.map_err(|error| AppError::Image(error.to_string()))?;
        Ok(HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "application/pdf"))
            .insert_header((header::CONTENT_DISPOSITION, attachment(&file)))
            .body(pdf))
    }

    async fn pages(&self, permit: &Permit, run: RunId, places: &[Place], files: &[File]) -> Result<Pages, AppError> {
        let keys = team_keys::of(&self.db, permit.actor().team()).await?;
        let objects = TeamObjects::new(self.objects.get_ref().clone(), keys);
        let mut pages = BTreeMap::new();
        for place in places {
            let key = (place.position, place.page);
            let Some(file) = files.get(place.position).filter(|_| !pages.contains_key(&key)) else { continue };
            let (of, number) = (file.id, i32::try_from(place.page).unwrap_or(i32::MAX));
            let Some(page) = self.db.read(permit, move |tx| runs::page(tx, run, of, number)).await? else { continue };
            // A page that cannot be drawn any more leaves its place out, not the report.
            if let Ok(png) =
                page_png(&objects, &self.sandbox, &self.drawing, file, Leaf { page: place.page, turn: page.turn }).await
            {
                pages.insert(key, (page, png));
            }
        }
        Ok(pages)
    }
}

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

fn print(facts: &Facts) -> Result<Vec<u8>, PrintError> {
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

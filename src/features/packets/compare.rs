//! Two runs of a packet side by side: what is not found any more, what is found now, and which values read otherwise. Findings and values
//! are those of the results; scores are those of the time.

use super::course::class;
use super::show::verdict_words;
use crate::domain::access::Action;
use crate::domain::ids::PacketId;
use crate::domain::packet::comparison::{Change, Comparison, Pair};
use crate::domain::packet::document::{Document, Field, Readings, Value};
use crate::domain::packet::result::{Finding, PacketResult};
use crate::domain::packet::state::PacketState;
use crate::domain::packet::waiver::{Waiver, judge};
use crate::domain::packet::written;
use crate::domain::packet::written::words;
use crate::store::scores::Scored;
use crate::store::{Db, ReadTx, StoreError, packets, runs, scores, waivers};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section, When};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;

/// The most runs to choose from: the newest.
const CHOICES: i64 = 200;
/// The most changed values of one document, and letters of one value.
const SHOWN: usize = 200;
const LETTERS: usize = 300;

/// Which runs the address names.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// A run as one side of the page, and as a choice.
struct Side {
    number: i32,
    score: i16,
    ring: String,
    class: &'static str,
    verdict: &'static str,
    when: When,
}

impl From<&Scored> for Side {
    fn from(run: &Scored) -> Self {
        Self {
            number: run.number,
            score: run.score,
            ring: format!("{} 100", run.score),
            class: class(run.verdict),
            verdict: verdict_words(PacketState::Checked, Some(run.verdict), None).1,
            when: When::new(run.at, Utc::now()),
        }
    }
}

struct FindingView {
    severity: &'static str,
    label: &'static str,
    title: String,
    explanation: String,
    code: String,
    waived: bool,
    /// On the packet's page, where the run is its newest.
    href: Option<String>,
}

struct ChangeView {
    label: String,
    before: Option<String>,
    after: Option<String>,
}

struct PaperView {
    title: String,
    note: String,
    changes: Vec<ChangeView>,
    /// Changes beyond those shown.
    more: usize,
}

/// What the page tells of two runs.
struct Told {
    before: Side,
    after: Side,
    is_empty: bool,
    gone: Vec<FindingView>,
    new: Vec<FindingView>,
    same: Vec<FindingView>,
    papers: Vec<PaperView>,
    went: Vec<String>,
    came: Vec<String>,
}

#[derive(Template)]
#[template(path = "packets/compare.html")]
struct Page {
    frame: Frame,
    id: PacketId,
    name: String,
    choices: Vec<Side>,
    told: Option<Told>,
    may_check: bool,
}

fn title(document: &Document) -> String {
    format!("{} · {}", document.kind.label(), document.file)
}

fn cut(text: String) -> String {
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn cells(cells: &Readings) -> String {
    let cell = |(field, reading): (&Field, &crate::domain::packet::document::Reading)| words(*field, &reading.value);
    cut(cells.iter().map(cell).collect::<Vec<_>>().join(" · "))
}

fn change(change: &Change<'_>) -> ChangeView {
    let place = |line: usize| format!("Line {}", line.saturating_add(1));
    match change {
        Change::Value { field, line, before, after } => {
            let said = |value: &Option<&Value>| value.map(|value| cut(words(*field, value)));
            let label = line.map_or_else(
                || field.label().to_owned(),
                |line| format!("{} · {}", place(line), written::inside(field.label())),
            );
            ChangeView { label, before: said(before), after: said(after) }
        }
        Change::LineWent { line, cells: said } => {
            ChangeView { label: place(*line), before: Some(cells(said)), after: None }
        }
        Change::LineCame { line, cells: said } => {
            ChangeView { label: place(*line), before: None, after: Some(cells(said)) }
        }
    }
}

fn paper(pair: &Pair<'_>) -> PaperView {
    let mut notes = Vec::new();
    if pair.is_replaced() && pair.before.file == pair.after.file {
        notes.push("The file was replaced by a newer version.".to_owned());
    } else if pair.is_replaced() {
        notes.push(format!("{} took the place of {}.", pair.after.file, pair.before.file));
    }
    if pair.before.kind != pair.after.kind {
        notes.push(format!("It was taken for: {}.", written::inside(pair.before.kind.label())));
    }
    PaperView {
        title: title(pair.after),
        note: notes.join(" "),
        changes: pair.changes.iter().take(SHOWN).map(change).collect(),
        more: pair.changes.len().saturating_sub(SHOWN),
    }
}

fn finding(finding: &Finding, href: Option<String>) -> FindingView {
    FindingView {
        severity: finding.severity.as_str(),
        label: finding.severity.label(),
        title: finding.title.clone(),
        explanation: finding.explanation.clone(),
        code: finding.code.clone(),
        waived: finding.waiver.is_some(),
        href,
    }
}

/// Two runs with their results.
struct Two {
    before: (Scored, PacketResult),
    after: (Scored, PacketResult),
    /// The later is what the packet's page shows.
    is_newest: bool,
}

impl Two {
    fn load(tx: &mut ReadTx<'_>, id: PacketId, all: &[Scored], asked: &Asked) -> Result<Option<Self>, AppError> {
        let of = |typed: &str| -> Result<Option<&Scored>, StoreError> {
            let number = typed.trim();
            let found = || all.iter().find(|run| run.number.to_string() == number);
            if number.is_empty() { Ok(None) } else { found().map(Some).ok_or(StoreError::NotFound) }
        };
        let after = of(&asked.to)?.or(all.first());
        let earlier = |after: &Scored| all.iter().find(|run| run.number < after.number);
        let before = of(&asked.from)?.or(after.and_then(earlier));
        let (Some(before), Some(after)) = (before, after) else { return Ok(None) };
        // Whichever way round they were chosen, what came later is what it is now.
        let (before, after) = if before.number <= after.number { (before, after) } else { (after, before) };
        let held: Vec<Waiver> = waivers::list(tx, id)?.into_iter().map(|entry| entry.waiver).collect();
        let mut result = |run: &Scored| -> Result<(Scored, PacketResult), StoreError> {
            let result = runs::find(tx, run.run)?.result.ok_or(StoreError::NotFound)?;
            Ok((*run, judge(result, &held, Utc::now().date_naive())))
        };
        let is_newest = all.first().is_some_and(|newest| newest.run == after.run);
        Ok(Some(Self { before: result(before)?, after: result(after)?, is_newest }))
    }

    fn told(&self, id: PacketId) -> Told {
        let compared = Comparison::new(&self.before.1, &self.after.1);
        let href = |at: usize| self.is_newest.then(|| format!("/packets/{id}?finding={at}"));
        let placed =
            |all: &[(usize, &Finding)]| all.iter().map(|(at, found)| finding(found, href(*at))).collect::<Vec<_>>();
        Told {
            before: Side::from(&self.before.0),
            after: Side::from(&self.after.0),
            is_empty: compared.is_empty(),
            gone: compared.gone.iter().map(|found| finding(found, None)).collect(),
            new: placed(&compared.new),
            same: placed(&compared.same),
            papers: compared.pairs.iter().filter(|pair| pair.is_changed()).map(paper).collect(),
            went: compared.went.iter().map(|document| title(document)).collect(),
            came: compared.came.iter().map(|document| title(document)).collect(),
        }
    }
}

/// The page. Without numbers, the newest run and the one before it.
pub async fn show(
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<PacketId>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let (id, asked) = (id.into_inner(), asked.into_inner());
    let (packet, all, two) = db
        .read(&permit, move |tx| {
            let packet = packets::find(tx, id)?;
            let all = scores::newest(tx, id, CHOICES)?;
            let two = Two::load(tx, id, &all, &asked)?;
            Ok::<_, AppError>((packet, all, two))
        })
        .await?;
    let told = web::block(move || two.map(|two| two.told(id))).await.map_err(|_| AppError::Busy)?;
    let page = Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Packets),
        id,
        name: packet.name,
        choices: all.iter().map(Side::from).collect(),
        told,
        may_check: !packet.is_deleted && signed_in.actor.may(Action::PacketCheck),
    };
    Ok(view::page(StatusCode::OK, &page)?)
}

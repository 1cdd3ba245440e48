//! The result of a packet: what does not agree, beside the page that proves it.

use super::evidence;
use super::progress;
use super::selection::{Asked, Selection};
use super::viewer::{self, Viewer};
use crate::domain::access::Action;
use crate::domain::ids::PacketId;
use crate::domain::packet::document::{Document, Field};
use crate::domain::packet::result::{Finding, PacketResult, Severity, Verdict};
use crate::domain::packet::state::PacketState;
use crate::store::packets::Packet;
use crate::store::{Db, StoreError, packets, runs};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section, When};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Utc;

/// The class of the pill and the word of a packet's standing.
pub fn verdict_words(state: PacketState, verdict: Option<Verdict>) -> (&'static str, &'static str) {
    match (state, verdict) {
        (PacketState::Checking, _) => ("info", "Reading"),
        (PacketState::Failed, _) => ("critical", "Failed"),
        (PacketState::Checked, Some(Verdict::Blocked)) => ("critical", "Blocked"),
        (PacketState::Checked, Some(Verdict::Review)) => ("warning", "Review"),
        (PacketState::Checked, Some(Verdict::Ready)) => ("ready", "Ready"),
        (PacketState::Checked, None) => ("quiet", "Unknown"),
    }
}

struct PartView {
    label: String,
    value: String,
    href: Option<String>,
}

struct FindingView {
    severity: &'static str,
    code: String,
    title: String,
    explanation: String,
    fix: String,
    citation: String,
    href: String,
    selected: bool,
    parts: Vec<PartView>,
}

struct Pill {
    class: &'static str,
    words: String,
}

struct Problem {
    file: String,
    message: String,
}

#[derive(Template)]
#[template(path = "packets/show.html")]
struct Page {
    frame: Frame,
    id: PacketId,
    name: String,
    facts: String,
    checked: When,
    score: u8,
    /// How much of the ring is drawn, of 100.
    ring: String,
    reason: String,
    /// What tariff numbers were judged by.
    judged_by: String,
    pill: &'static str,
    verdict: &'static str,
    counts: Vec<Pill>,
    findings: Vec<FindingView>,
    problems: Vec<Problem>,
    may_check: bool,
    viewer: Viewer,
}

fn part_views(packet: PacketId, index: usize, finding: &Finding, documents: &[Document]) -> Vec<PartView> {
    let view = |part: &crate::domain::packet::result::Part| {
        let (document, reading) = evidence::of_part(documents, part)?;
        let line = part.line.map(|line| format!(", line {}", line.saturating_add(1))).unwrap_or_default();
        let value = match (reading, &part.value) {
            (Some(reading), _) if !reading.raw.trim().is_empty() && reading.value.one().is_some() => {
                reading.raw.clone()
            }
            (reading, value) => match (part.field, value.as_ref().or(reading.map(|reading| &reading.value))) {
                (Some(field), Some(value)) => evidence::words(field, value),
                (Some(_), None) => "not found".to_owned(),
                (None, _) => document.file.clone(),
            },
        };
        let href = reading.map(|reading| {
            let page = evidence::first_page(reading).map(|page| format!("&page={page}")).unwrap_or_default();
            format!("/packets/{packet}?finding={index}&document={}{page}#viewer", document.id)
        });
        let field = part.field.map(|field| format!(" · {}", field.label().to_lowercase())).unwrap_or_default();
        let label = format!("{}{line}{field}", document.kind.label());
        Some(PartView { label, value, href })
    };
    finding.values.iter().filter_map(view).collect()
}

fn finding_views(packet: PacketId, result: &PacketResult, selected: Option<usize>) -> Vec<FindingView> {
    let view = |(index, finding): (usize, &Finding)| FindingView {
        severity: finding.severity.as_str(),
        code: finding.code.clone(),
        title: finding.title.clone(),
        explanation: finding.explanation.clone(),
        fix: finding.fix.clone(),
        citation: finding.citation.clone(),
        href: format!("/packets/{packet}?finding={index}"),
        selected: selected == Some(index),
        parts: part_views(packet, index, finding, &result.documents),
    };
    result.findings.iter().enumerate().map(view).collect()
}

fn counts(result: &PacketResult) -> Vec<Pill> {
    let pill = |severity: &Severity| {
        let count = result.findings.iter().filter(|finding| finding.severity == *severity).count();
        let word = match (severity, count) {
            (Severity::Critical, _) => "critical",
            (Severity::Warning, 1) => "warning",
            (Severity::Warning, _) => "warnings",
            (Severity::Info, 1) => "note",
            (Severity::Info, _) => "notes",
        };
        (count > 0).then(|| Pill { class: severity.as_str(), words: format!("{count} {word}") })
    };
    Severity::ALL.iter().filter_map(pill).collect()
}

fn facts(packet: &Packet, result: &PacketResult) -> String {
    let counted = |count: usize, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
    let pages = usize::try_from(result.stats.pages).unwrap_or(usize::MAX);
    let mut facts = vec![counted(result.documents.len(), "document"), counted(pages, "page")];
    let tenths = result.stats.milliseconds.div_ceil(100);
    facts.push(format!("checked in {}.{} s", tenths / 10, tenths % 10));
    if let Some(transport) = &packet.transport {
        let has_bill = result.documents.iter().any(|document| document.field(Field::BlNumber).is_some());
        facts.push(format!("{} {transport}", if has_bill { "B/L" } else { "AWB" }));
    }
    if let Some(eta) = packet.eta {
        facts.push(format!("ETA {}", eta.format("%-d %b %Y")));
    }
    facts.extend(packet.client.clone());
    facts.extend(packet.route.clone());
    facts.join(" · ")
}

fn problems(result: &PacketResult) -> Vec<Problem> {
    let of = |document: &Document| -> Vec<Problem> {
        let problem = |problem: &crate::domain::packet::document::Problem| Problem {
            file: document.file.clone(),
            message: problem.message.clone(),
        };
        document.problems.iter().map(problem).collect()
    };
    result.documents.iter().flat_map(of).collect()
}

/// The page: the result, or how far the reading is.
pub async fn show(
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<PacketId>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let (id, asked) = (id.into_inner(), asked.into_inner());
    let loaded = db
        .read(&permit, move |tx| {
            let packet = packets::find(tx, id)?;
            if packet.state != PacketState::Checked {
                return progress::facts(tx, id).map(Err);
            }
            let run = runs::find(tx, packet.run)?;
            let files = packets::files_of(tx, id)?;
            let result = run.result.ok_or(StoreError::NotFound)?;
            let selection = Selection::new(&result, &asked);
            let page = match selection.place(&result, &files) {
                Some((file, number)) => runs::page(tx, packet.run, file, number)?,
                None => None,
            };
            Ok::<_, AppError>(Ok((packet, result, files, selection, page)))
        })
        .await?;
    let (packet, result, files, selection, page) = match loaded {
        Ok(loaded) => loaded,
        Err(facts) => return Ok(view::page(StatusCode::OK, &progress::Page::new(&signed_in, facts))?),
    };
    let (pill, verdict) = verdict_words(packet.state, packet.verdict);
    let page = Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Packets),
        id,
        name: packet.name.clone(),
        facts: facts(&packet, &result),
        checked: When::new(packet.updated_at, Utc::now()),
        score: result.packet.score,
        ring: format!("{} 100", result.packet.score),
        reason: result.packet.reason.clone(),
        judged_by: result.lists.sentence(view::LOAD_A_TARIFF),
        pill,
        verdict,
        counts: counts(&result),
        findings: finding_views(id, &result, selection.finding),
        problems: problems(&result),
        may_check: signed_in.actor.may(Action::PacketCheck),
        viewer: viewer::view(id, &result, &files, &selection, page.as_ref()),
    };
    Ok(view::page(StatusCode::OK, &page)?)
}

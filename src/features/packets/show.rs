//! The result of a packet: what does not agree, beside the page that proves it.

use super::chosen::Chosen;
use super::course::{self, Course};
use super::decide::Told;
use super::desk::{Desk, Work};
use super::findings::{FindingView, May, Pill, counts, finding_views};
use super::progress;
use super::selection::{Asked, Selection};
use super::twins::{self, TwinView};
use super::unplaced::{self, UnplacedView};
use super::viewer::{self, Past, Viewer};
use crate::domain::access::Action;
use crate::domain::ids::PacketId;
use crate::domain::packet::decision::Decision;
use crate::domain::packet::document::{Document, Field};
use crate::domain::packet::result::{PacketResult, Verdict};
use crate::domain::packet::state::PacketState;
use crate::domain::packet::waiver::{Waiver, judge};
use crate::store::packets::Packet;
use crate::store::{Db, StoreError, arrangements, corrections, files, mailboxes, packets, runs, scores, waivers};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section, When};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::Utc;

/// The class of the pill and the word of a packet's standing.
pub fn verdict_words(
    state: PacketState,
    verdict: Option<Verdict>,
    decision: Option<Decision>,
) -> (&'static str, &'static str) {
    match (state, verdict) {
        (PacketState::Checked, _) if decision == Some(Decision::Approved) => ("ready", "Approved"),
        (PacketState::Checked, _) if decision == Some(Decision::Rejected) => ("critical", "Rejected"),
        (PacketState::Checking, _) => ("info", "Reading"),
        (PacketState::Failed, _) => ("critical", "Failed"),
        (PacketState::Checked, Some(Verdict::Blocked)) => ("critical", "Blocked"),
        (PacketState::Checked, Some(Verdict::Review)) => ("warning", "Review"),
        (PacketState::Checked, Some(Verdict::Ready)) => ("ready", "Ready"),
        (PacketState::Checked, None) => ("quiet", "Unknown"),
    }
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
    /// Who sent it, for a packet that came by e-mail.
    by_mail: Option<String>,
    checked: When,
    score: u8,
    /// How much of the ring is drawn, of 100.
    ring: String,
    /// Where there is more than one run.
    course: Option<Course>,
    reason: String,
    /// What tariff numbers were judged by.
    judged_by: String,
    /// By whose profile it was judged.
    client: Option<String>,
    pill: &'static str,
    verdict: &'static str,
    counts: Vec<Pill>,
    findings: Vec<FindingView>,
    problems: Vec<Problem>,
    twins: Vec<TwinView>,
    unplaced: Vec<UnplacedView>,
    may_correct: bool,
    may_check: bool,
    viewer: Viewer,
    chosen: Option<Chosen>,
    work: Work,
    refused: Option<Refused>,
}

impl Page {
    /// What was typed into a field of a form that was refused.
    fn typed(&self, field: &str) -> &str {
        self.refused.as_ref().filter(|refused| refused.field == field).map_or("", |refused| &refused.typed)
    }

    /// Why a field was refused.
    fn error(&self, field: &str) -> Option<&str> {
        self.refused.as_ref().filter(|refused| refused.field == field).map(|refused| refused.sentence.as_str())
    }
}

/// A form of the page that was not taken.
pub struct Refused {
    /// The id of the field that is wrong.
    pub field: String,
    pub typed: String,
    /// What is wrong with it.
    pub sentence: String,
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
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<PacketId>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    page(&request, &signed_in, &db, id.into_inner(), asked.into_inner(), None).await
}

/// The page again, with what was typed and what is wrong with it beside the field.
///
/// # Errors
/// Where the packet has no result to show.
pub async fn refused(
    request: &HttpRequest,
    signed_in: &SignedIn,
    db: &Db,
    id: PacketId,
    refused: Refused,
) -> Result<HttpResponse, AppError> {
    page(request, signed_in, db, id, Asked::default(), Some(refused)).await
}

async fn page(
    request: &HttpRequest,
    signed_in: &SignedIn,
    db: &Db,
    id: PacketId,
    asked: Asked,
    refused: Option<Refused>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let loaded = db
        .read(&permit, move |tx| {
            let packet = packets::find(tx, id)?;
            if packet.state != PacketState::Checked {
                return progress::facts(tx, id).map(Err);
            }
            let result = runs::find(tx, packet.run)?.result.ok_or(StoreError::NotFound)?;
            let files = packets::files_of(tx, id)?;
            let standing = waivers::list(tx, id)?;
            let held: Vec<Waiver> = standing.iter().map(|entry| entry.waiver.clone()).collect();
            let result = judge(result, &held, Utc::now().date_naive());
            let selection = Selection::new(&result, &asked);
            let page = match selection.place(&result, &files) {
                Some((file, number)) => runs::page(tx, packet.run, file, number)?,
                None => None,
            };
            let history = corrections::history(tx, id)?;
            let desk = Desk::load(tx, &packet)?;
            let arranged = arrangements::history(tx, id)?;
            let by_mail = mailboxes::sender(tx, id)?;
            let shelf = (files::all(tx, id)?, files::twins(tx, id, twins::SHOWN)?);
            let scored = scores::newest(tx, id, course::LOADED)?;
            let past = (history, arranged, scored, by_mail);
            Ok::<_, AppError>(Ok((packet, result, files, selection, page, past, shelf, standing, desk)))
        })
        .await?;
    let (packet, result, files, selection, page, past, (versions, same), standing, desk) = match loaded {
        Ok(loaded) => loaded,
        // There is no form on the page of what is being read.
        Err(_) if refused.is_some() => {
            return Err(AppError::Request(refused.map_or_else(String::new, |it| it.sentence)));
        }
        Err(facts) => {
            return Ok(view::page(StatusCode::OK, &progress::Page::new(signed_in, facts, request.query_string()))?);
        }
    };
    let (history, arranged, scored, by_mail) = past;
    let (pill, verdict) = verdict_words(packet.state, Some(result.packet.verdict), packet.decision);
    let actor = &signed_in.actor;
    let is_open = packet.decision.is_none() && !packet.is_deleted;
    let may = May {
        correct: is_open && actor.may(Action::PacketCorrect),
        waive: is_open && actor.may(Action::PacketWaive),
        join: is_open && actor.may(Action::AliasSave),
        ask: !packet.is_deleted && actor.may(Action::PacketAsk),
    };
    let chosen = selection.spot(&result, &files);
    let chosen = chosen.map(|(document, spot)| Chosen::new(id, document, spot, &history, may.correct));
    let may_arrange = is_open && actor.may(Action::PacketArrange);
    let past = Past { corrections: &history, arrangements: &arranged, versions: &versions, may_arrange };
    let page = Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Packets),
        id,
        name: packet.name.clone(),
        facts: facts(&packet, &result),
        by_mail: by_mail.map(|sender| sender.unwrap_or_else(|| "somebody whom it does not name".to_owned())),
        checked: When::new(packet.updated_at, Utc::now()),
        score: result.packet.score,
        ring: format!("{} 100", result.packet.score),
        course: Course::new(id, &scored),
        reason: result.packet.reason.clone(),
        judged_by: result.lists.sentence(view::LOAD_A_TARIFF),
        client: result.client.clone(),
        pill,
        verdict,
        counts: counts(&result),
        findings: finding_views(id, &result, selection.finding, &standing, &desk.questions, may),
        problems: problems(&result),
        twins: twins::views(same),
        unplaced: unplaced::views(id, &result, &files, &history),
        may_correct: may.correct,
        may_check: !packet.is_deleted && actor.may(Action::PacketCheck),
        work: desk.view(&packet, &result, actor),
        viewer: viewer::view(id, &result, &files, &selection, page.as_ref(), past),
        chosen,
        refused,
    };
    let status = if page.refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(view::page(status, &page)?)
}

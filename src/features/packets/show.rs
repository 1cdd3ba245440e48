//! The result of a packet: what does not agree, beside the page that proves it.

use super::chosen::Chosen;
use super::decide::{Told, told};
use super::evidence;
use super::progress;
use super::selection::{Asked, Selection};
use super::twins::{self, TwinView};
use super::unplaced::{self, UnplacedView};
use super::viewer::{self, Past, Viewer};
use super::waive::Form;
use crate::domain::access::{Action, Actor};
use crate::domain::ids::{PacketId, RunId, UserId, WaiverId};
use crate::domain::packet::decision::{BIN_DAYS, Decision};
use crate::domain::packet::document::{Document, Field};
use crate::domain::packet::result::{Finding, PacketResult, Severity, Verdict};
use crate::domain::packet::state::PacketState;
use crate::domain::packet::waiver::{Waiver, judge, key};
use crate::store::packets::Packet;
use crate::store::waivers::Entry;
use crate::store::{
    Db, ReadTx, StoreError, arrangements, comments, corrections, decisions, files, mailboxes, packets, runs, waivers,
};
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

struct PartView {
    label: String,
    value: String,
    href: Option<String>,
    /// Where it is corrected.
    correct: Option<String>,
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
    waived: Option<WaivedView>,
    /// For who may waive it.
    waive: Option<Form>,
}

/// Who lets a finding pass.
struct WaivedView {
    name: String,
    reason: String,
    until: String,
    when: When,
    /// For who may take it back.
    back: Option<WaiverId>,
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
    /// Who sent it, for a packet that came by e-mail.
    by_mail: Option<String>,
    checked: When,
    score: u8,
    /// How much of the ring is drawn, of 100.
    ring: String,
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
}

/// When and by whom a packet was deleted.
struct BinnedView {
    by: String,
    when: When,
}

/// Who works on the packet, what was decided, and what the person who looks may do about it.
struct Work {
    owner: String,
    /// The owner's id, for the form to say whom it saw.
    seen: String,
    /// The id of the person who looks, where they may claim it.
    claim: Option<UserId>,
    workers: Vec<(UserId, String, bool)>,
    run: RunId,
    is_decided: bool,
    past: Vec<Told>,
    binned: Option<BinnedView>,
    days: i64,
    may_assign: bool,
    may_decide: bool,
    may_comment: bool,
    may_delete: bool,
}

/// What the packet's row and its history say of the work on it.
struct Desk {
    history: Vec<decisions::Entry>,
    comments: Vec<comments::Entry>,
    workers: Vec<(UserId, String)>,
    binned: Option<decisions::Binned>,
}

impl Desk {
    fn load(tx: &mut ReadTx<'_>, packet: &Packet) -> Result<Self, StoreError> {
        let binned = if packet.is_deleted { decisions::binned(tx, Some(packet.id), 1)?.pop() } else { None };
        Ok(Self {
            history: decisions::history(tx, packet.id)?,
            comments: comments::list(tx, packet.id)?,
            workers: decisions::workers(tx)?,
            binned,
        })
    }

    fn view(self, packet: &Packet, actor: &Actor) -> Work {
        let is_here = !packet.is_deleted;
        let chosen = |(user, name): (UserId, String)| (user, name, Some(user) == packet.owner_id);
        Work {
            owner: packet.owner.clone().unwrap_or_default(),
            seen: packet.owner_id.map(|owner| owner.to_string()).unwrap_or_default(),
            claim: actor.user().filter(|_| packet.owner_id.is_none()),
            workers: self.workers.into_iter().map(chosen).collect(),
            run: packet.run,
            is_decided: packet.decision.is_some(),
            past: told(self.history, self.comments, actor.user().filter(|_| actor.may(Action::PacketComment))),
            binned: self
                .binned
                .map(|binned| BinnedView { by: binned.by.unwrap_or_default(), when: When::new(binned.at, Utc::now()) }),
            days: BIN_DAYS,
            may_assign: is_here && actor.may(Action::PacketAssign),
            may_decide: is_here && actor.may(Action::PacketDecide),
            may_comment: actor.may(Action::PacketComment),
            may_delete: actor.may(Action::PacketDelete),
        }
    }
}

fn part_views(
    packet: PacketId,
    index: usize,
    finding: &Finding,
    documents: &[Document],
    may_correct: bool,
) -> Vec<PartView> {
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
        let correct = part.field.map(|field| {
            let line = part.line.map(|line| format!("&line={line}")).unwrap_or_default();
            format!("/packets/{packet}?document={}&field={field}{line}#viewer", document.id)
        });
        let field = part.field.map(|field| format!(" · {}", field.label().to_lowercase())).unwrap_or_default();
        let label = format!("{}{line}{field}", document.kind.label());
        Some(PartView { label, value, href, correct: correct.filter(|_| may_correct) })
    };
    finding.values.iter().filter_map(view).collect()
}

/// What a person may do about findings.
#[derive(Clone, Copy)]
struct May {
    correct: bool,
    waive: bool,
}

fn waived_view(finding: &Finding, standing: &[Entry], may_waive: bool) -> Option<WaivedView> {
    let waived = finding.waiver.as_ref()?;
    let name = standing.iter().find(|entry| entry.waiver.id == waived.id).map(|entry| entry.name.clone());
    let until = waived.until.map(|day| format!("until {}", day.format("%-d %b %Y")));
    Some(WaivedView {
        name: name.unwrap_or_default(),
        reason: waived.reason.clone(),
        until: until.unwrap_or_else(|| "for good".to_owned()),
        when: When::new(waived.at, Utc::now()),
        back: may_waive.then_some(waived.id),
    })
}

/// The findings, those that are waived last.
fn finding_views(
    packet: PacketId,
    result: &PacketResult,
    selected: Option<usize>,
    standing: &[Entry],
    may: May,
) -> Vec<FindingView> {
    let form = |number: usize, finding: &Finding| Form {
        packet,
        number,
        finding: key(finding, &result.documents),
        reason: String::new(),
        until: String::new(),
        reason_error: None,
        until_error: None,
    };
    let view = |(index, finding): (usize, &Finding)| FindingView {
        severity: finding.severity.as_str(),
        code: finding.code.clone(),
        title: finding.title.clone(),
        explanation: finding.explanation.clone(),
        fix: finding.fix.clone(),
        citation: finding.citation.clone(),
        href: format!("/packets/{packet}?finding={index}"),
        selected: selected == Some(index),
        parts: part_views(packet, index, finding, &result.documents, may.correct),
        waived: waived_view(finding, standing, may.waive),
        waive: (may.waive && finding.waiver.is_none()).then(|| form(index, finding)),
    };
    let mut views: Vec<FindingView> = result.findings.iter().enumerate().map(view).collect();
    views.sort_by_key(|view| view.waived.is_some());
    views
}

fn counts(result: &PacketResult) -> Vec<Pill> {
    let pill = |severity: &Severity| {
        let standing = result.findings.iter().filter(|finding| finding.waiver.is_none());
        let count = standing.filter(|finding| finding.severity == *severity).count();
        let word = match (severity, count) {
            (Severity::Critical, _) => "critical",
            (Severity::Warning, 1) => "warning",
            (Severity::Warning, _) => "warnings",
            (Severity::Info, 1) => "note",
            (Severity::Info, _) => "notes",
        };
        (count > 0).then(|| Pill { class: severity.as_str(), words: format!("{count} {word}") })
    };
    let waived = result.findings.iter().filter(|finding| finding.waiver.is_some()).count();
    let waived = (waived > 0).then(|| Pill { class: "quiet", words: format!("{waived} waived") });
    Severity::ALL.iter().filter_map(pill).chain(waived).collect()
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
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let (id, asked) = (id.into_inner(), asked.into_inner());
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
            Ok::<_, AppError>(Ok((
                packet, result, files, selection, page, history, arranged, shelf, standing, desk, by_mail,
            )))
        })
        .await?;
    let (packet, result, files, selection, page, history, arranged, (versions, same), standing, desk, by_mail) =
        match loaded {
            Ok(loaded) => loaded,
            Err(facts) => {
                return Ok(view::page(
                    StatusCode::OK,
                    &progress::Page::new(&signed_in, facts, request.query_string()),
                )?);
            }
        };
    let (pill, verdict) = verdict_words(packet.state, Some(result.packet.verdict), packet.decision);
    let actor = &signed_in.actor;
    let is_open = packet.decision.is_none() && !packet.is_deleted;
    let may =
        May { correct: is_open && actor.may(Action::PacketCorrect), waive: is_open && actor.may(Action::PacketWaive) };
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
        reason: result.packet.reason.clone(),
        judged_by: result.lists.sentence(view::LOAD_A_TARIFF),
        client: result.client.clone(),
        pill,
        verdict,
        counts: counts(&result),
        findings: finding_views(id, &result, selection.finding, &standing, may),
        problems: problems(&result),
        twins: twins::views(same),
        unplaced: unplaced::views(id, &result, &files, &history),
        may_correct: may.correct,
        may_check: !packet.is_deleted && actor.may(Action::PacketCheck),
        work: desk.view(&packet, actor),
        viewer: viewer::view(id, &result, &files, &selection, page.as_ref(), past),
        chosen,
    };
    Ok(view::page(StatusCode::OK, &page)?)
}

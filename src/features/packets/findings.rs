//! The findings of a packet as its page shows them: with the values that take part, who lets them pass, and what the importer was asked.

use super::alike;
use super::decide::Asked as Question;
use super::evidence;
use super::waive::Form;
use crate::domain::alias::offered;
use crate::domain::ids::{PacketId, WaiverId};
use crate::domain::packet::document::Document;
use crate::domain::packet::result::{Finding, PacketResult, Severity};
use crate::domain::packet::waiver::key;
use crate::domain::packet::written;
use crate::store::questions;
use crate::store::waivers::Entry;
use crate::web::view::When;
use chrono::Utc;

/// A value that takes part.
pub struct PartView {
    pub label: String,
    pub value: String,
    pub href: Option<String>,
    /// Where it is corrected.
    pub correct: Option<String>,
}

/// A finding.
pub struct FindingView {
    pub severity: &'static str,
    pub code: String,
    pub title: String,
    pub explanation: String,
    pub fix: String,
    pub citation: String,
    pub href: String,
    pub selected: bool,
    pub parts: Vec<PartView>,
    pub waived: Option<WaivedView>,
    /// What the importer was asked about it, newest last.
    pub asked: Vec<Question>,
    /// Where the importer is asked, for who may.
    pub ask: Option<String>,
    /// For who may waive it.
    pub waive: Option<Form>,
    /// The finding's key and its names, for who may say that they are one company.
    pub alike: Option<(String, String)>,
}

/// Who lets a finding pass.
pub struct WaivedView {
    pub name: String,
    pub reason: String,
    pub until: String,
    pub when: When,
    /// For who may take it back.
    pub back: Option<WaiverId>,
}

/// A count.
pub struct Pill {
    pub class: &'static str,
    pub words: String,
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
                (Some(field), Some(value)) => written::words(field, value),
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
        let field = part.field.map(|field| format!(" · {}", written::inside(field.label()))).unwrap_or_default();
        let label = format!("{}{line}{field}", document.kind.label());
        Some(PartView { label, value, href, correct: correct.filter(|_| may_correct) })
    };
    finding.values.iter().filter_map(view).collect()
}

/// What a person may do about findings.
#[derive(Clone, Copy)]
pub struct May {
    pub correct: bool,
    pub waive: bool,
    pub join: bool,
    pub ask: bool,
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
pub fn finding_views(
    packet: PacketId,
    result: &PacketResult,
    selected: Option<usize>,
    standing: &[Entry],
    questions: &[questions::Entry],
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
    let asked = |finding: &Finding| -> Vec<Question> {
        let key = key(finding, &result.documents);
        questions.iter().filter(|entry| entry.finding.as_ref() == Some(&key)).map(Question::from).collect()
    };
    let ask = |finding: &Finding| format!("/packets/{packet}/ask?finding={}", key(finding, &result.documents));
    let alike = |finding: &Finding| {
        let asks = may.join && finding.waiver.is_none() && finding.severity != Severity::Info;
        let names = alike::names(&offered(finding, &result.documents)).filter(|_| asks)?;
        Some((key(finding, &result.documents), names))
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
        asked: asked(finding),
        ask: may.ask.then(|| ask(finding)),
        waive: (may.waive && finding.waiver.is_none()).then(|| form(index, finding)),
        alike: alike(finding),
    };
    let mut views: Vec<FindingView> = result.findings.iter().enumerate().map(view).collect();
    views.sort_by_key(|view| view.waived.is_some());
    views
}

/// How many findings of each weight stand, and how many are waived.
pub fn counts(result: &PacketResult) -> Vec<Pill> {
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

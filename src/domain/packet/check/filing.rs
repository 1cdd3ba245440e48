//! The Importer Security Filing as a document of the packet: its elements and its deadline (19 CFR Part 149).

use super::Hit;
use super::papers::{Papers, date, listed, part};
use crate::domain::packet::document::{Document, Field, Kind};
use crate::domain::packet::written;
use chrono::NaiveDate;

/// The ten elements of 19 CFR 149.3(a), as far as each is a value of the filing.
const ELEMENTS: [Field; 10] = [
    Field::SellerName,
    Field::BuyerName,
    Field::ImporterOfRecordNumber,
    Field::ConsigneeNumber,
    Field::ManufacturerName,
    Field::ShipToName,
    Field::CountryOfOrigin,
    Field::HtsCodes,
    Field::StuffingLocationName,
    Field::ConsolidatorName,
];

/// One finding for a filing names all that it lacks.
pub fn element_missing(papers: &Papers<'_>) -> Vec<Hit> {
    let unread = |isf: &&Document| isf.problems.iter().any(|problem| problem.code.starts_with("page."));
    papers.of(Kind::Isf).filter(|isf| !unread(isf)).filter_map(|isf| incomplete(papers, isf)).collect()
}

fn incomplete(papers: &Papers<'_>, isf: &Document) -> Option<Hit> {
    let in_lines = |field: Field| isf.lines.iter().any(|line| line.contains_key(&field));
    let has = |field: &Field| {
        isf.field(*field).is_some() || in_lines(*field) || (*field == Field::HtsCodes && in_lines(Field::HtsCode))
    };
    let missing: Vec<Field> =
        ELEMENTS.into_iter().filter(|field| !has(field) && !papers.is_unread(isf, *field)).collect();
    if missing.is_empty() {
        return None;
    }
    let labels: Vec<String> = missing.iter().map(|field| written::inside(field.label())).collect();
    Some(Hit {
        explanation: format!("The ISF does not state {}.", listed(&labels)),
        values: missing.into_iter().map(|field| part(isf, field, None)).collect(),
        severity: None,
    })
}

/// A document, the field of it that says when the goods are laden, and the day.
pub type Lading<'a> = (&'a Document, Field, NaiveDate);

/// When the goods are laden, as far as the filing or the bill says so.
pub fn lading<'a>(papers: &Papers<'a>) -> Option<Lading<'a>> {
    papers.known().find_map(|document| match document.kind {
        Kind::Isf => Some((document, Field::Etd, date(document, Field::Etd)?)),
        Kind::BillOfLading => Some((document, Field::OnBoardDate, date(document, Field::OnBoardDate)?)),
        _ => None,
    })
}

/// The filing is due 24 hours before lading; without a day to judge on, nothing is late.
pub fn late(papers: &Papers<'_>) -> Vec<Hit> {
    let Some(today) = papers.today else { return Vec::new() };
    let Some((document, field, lading)) = lading(papers) else { return Vec::new() };
    let late = lading.pred_opt().is_some_and(|due| today > due);
    if !late {
        return Vec::new();
    }
    let [lading, today] = [lading, today].map(written::day);
    let explanation = format!("The vessel is laden on {lading}, so the ISF was due the day before; today is {today}.");
    vec![Hit { explanation, values: vec![part(document, field, None)], severity: None }]
}

/// Lines of a filing that do not link an article to its maker and origin, where other lines do (19 CFR 149.3(a): "linked at the line
/// item level"). A filing that links nothing has one maker and one origin in its header, or lacks them.
pub fn line_link(papers: &Papers<'_>) -> Vec<Hit> {
    papers.of(Kind::Isf).filter_map(unlinked).collect()
}

fn unlinked(isf: &Document) -> Option<Hit> {
    let linked = [Field::ManufacturerName, Field::CountryOfOrigin, Field::HtsCode];
    let header = |field: Field| isf.field(field).is_some() && field != Field::HtsCode;
    let gaps: Vec<(usize, Field)> = linked
        .into_iter()
        .filter(|field| !header(*field) && isf.lines.iter().any(|line| line.contains_key(field)))
        .flat_map(|field| {
            let lines = isf.lines.iter().enumerate().filter(move |(_, line)| !line.contains_key(&field));
            lines.map(move |(at, _)| (at, field))
        })
        .collect();
    let (first, field) = gaps.first()?;
    let explanation =
        format!("Line {} of the ISF does not state {}.", first.saturating_add(1), written::inside(field.label()));
    let values = gaps.iter().map(|(at, field)| part(isf, *field, Some(*at))).collect();
    Some(Hit { explanation, values, severity: None })
}

//! Packages, weights, volumes and quantities across documents.

use super::Hit;
use super::arithmetic::column;
use super::papers::{Papers, Said, decimal, told};
use crate::domain::packet::document::{Document, Field, Kind, Readings};
use crate::domain::packet::result::Part;
use crate::domain::packet::written;
use crate::domain::trade::measure;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What all documents of one kind say together.
struct Together<'a> {
    said: Vec<Said<'a>>,
    /// The printed totals and, where they differ, what the lines come to: a total that is wrong in itself is found elsewhere.
    sums: Vec<Decimal>,
    pallets: bool,
}

/// The kinds whose totals describe the whole shipment.
const WHOLE: [Kind; 5] =
    [Kind::CommercialInvoice, Kind::PackingList, Kind::BillOfLading, Kind::AirWaybill, Kind::ArrivalNotice];

/// The printed totals of a field, kind by kind. A kind of which one document says nothing is left out: its sum would be short.
fn together<'a>(papers: &Papers<'a>, field: Field) -> Vec<Together<'a>> {
    let of_kind = |kind: Kind| {
        let documents: Vec<&Document> = papers.of(kind).collect();
        let said: Vec<Said<'a>> = papers.said(&[(kind, field)]);
        // Of two weights that cannot both be right nobody knows which is wrong, and that is a finding of its own.
        let weighs = matches!(field, Field::GrossWeightKg | Field::NetWeightKg);
        let impossible = weighs && documents.iter().any(|document| weights_cannot_be(&document.fields).is_some());
        if documents.is_empty() || said.len() != documents.len() || impossible {
            return None;
        }
        let sum = |value: &dyn Fn(&Document) -> Option<Decimal>| {
            documents
                .iter()
                .map(|document| value(document))
                .try_fold(Decimal::ZERO, |sum, value| sum.checked_add(value?))
        };
        let printed = sum(&|document| decimal(&document.fields, field))?;
        // No rule adds up volumes, so a wrong total of them is found here or nowhere.
        let columns = sum(&|document| column(document, field)).filter(|_| field != Field::VolumeM3);
        let raw = said.iter().filter_map(|said| said.document.field(field)).map(|reading| reading.raw.as_str());
        let pallets = raw.clone().count() > 0 && raw.clone().all(names_pallets);
        Some(Together { said, sums: [Some(printed), columns].into_iter().flatten().collect(), pallets })
    };
    WHOLE.into_iter().filter_map(of_kind).collect()
}

/// Net and gross, where the net weight is above the gross weight.
pub fn weights_cannot_be(readings: &Readings) -> Option<(Decimal, Decimal)> {
    let (net, gross) = (decimal(readings, Field::NetWeightKg)?, decimal(readings, Field::GrossWeightKg)?);
    (net - gross > measure::half_unit(net) + measure::half_unit(gross)).then_some((net, gross))
}

fn names_pallets(print: &str) -> bool {
    let print = print.to_uppercase();
    ["PALLET", "PLT", "PALETTE", "TARIMA", "托"].iter().any(|word| print.contains(word))
}

fn compare(papers: &Papers<'_>, field: Field, agree: impl Fn(Decimal, Decimal) -> bool) -> Vec<Hit> {
    let kinds = together(papers, field);
    let same = |a: &Together<'_>, b: &Together<'_>| {
        // Pallets and the cartons on them are counted apart.
        let other_things = field == Field::PackageCount && a.pallets != b.pallets;
        other_things || a.sums.iter().any(|x| b.sums.iter().any(|y| agree(*x, *y)))
    };
    let differ = kinds.iter().enumerate().any(|(at, a)| kinds.iter().skip(at).any(|b| !same(a, b)));
    if !differ {
        return Vec::new();
    }
    let said: Vec<Said<'_>> = kinds.iter().flat_map(|kind| kind.said.iter().copied()).collect();
    let unit = match field {
        Field::GrossWeightKg | Field::NetWeightKg => " in kg",
        Field::VolumeM3 => " in m³",
        _ => "",
    };
    let weighs = matches!(field, Field::GrossWeightKg | Field::NetWeightKg);
    let sums = || kinds.iter().filter_map(|kind| kind.sums.first());
    let pounds = weighs && sums().any(|a| sums().any(|b| measure::is_pounds_for_kilograms(*a, *b)));
    let cause = if pounds { " One is the other in pounds: a unit was mixed up." } else { "" };
    let explanation = format!("{}{unit}: {}.{cause}", field.label(), told(&said));
    vec![Hit { explanation, values: said.iter().map(Said::part).collect(), severity: None }]
}

pub fn package_count(papers: &Papers<'_>) -> Vec<Hit> {
    compare(papers, Field::PackageCount, |a, b| a == b)
}

pub fn gross_weight(papers: &Papers<'_>) -> Vec<Hit> {
    compare(papers, Field::GrossWeightKg, measure::weights_agree)
}

pub fn net_weight(papers: &Papers<'_>) -> Vec<Hit> {
    compare(papers, Field::NetWeightKg, measure::weights_agree)
}

pub fn volume(papers: &Papers<'_>) -> Vec<Hit> {
    compare(papers, Field::VolumeM3, measure::volumes_agree)
}

/// The quantity of one article on all documents of a kind, and where it stands.
#[derive(Default)]
struct Article {
    /// By unit, counting units as pieces.
    quantities: BTreeMap<String, Decimal>,
    parts: Vec<Part>,
}

/// The quantities of all articles of a kind, known by their part number. Nothing where a line lacks one or the other, or where
/// there are no lines.
fn articles(papers: &Papers<'_>, kind: Kind) -> Option<BTreeMap<String, Article>> {
    let mut articles: BTreeMap<String, Article> = BTreeMap::new();
    for document in papers.of(kind) {
        for (at, line) in document.lines.iter().enumerate() {
            let sku = line.get(&Field::Sku)?.value.one().map(super::papers::plain)?;
            let unit = line.get(&Field::Unit).and_then(|reading| reading.value.one()).unwrap_or_default();
            let (quantity, unit) = measure::in_pieces(decimal(line, Field::Quantity)?, unit);
            let article = articles.entry(sku).or_default();
            let sum = article.quantities.entry(unit).or_default();
            *sum = sum.saturating_add(quantity);
            article.parts.push(super::papers::part(document, Field::Quantity, Some(at)));
        }
    }
    (!articles.is_empty()).then_some(articles)
}

/// True where two quantities are in units that can be compared, and are not the same.
fn differ(a: &BTreeMap<String, Decimal>, b: &BTreeMap<String, Decimal>) -> bool {
    if a.keys().eq(b.keys()) {
        return a != b;
    }
    let one = |quantities: &BTreeMap<String, Decimal>, unit: &str| {
        quantities.get(unit).copied().filter(|_| quantities.len() == 1)
    };
    let pairs_and_pieces = one(a, measure::PAIRS).zip(one(b, "")).or(one(b, measure::PAIRS).zip(one(a, "")));
    pairs_and_pieces.is_some_and(|(pairs, pieces)| !measure::pairs_may_be(pairs, pieces))
}

/// The quantity of every article on the invoice against the packing list.
pub fn quantity(papers: &Papers<'_>) -> Vec<Hit> {
    let (Some(invoiced), Some(packed)) =
        (articles(papers, Kind::CommercialInvoice), articles(papers, Kind::PackingList))
    else {
        return Vec::new();
    };
    let differing: Vec<(&String, &Article, &Article)> = invoiced
        .iter()
        .filter_map(|(sku, article)| Some((sku, article, packed.get(sku)?)))
        .filter(|(_, a, b)| differ(&a.quantities, &b.quantities))
        .collect();
    let Some((sku, a, b)) = differing.first() else { return Vec::new() };
    let told = |article: &Article| {
        article.quantities.values().map(|it| written::figure(&it.to_string())).collect::<Vec<_>>().join(" and ")
    };
    let more = match differing.len() {
        1 => String::new(),
        count => format!(" {} more articles differ.", count.saturating_sub(1)),
    };
    let explanation =
        format!("Of {sku} the invoice charges {}, and the packing list packs {}.{more}", told(a), told(b));
    let values = differing.iter().flat_map(|(_, a, b)| a.parts.iter().chain(&b.parts).cloned()).collect();
    vec![Hit { explanation, values, severity: None }]
}

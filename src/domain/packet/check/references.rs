//! The numbers that tie documents together: invoices, orders, bills, containers, seals, and the voyage that carries them.

use super::Hit;
use super::papers::{Papers, Said, disagreement, listed, name, part, plain, told};
use crate::domain::packet::document::{Document, Field, Kind};
use crate::domain::packet::result::Part;
use crate::domain::trade::{container, scac};
use std::collections::BTreeSet;

const VOYAGE_PAPERS: [Kind; 5] =
    [Kind::CommercialInvoice, Kind::PackingList, Kind::BillOfLading, Kind::Isf, Kind::ArrivalNotice];

fn places(field: Field) -> Vec<(Kind, Field)> {
    VOYAGE_PAPERS.map(|kind| (kind, field)).to_vec()
}

fn hit(said: &[Said<'_>], subject: &str) -> Hit {
    Hit {
        explanation: format!("{subject}: {}.", told(said)),
        values: said.iter().map(Said::part).collect(),
        severity: None,
    }
}

/// Every invoice number that another paper names must be that of an invoice of the packet; without one they must be the same.
pub fn invoice_number(papers: &Papers<'_>) -> Vec<Hit> {
    let invoices = papers.said(&[(Kind::CommercialInvoice, Field::InvoiceNumber)]);
    let naming = papers.said(&[(Kind::PackingList, Field::InvoiceNumber), (Kind::BillOfLading, Field::InvoiceNumber)]);
    let same = |a: &str, b: &str| plain(a) == plain(b);
    let stray = if invoices.is_empty() {
        disagreement(naming.clone(), same).is_some()
    } else {
        naming.iter().any(|named| !invoices.iter().any(|invoice| same(invoice.value, named.value)))
    };
    let said: Vec<Said<'_>> = invoices.into_iter().chain(naming).collect();
    if stray { vec![hit(&said, "Invoice number")] } else { Vec::new() }
}

/// Orders of each paper within those of another: a paper may name some of them, but none that another does not know.
pub fn po_number(papers: &Papers<'_>) -> Vec<Hit> {
    let naming: Vec<(&Document, BTreeSet<String>)> = papers
        .known()
        .filter(|document| VOYAGE_PAPERS.contains(&document.kind) && !document.values(Field::PoNumbers).is_empty())
        .map(|document| (document, document.values(Field::PoNumbers).iter().map(|order| plain(order)).collect()))
        .collect();
    let within = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.is_subset(b) || b.is_subset(a);
    // Several invoices have orders of their own: the invoices are taken together.
    let of_kind = |kind: Kind| -> BTreeSet<String> {
        naming
            .iter()
            .filter(|(document, _)| document.kind == kind)
            .flat_map(|(_, orders)| orders.iter().cloned())
            .collect()
    };
    let sets: Vec<BTreeSet<String>> = VOYAGE_PAPERS.map(of_kind).into_iter().filter(|set| !set.is_empty()).collect();
    if sets.iter().all(|a| sets.iter().all(|b| within(a, b))) {
        return Vec::new();
    }
    let told: Vec<String> = naming
        .iter()
        .map(|(document, _)| format!("{} on the {}", document.values(Field::PoNumbers).join(", "), name(document.kind)))
        .collect();
    let values = naming.iter().map(|(document, _)| part(document, Field::PoNumbers, None)).collect();
    vec![Hit { explanation: format!("Purchase orders: {}.", told.join("; ")), values, severity: None }]
}

/// Bill numbers. A house bill and its master are two numbers of one shipment, and a carrier's code in front changes nothing.
pub fn bl_number(papers: &Papers<'_>) -> Vec<Hit> {
    let houses: Vec<Said<'_>> = papers.said(&places(Field::BlNumber));
    let masters: Vec<Said<'_>> = papers.said(&places(Field::MasterBlNumber));
    let is_master = |number: &str| masters.iter().any(|master| scac::same_bill(master.value, number));
    let bills: Vec<&str> =
        houses.iter().filter(|said| said.document.kind == Kind::BillOfLading).map(|said| said.value).collect();
    let plain_houses: Vec<Said<'_>> = houses.iter().copied().filter(|said| !is_master(said.value)).collect();
    let stray = if bills.len() > 1 {
        plain_houses.iter().any(|said| !bills.iter().any(|bill| scac::same_bill(bill, said.value)))
    } else {
        disagreement(plain_houses, scac::same_bill).is_some()
    };
    let masters_differ = bills.len() <= 1 && disagreement(masters.clone(), scac::same_bill).is_some();
    match (stray, masters_differ) {
        (true, _) => vec![hit(&houses, "B/L number")],
        (false, true) => vec![hit(&masters, "Master B/L number")],
        (false, false) => Vec::new(),
    }
}

/// What the documents list, kind by kind, as sets.
fn listing<'a>(papers: &Papers<'a>, header: Field, line: Field) -> Vec<(&'a Document, BTreeSet<&'a str>)> {
    let documents =
        papers.known().filter(|document| VOYAGE_PAPERS.contains(&document.kind) && !papers.is_master(document));
    documents
        .map(|document| (document, Papers::listed(document, header, line)))
        .filter(|(_, set)| !set.is_empty())
        .collect()
}

/// A number with a wrong check digit that is a misprint of another's right one is a finding of its own.
fn mended<'a>(number: &'a str, all: &BTreeSet<&'a str>) -> &'a str {
    if container::judge(number).is_ok() {
        return number;
    }
    let near = |other: &&&str| {
        container::judge(other).is_ok() && other.chars().zip(number.chars()).filter(|(a, b)| a != b).count() <= 2
    };
    all.iter().find(near).copied().unwrap_or(number)
}

/// Containers, as sets; several documents of a kind share them.
pub fn container_number(papers: &Papers<'_>) -> Vec<Hit> {
    let lists = listing(papers, Field::ContainerNumbers, Field::ContainerNumber);
    let all: BTreeSet<&str> = lists.iter().flat_map(|(_, set)| set.iter().copied()).collect();
    let of_kind = |kind: Kind| -> BTreeSet<&str> {
        let of_kind = lists.iter().filter(|(document, _)| document.kind == kind);
        of_kind.flat_map(|(_, set)| set.iter().map(|number| mended(number, &all))).collect()
    };
    let sets: Vec<BTreeSet<&str>> = VOYAGE_PAPERS.map(of_kind).into_iter().filter(|set| !set.is_empty()).collect();
    if sets.iter().zip(sets.iter().skip(1)).all(|(a, b)| a == b) {
        return Vec::new();
    }
    vec![lists_differ("Containers", Field::ContainerNumbers, Field::ContainerNumber, &lists)]
}

/// Seals. A container may carry several, and a paper may name some of them.
pub fn seal_number(papers: &Papers<'_>) -> Vec<Hit> {
    let lists = listing(papers, Field::SealNumbers, Field::SealNumber);
    let within = |a: &BTreeSet<&str>, b: &BTreeSet<&str>| a.is_subset(b) || b.is_subset(a);
    let of_kind = |kind: Kind| -> BTreeSet<&str> {
        lists.iter().filter(|(document, _)| document.kind == kind).flat_map(|(_, set)| set.iter().copied()).collect()
    };
    let sets: Vec<BTreeSet<&str>> = VOYAGE_PAPERS.map(of_kind).into_iter().filter(|set| !set.is_empty()).collect();
    if sets.iter().all(|a| sets.iter().all(|b| within(a, b))) {
        return Vec::new();
    }
    vec![lists_differ("Seals", Field::SealNumbers, Field::SealNumber, &lists)]
}

fn lists_differ(subject: &str, header: Field, line: Field, lists: &[(&Document, BTreeSet<&str>)]) -> Hit {
    let told: Vec<String> = lists
        .iter()
        .map(|(document, set)| {
            let numbers: Vec<String> = set.iter().map(|number| (*number).to_owned()).collect();
            format!("{} on the {}", listed(&numbers), name(document.kind))
        })
        .collect();
    let parts = |document: &Document| -> Vec<Part> {
        if document.field(header).is_some() {
            return vec![part(document, header, None)];
        }
        (0..document.lines.len()).map(|at| part(document, line, Some(at))).filter(|part| part.value.is_some()).collect()
    };
    let values = lists.iter().flat_map(|(document, _)| parts(document)).collect();
    Hit { explanation: format!("{subject}: {}.", told.join("; ")), values, severity: None }
}

/// A ship's name without what says that it is a ship. A bill may name a feeder and the mother vessel.
fn ships(print: &str) -> Vec<String> {
    let name = |name: &str| -> String {
        let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_uppercase);
        let words =
            words.filter(|word| !matches!(word.as_str(), "M" | "V" | "MV" | "MS" | "SS" | "S" | "MOTHER" | "FEEDER"));
        words.collect::<Vec<_>>().join(" ")
    };
    print.replace("M/V", "").replace("m/v", "").split(['/', ';']).map(name).filter(|name| !name.is_empty()).collect()
}

fn same_ship(a: &str, b: &str) -> bool {
    let (a, b) = (ships(a), ships(b));
    let within = |a: &str, b: &str| format!(" {a} ").contains(&format!(" {b} "));
    a.is_empty() || b.is_empty() || a.iter().any(|a| b.iter().any(|b| within(a, b) || within(b, a)))
}

pub fn vessel(papers: &Papers<'_>) -> Vec<Hit> {
    disagreement(papers.said(&places(Field::Vessel)), same_ship).map(|said| hit(&said, "Vessel")).into_iter().collect()
}

/// Voyages. Another vessel makes another voyage, which is not said twice.
pub fn voyage(papers: &Papers<'_>) -> Vec<Hit> {
    let bare = |voyage: &str| -> String {
        let voyage = plain(voyage);
        let voyage = voyage.strip_prefix("VOY").unwrap_or(&voyage);
        voyage.trim_start_matches(['V', '0']).to_owned()
    };
    let same = |a: &str, b: &str| {
        let parts = |print: &str| print.split(['/', ';']).map(bare).collect::<Vec<_>>();
        parts(a).iter().any(|a| parts(b).contains(a))
    };
    let ships = papers.said(&places(Field::Vessel));
    let ship = |document: &Document| ships.iter().find(|said| said.document.id == document.id).map(|said| said.value);
    let said = papers.said(&places(Field::Voyage));
    let differ = said.iter().enumerate().any(|(at, a)| {
        said.iter().skip(at).any(|b| {
            let one_ship = match (ship(a.document), ship(b.document)) {
                (Some(a), Some(b)) => same_ship(a, b),
                _ => true,
            };
            one_ship && !same(a.value, b.value)
        })
    });
    if differ { vec![hit(&said, "Voyage")] } else { Vec::new() }
}

fn ports(papers: &Papers<'_>, field: Field) -> Vec<Hit> {
    let same = |a: &str, b: &str| papers.lists.port(a).may_be(&papers.lists.port(b));
    disagreement(papers.said(&places(field)), same).map(|said| hit(&said, field.label())).into_iter().collect()
}

pub fn port_of_loading(papers: &Papers<'_>) -> Vec<Hit> {
    ports(papers, Field::PortOfLoading)
}

pub fn port_of_discharge(papers: &Papers<'_>) -> Vec<Hit> {
    ports(papers, Field::PortOfDischarge)
}

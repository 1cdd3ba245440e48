//! Values that cannot be right whatever the other papers say: check digits, forms, weights and dates.

use super::Hit;
use super::papers::{Papers, Said, date, listed, name, part, told};
use super::quantities::weights_cannot_be;
use crate::domain::packet::document::{Document, Field, Kind};
use crate::domain::packet::result::Part;
use crate::domain::packet::written;
use crate::domain::trade::port::Port;
use crate::domain::trade::tariff::Standing;
use crate::domain::trade::{awb, container, grn, importer_number, mrn, scac, tariff};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// One finding for each wrong value, with every place that prints it. `fault` says what is wrong with a value, if anything.
fn faulty(papers: &Papers<'_>, fields: &[Field], fault: impl Fn(&str) -> Option<String>) -> Vec<Hit> {
    let places = |document: &Document| -> Vec<(Part, Vec<String>)> {
        let in_line = |at: usize, field: Field| {
            let reading = document.lines.get(at)?.get(&field)?;
            Some((part(document, field, Some(at)), reading.value.all().to_vec()))
        };
        let header = fields.iter().filter_map(|field| {
            let values = document.field(*field)?.value.all().to_vec();
            Some((part(document, *field, None), values))
        });
        let lines = (0..document.lines.len()).flat_map(|at| fields.iter().filter_map(move |field| in_line(at, *field)));
        header.chain(lines).collect()
    };
    let all: Vec<(Part, Vec<String>)> = papers.known().flat_map(places).collect();
    let wrong: BTreeSet<&String> =
        all.iter().flat_map(|(_, values)| values).filter(|value| fault(value).is_some()).collect();
    let hit = |value: &String| {
        let values: Vec<Part> =
            all.iter().filter(|(_, values)| values.contains(value)).map(|(part, _)| part.clone()).collect();
        Hit { explanation: fault(value).unwrap_or_default(), values, severity: None }
    };
    wrong.into_iter().map(hit).collect()
}

pub fn container_number(papers: &Papers<'_>) -> Vec<Hit> {
    faulty(papers, &[Field::ContainerNumbers, Field::ContainerNumber], |number| match container::judge(number) {
        Ok(()) => None,
        Err(container::Fault::Form) => {
            Some(format!("{number} is not four letters, the last U, J or Z, and seven digits."))
        }
        Err(container::Fault::CheckDigit(wanted)) => Some(format!("{number} would need the check digit {wanted}.")),
    })
}

pub fn awb_number(papers: &Papers<'_>) -> Vec<Hit> {
    faulty(papers, &[Field::AwbNumber], |number| match awb::judge(number) {
        Ok(()) => None,
        Err(awb::Fault::Form) => Some(format!("{number} is not three digits and eight.")),
        Err(awb::Fault::CheckDigit(wanted)) => Some(format!("{number} would need {wanted} as its last digit.")),
    })
}

pub fn movement_number(papers: &Papers<'_>) -> Vec<Hit> {
    faulty(papers, &[Field::Mrn], |number| match mrn::judge(number) {
        Ok(()) => None,
        Err(mrn::Fault::Form) => Some(format!("{number} is not a year, a country and fourteen characters.")),
        Err(mrn::Fault::CheckDigit(wanted)) => Some(format!("{number} would need {wanted} as its last digit.")),
    })
}

/// Tariff numbers. All wrong ones are one finding: they come from one list of goods.
pub fn hts_code(papers: &Papers<'_>) -> Vec<Hit> {
    let fields = [Field::HtsCode, Field::HtsCodes];
    let impossible = faulty(papers, &fields, |code| (!tariff::is_possible(code)).then(|| code.to_owned()));
    let mut gone = faulty(papers, &fields, |code| unlisted(papers, code));
    // A bill prints the numbers of the country of export: no more than six of their digits are everybody's.
    let abroad =
        |part: &Part| papers.all.iter().any(|paper| paper.id == part.document && paper.kind == Kind::BillOfLading);
    gone.iter_mut().for_each(|hit| hit.values.retain(|part| !abroad(part)));
    gone.retain(|hit| !hit.values.is_empty());
    let codes: Vec<String> = impossible.iter().map(|hit| hit.explanation.clone()).collect();
    let verb = if codes.len() == 1 { "is no possible tariff number" } else { "are no possible tariff numbers" };
    let mut sentences: Vec<String> = gone.iter().map(|hit| hit.explanation.clone()).collect();
    if !codes.is_empty() {
        let form = format!("{} {verb}: 6, 8 or 10 digits under an existing chapter are.", listed(&codes));
        sentences.insert(0, form);
    }
    if sentences.is_empty() {
        return Vec::new();
    }
    let mut values: Vec<Part> = Vec::new();
    for value in impossible.into_iter().chain(gone).flat_map(|hit| hit.values) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    vec![Hit { explanation: sentences.join(" "), values, severity: None }]
}

/// What is to be said of a possible number that the loaded tariff does not have.
fn unlisted(papers: &Papers<'_>, code: &str) -> Option<String> {
    let tariff = papers.lists.tariff.as_ref().filter(|_| tariff::is_possible(code))?;
    let Standing::Gone(instead) = tariff.standing(code) else { return None };
    let edition = &tariff.edition;
    let heading = code.get(..8).unwrap_or(code);
    let under: Vec<String> = instead.iter().take(6).map(|code| (*code).to_owned()).collect();
    let six = tariff::subheading(code);
    let shared = tariff.standing(six) == Standing::Listed;
    Some(match under.as_slice() {
        [] if shared => {
            format!("{code} is not in the tariff {edition}; {six} is, so it may be the number of another country.")
        }
        [] => format!("{code} is not in the tariff {edition}."),
        [only] => format!("{code} is not in the tariff {edition}; under {heading} it has {only}."),
        _ => format!("{code} is not in the tariff {edition}; under {heading} it has {}.", listed(&under)),
    })
}

pub fn importer(papers: &Papers<'_>) -> Vec<Hit> {
    faulty(papers, &[Field::ImporterOfRecordNumber, Field::ConsigneeNumber], |number| {
        let form =
            "An importer number is NN-NNNNNNN (with or without two characters more), NNN-NN-NNNN, or YYDDPP-NNNNN";
        importer_number::read(number).is_none().then(|| format!("{form}; {number} is none of these."))
    })
}

/// Carriers' codes by their form, and by the carrier list where one is loaded.
pub fn carrier(papers: &Papers<'_>) -> Vec<Hit> {
    faulty(papers, &[Field::Scac], |code| {
        if !scac::is_possible(code) {
            return Some(format!("{code} is not two to four letters."));
        }
        let list = papers.lists.carriers.as_ref()?;
        let known = list.found.iter().any(|carrier| carrier.code == code);
        (!known).then(|| format!("{code} is not in the carrier list {}.", list.edition))
    })
}

/// Codes of ports that the loaded UN/LOCODE does not have. Without one nothing is judged, and a lone word may be a name.
pub fn port_code(papers: &Papers<'_>) -> Vec<Hit> {
    let Some(list) = &papers.lists.ports else { return Vec::new() };
    faulty(papers, &super::lists::PORTS, |print| {
        let code = Port::read(print).code.filter(|_| print.contains(['(', '[']))?;
        let known = list.found.iter().any(|place| place.code == code);
        (!known).then(|| format!("{code} is not in the UN/LOCODE list {}.", list.edition))
    })
}

/// Guarantee references by their form. Their check digit is not held against them: customs hand out numbers that do not follow it.
pub fn guarantee(papers: &Papers<'_>) -> Vec<Hit> {
    faulty(papers, &[Field::GuaranteeReference], |number| {
        let form = "a year, a country, twelve characters and a digit, and for a voucher a letter and six digits";
        (grn::judge(number) == Err(grn::Fault::Form)).then(|| format!("{number} is not {form}."))
    })
}

/// A party whose address is a post-office box and nothing else.
pub fn party_address(papers: &Papers<'_>) -> Vec<Hit> {
    let boxed = |print: &str| {
        let plain = print.to_uppercase().replace('.', "");
        let (before, after) = plain.split_once("PO BOX")?;
        let after = after.trim_start_matches(|c: char| !c.is_alphanumeric());
        let number: String = after.chars().take_while(char::is_ascii_digit).collect();
        let street = ["STREET", "ROAD", "AVENUE", " ST ", " RD ", " AVE ", "ZONE", "PLOT", "NO ", "SUITE", "FLOOR"];
        let no_street = !street.iter().any(|word| plain.contains(word)) && !before.chars().any(|c| c.is_ascii_digit());
        (no_street && !number.is_empty()).then(|| format!("\"{print}\" is a post-office box without a street."))
    };
    faulty(papers, &[Field::SellerAddress, Field::BuyerAddress], boxed)
}

/// Net above gross. A document whose totals say so is not told again for each of its lines.
pub fn weights(papers: &Papers<'_>) -> Vec<Hit> {
    let pair = [Field::NetWeightKg, Field::GrossWeightKg];
    let impossible = weights_cannot_be;
    let mut values = Vec::new();
    let mut told = Vec::new();
    for document in papers.known() {
        let mut wrong: Vec<_> = impossible(&document.fields).map(|weights| (None, weights)).into_iter().collect();
        if wrong.is_empty() {
            let lines = document.lines.iter().enumerate();
            wrong = lines.filter_map(|(at, line)| impossible(line).map(|weights| (Some(at), weights))).collect();
        }
        if let Some((_, (net, gross))) = wrong.first() {
            let [net, gross] = [net, gross].map(|weight| written::amount(*weight));
            told.push(format!("{net} kg net and {gross} kg gross on the {}", name(document.kind)));
        }
        values.extend(wrong.iter().flat_map(|(line, _)| pair.map(|field| part(document, field, *line))));
    }
    if told.is_empty() {
        return Vec::new();
    }
    vec![Hit {
        explanation: format!("Goods cannot weigh more than goods and packing: {}.", listed(&told)),
        values,
        severity: None,
    }]
}

/// A date of a document, found under its field.
struct Dated<'a> {
    document: &'a Document,
    field: Field,
    day: NaiveDate,
}

/// Departures and invoices after arrival, free days that end before it, and a transit released after its limit.
pub fn date_order(papers: &Papers<'_>) -> Vec<Hit> {
    let dated = |places: &[(Kind, Field)]| -> Vec<Dated<'_>> {
        let found = papers.known().flat_map(|document| {
            let fields = places.iter().filter(|(kind, _)| *kind == document.kind);
            fields.filter_map(|(_, field)| Some(Dated { document, field: *field, day: date(document, *field)? }))
        });
        found.collect()
    };
    let before = dated(&[
        (Kind::CommercialInvoice, Field::InvoiceDate),
        (Kind::BillOfLading, Field::OnBoardDate),
        (Kind::Isf, Field::Etd),
    ]);
    let after = dated(&[(Kind::ArrivalNotice, Field::Eta), (Kind::Isf, Field::Eta)]);
    let mut hits: Vec<Hit> = impossible(&before, &after).into_iter().collect();
    if hits.is_empty() {
        hits.extend(impossible(
            &dated(&[(Kind::ArrivalNotice, Field::Eta)]),
            &dated(&[(Kind::ArrivalNotice, Field::LastFreeDay)]),
        ));
    }
    hits.extend(impossible(
        &dated(&[(Kind::TransitDeclaration, Field::ReleaseDate)]),
        &dated(&[(Kind::TransitDeclaration, Field::LimitDate)]),
    ));
    hits
}

fn impossible(before: &[Dated<'_>], after: &[Dated<'_>]) -> Option<Hit> {
    let first_wrong = |dated: &&Dated<'_>| after.iter().any(|after| dated.day > after.day);
    let early: Vec<&Dated<'_>> = before.iter().filter(first_wrong).collect();
    let late: Vec<&Dated<'_>> =
        after.iter().filter(|after| early.iter().any(|before| before.day > after.day)).collect();
    let (first, second) = (early.first()?, late.first()?);
    let explanation = format!(
        "{} {} on the {} lies after {} {} on the {}.",
        first.field.label(),
        written::day(first.day),
        name(first.document.kind),
        second.field.label(),
        written::day(second.day),
        name(second.document.kind),
    );
    let values = early.iter().chain(&late).map(|dated| part(dated.document, dated.field, None)).collect();
    Some(Hit { explanation, values, severity: None })
}

/// The currency of the goods, which every invoice of a shipment shares.
pub fn currency(papers: &Papers<'_>) -> Vec<Hit> {
    let said = papers.said(&[(Kind::CommercialInvoice, Field::Currency)]);
    let hit = |said: Vec<Said<'_>>| Hit {
        explanation: format!("Currency: {}.", told(&said)),
        values: said.iter().map(Said::part).collect(),
        severity: None,
    };
    super::papers::disagreement(said, |a, b| a == b).map(hit).into_iter().collect()
}

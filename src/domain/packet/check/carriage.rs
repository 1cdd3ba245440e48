//! The carriage in itself: what a container can hold, how long a voyage takes, and whose bill it is. Whether two papers agree is asked in
//! `references` and `quantities`.

use super::Hit;
use super::papers::{Papers, Said, date, decimal, listed, name, part};
use super::{arithmetic, quantities, references, validity};
use crate::domain::packet::document::{Document, Field, Kind};
use crate::domain::packet::written;
use crate::domain::trade::{awb, scac};
use rust_decimal::{Decimal, dec};

/// What a container can carry at most, in kilograms: 30,480 with its own weight (ISO 668).
const LOAD: Decimal = dec!(28800);

/// Containers that are said to carry more than they can.
pub fn container_weight(papers: &Papers<'_>) -> Vec<Hit> {
    // A weight that does not add up is told as that.
    if !arithmetic::container_totals(papers).is_empty() {
        return Vec::new();
    }
    let heavy: Vec<Said<'_>> = papers
        .lines(Kind::BillOfLading, Field::GrossWeightKg)
        .into_iter()
        .filter(|said| said.value.parse::<Decimal>().is_ok_and(|weight| weight > LOAD))
        .collect();
    let Some(first) = heavy.first() else { return Vec::new() };
    let number = first.line.and_then(|line| first.document.reading(Field::ContainerNumber, Some(line)));
    let number = number.and_then(|reading| reading.value.one()).unwrap_or("A container");
    let explanation = format!(
        "{number} is said to carry {} kg; no container may carry more than {}.",
        written::figure(first.value),
        written::amount(LOAD)
    );
    vec![Hit { explanation, values: heavy.iter().map(Said::part).collect(), severity: None }]
}

/// Goods lighter than feathers or heavier than stone: a unit or a digit is wrong.
pub fn density(papers: &Papers<'_>) -> Vec<Hit> {
    let explained = [
        quantities::gross_weight,
        quantities::volume,
        arithmetic::container_totals,
        arithmetic::packing_totals,
        validity::weights,
    ];
    if explained.iter().any(|rule| !rule(papers).is_empty()) {
        return Vec::new();
    }
    let strange = |bill: &Document| {
        let weight = decimal(&bill.fields, Field::GrossWeightKg)?;
        let volume = decimal(&bill.fields, Field::VolumeM3).filter(|volume| *volume > Decimal::ZERO)?;
        let density = weight.checked_div(volume)?.round_dp(0);
        (density < dec!(20) || density > dec!(2500)).then(|| Hit {
            explanation: format!(
                "{} kg in {} m³ is {} kg for each cubic metre.",
                written::amount(weight),
                written::amount(volume),
                written::amount(density)
            ),
            values: vec![part(bill, Field::GrossWeightKg, None), part(bill, Field::VolumeM3, None)],
            severity: None,
        })
    };
    papers.of(Kind::BillOfLading).find_map(strange).into_iter().collect()
}

/// The length in feet and whether it is a high cube, from prints such as `40HC`, `1X40'HQ` or `45G1`.
fn size(print: &str) -> Option<(&'static str, Option<bool>)> {
    let print: String = print.chars().filter(|c| c.is_ascii_alphanumeric()).flat_map(char::to_uppercase).collect();
    let coded = ["22", "25", "42", "45", "L5"].iter().find(|code| {
        let rest = print.strip_prefix(**code).unwrap_or_default();
        rest.len() == 2 && rest.starts_with(|c: char| c.is_ascii_uppercase())
    });
    let high = ["HC", "HQ", "HIGHCUBE"].iter().any(|word| print.contains(word));
    let standard = ["GP", "DV", "DC", "STD"].iter().any(|word| print.contains(word));
    let height = if high { Some(true) } else { standard.then_some(false) };
    match coded {
        Some(&"22") => Some(("20", Some(false))),
        Some(&"25") => Some(("20", Some(true))),
        Some(&"42") => Some(("40", Some(false))),
        Some(&"45") => Some(("40", Some(true))),
        Some(_) => Some(("45", Some(true))),
        None => ["20", "40", "45"].into_iter().find(|feet| print.contains(feet)).map(|feet| (feet, height)),
    }
}

/// One container with two sizes, on the house bill and its master.
pub fn container_type(papers: &Papers<'_>) -> Vec<Hit> {
    let bills = papers.known().filter(|document| document.kind == Kind::BillOfLading);
    let sized: Vec<(&str, Said<'_>)> = bills
        .flat_map(|document| {
            document.lines.iter().enumerate().filter_map(move |(line, readings)| {
                let number = readings.get(&Field::ContainerNumber)?.value.one()?;
                let value = readings.get(&Field::ContainerType)?.value.one()?;
                Some((number, Said { document, field: Field::ContainerType, line: Some(line), value }))
            })
        })
        .collect();
    let differ = |a: &str, b: &str| match (size(a), size(b)) {
        (Some((a, x)), Some((b, y))) => a != b || x.zip(y).is_some_and(|(x, y)| x != y),
        _ => false,
    };
    let pair = sized.iter().enumerate().find_map(|(at, (number, a))| {
        let other = sized.iter().skip(at).find(|(same, b)| same == number && differ(a.value, b.value))?;
        Some((number, a, &other.1))
    });
    let hit = |(number, a, b): (&&str, &Said<'_>, &Said<'_>)| Hit {
        explanation: format!("{number} is {} on one bill and {} on the other.", a.value, b.value),
        values: vec![a.part(), b.part()],
        severity: None,
    };
    pair.map(hit).into_iter().collect()
}

/// Bill numbers that no filing can carry: at most sixteen letters and digits with the carrier's code (CATAIR record SF15).
pub fn bill_number(papers: &Papers<'_>) -> Vec<Hit> {
    if !references::bl_number(papers).is_empty() {
        return Vec::new();
    }
    let kinds = [Kind::BillOfLading, Kind::Isf, Kind::ArrivalNotice];
    let places: Vec<(Kind, Field)> =
        kinds.into_iter().flat_map(|kind| [(kind, Field::BlNumber), (kind, Field::MasterBlNumber)]).collect();
    let long: Vec<Said<'_>> = papers.said(&places).into_iter().filter(|said| said.value.chars().count() > 16).collect();
    let Some(first) = long.first() else { return Vec::new() };
    let explanation = format!("{} has more than sixteen characters.", first.value);
    vec![Hit { explanation, values: long.iter().map(Said::part).collect(), severity: None }]
}

/// A carrier's code that begins none of the document's own bill numbers, where those begin with a carrier's code.
pub fn carrier(papers: &Papers<'_>) -> Vec<Hit> {
    let known = |document: &&Document| matches!(document.kind, Kind::BillOfLading | Kind::Isf | Kind::ArrivalNotice);
    let other = |document: &Document| {
        let code = document.value(Field::Scac).filter(|code| scac::is_possible(code) && code.len() == 4)?;
        let bills: Vec<&str> =
            [Field::BlNumber, Field::MasterBlNumber].into_iter().filter_map(|field| document.value(field)).collect();
        let prefixes: Vec<&str> = bills.iter().filter_map(|bill| scac::prefix(bill)).collect();
        let stray = !prefixes.is_empty() && prefixes.len() == bills.len() && !prefixes.contains(&code);
        let parts = [Field::Scac, Field::BlNumber, Field::MasterBlNumber];
        stray.then(|| Hit {
            explanation: format!(
                "The {} names the carrier {code}, but its bill is {}.",
                name(document.kind),
                listed(&bills.iter().map(|bill| (*bill).to_owned()).collect::<Vec<_>>())
            ),
            values: parts
                .into_iter()
                .filter(|field| document.field(*field).is_some())
                .map(|field| part(document, field, None))
                .collect(),
            severity: None,
        })
    };
    if !references::bl_number(papers).is_empty() {
        return Vec::new();
    }
    papers.known().filter(known).find_map(other).into_iter().collect()
}

/// A waybill of one airline on a flight of another.
pub fn airline(papers: &Papers<'_>) -> Vec<Hit> {
    let other = |waybill: &Document| {
        let number = waybill.value(Field::AwbNumber)?;
        let flight = waybill.value(Field::FlightNumber)?;
        let owner = awb::airline(number)?;
        let flown = awb::flown_by(flight).filter(|flown| *flown != owner)?;
        Some(Hit {
            explanation: format!("{number} is a waybill of {owner}, and {flight} a flight of {flown}."),
            values: vec![part(waybill, Field::AwbNumber, None), part(waybill, Field::FlightNumber, None)],
            severity: None,
        })
    };
    papers.of(Kind::AirWaybill).filter_map(other).collect()
}

/// A voyage that takes no day, or more than seventy-five.
pub fn transit_time(papers: &Papers<'_>) -> Vec<Hit> {
    if !validity::date_order(papers).is_empty() {
        return Vec::new();
    }
    let dated =
        |kind: Kind, field: Field| papers.of(kind).find_map(|document| Some((document, date(document, field)?)));
    let (Some((bill, laden)), Some((notice, arrives))) =
        (dated(Kind::BillOfLading, Field::OnBoardDate), dated(Kind::ArrivalNotice, Field::Eta))
    else {
        return Vec::new();
    };
    let days = arrives.signed_duration_since(laden).num_days();
    if (1..=75).contains(&days) {
        return Vec::new();
    }
    let [laden, arrives] = [laden, arrives].map(written::day);
    let explanation = format!("Laden on {laden} and expected on {arrives}: the voyage would take {days} days.");
    let values = vec![part(bill, Field::OnBoardDate, None), part(notice, Field::Eta, None)];
    vec![Hit { explanation, values, severity: None }]
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_known_in_the_prints_of_carriers_and_of_the_standard() {
        for (print, wanted) in [
            ("40HC", Some(("40", Some(true)))),
            ("1 x 40' HQ", Some(("40", Some(true)))),
            ("45G1", Some(("40", Some(true)))),
            ("22G1", Some(("20", Some(false)))),
            ("20'GP", Some(("20", Some(false)))),
            ("40'", Some(("40", None))),
            ("LCL", None),
        ] {
            assert_eq!(size(print), wanted, "{print}");
        }
    }
}

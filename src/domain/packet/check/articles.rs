//! The articles of the invoice against those of the packing list, and the words that describe goods. Quantities are asked in
//! `quantities`.

use super::Hit;
use super::papers::{Papers, Said, listed, name, plain};
use super::{arithmetic, quantities};
use crate::domain::packet::document::{Document, Field, Kind};
use crate::domain::packet::result::Part;

/// The part numbers of a kind; nothing where a line has none, for then it may be any article.
fn numbers<'a>(papers: &Papers<'a>, kind: Kind) -> Option<Vec<Said<'a>>> {
    let lines: usize = papers.of(kind).map(|document| document.lines.len()).sum();
    let said = papers.lines(kind, Field::Sku);
    (lines > 0 && said.len() == lines).then_some(said)
}

/// True where one number can be a misreading of the other: characters that look alike, a suffix, or one character in six.
fn near(a: &str, b: &str) -> bool {
    let folded = |number: &str| -> String {
        let alike = |c: char| match c {
            'O' | 'Q' | 'D' => '0',
            'I' | 'L' => '1',
            'Z' => '2',
            'S' => '5',
            'G' => '6',
            'B' => '8',
            other => other,
        };
        plain(number).chars().map(alike).collect()
    };
    let (a, b) = (folded(a), folded(b));
    let length = a.chars().count();
    let differing = a.chars().zip(b.chars()).filter(|(a, b)| a != b).count();
    let misread = length == b.chars().count() && differing.saturating_mul(6) <= length;
    a.starts_with(&b) || b.starts_with(&a) || misread
}

/// True where every line of the documents of a kind takes part in a sum that is printed, so that no line can have been overlooked.
fn complete(papers: &Papers<'_>, kind: Kind, sums: &[(Field, Field)]) -> bool {
    let proven = |document: &Document| {
        sums.iter()
            .any(|(line, total)| document.field(*total).is_some() && arithmetic::column(document, *line).is_some())
    };
    papers.of(kind).all(proven)
}

/// Articles that one of the two papers knows and the other does not. Where both have strays, numbers were replaced or misread, and
/// where a sum does not come out, the missing line is told there.
pub fn unmatched(papers: &Papers<'_>) -> Vec<Hit> {
    let explained = [arithmetic::invoice_total, arithmetic::packing_totals, quantities::quantity];
    let amounts = [(Field::Amount, Field::TotalAmount), (Field::Amount, Field::SubtotalAmount)];
    let packed = [Field::PackageCount, Field::GrossWeightKg, Field::NetWeightKg].map(|field| (field, field));
    if explained.iter().any(|rule| !rule(papers).is_empty())
        || !complete(papers, Kind::CommercialInvoice, &amounts)
        || !complete(papers, Kind::PackingList, &packed)
    {
        return Vec::new();
    }
    let (Some(invoiced), Some(packed)) = (numbers(papers, Kind::CommercialInvoice), numbers(papers, Kind::PackingList))
    else {
        return Vec::new();
    };
    let strays = |said: &[Said<'_>], others: &[Said<'_>]| -> Vec<(String, Part)> {
        let known = |said: &&Said<'_>| others.iter().any(|other| near(said.value, other.value));
        said.iter().filter(|said| !known(said)).map(|said| (said.value.to_owned(), said.part())).collect()
    };
    let (unpacked, uninvoiced) = (strays(&invoiced, &packed), strays(&packed, &invoiced));
    let (strays, words) = match (unpacked.is_empty(), uninvoiced.is_empty()) {
        (false, true) => (unpacked, "invoiced but not on the packing list"),
        (true, false) => (uninvoiced, "packed but not on the invoice"),
        _ => return Vec::new(),
    };
    let names = listed(&strays.iter().map(|(number, _)| number.clone()).collect::<Vec<_>>());
    let verb = if strays.len() == 1 { "is" } else { "are" };
    let values = strays.into_iter().map(|(_, part)| part).collect();
    vec![Hit { explanation: format!("{names} {verb} {words}."), values, severity: None }]
}

/// Words that say nothing of what goods are.
const VAGUE: [&str; 34] = [
    "FAK",
    "FREIGHT",
    "ALL",
    "KINDS",
    "PARTS",
    "PART",
    "GENERAL",
    "CARGO",
    "MERCHANDISE",
    "GOODS",
    "SAID",
    "TO",
    "CONTAIN",
    "STC",
    "CONSOLIDATED",
    "CONSOLIDATION",
    "SAMPLES",
    "SAMPLE",
    "OF",
    "AND",
    "THE",
    "VARIOUS",
    "MIXED",
    "MISC",
    "MISCELLANEOUS",
    "ARTICLES",
    "PRODUCTS",
    "ITEMS",
    "COMMODITIES",
    "MATERIAL",
    "MATERIALS",
    "AS",
    "PER",
    "INVOICE",
];

/// Goods described by nothing but general words on a paper of the carriage or the filing.
pub fn vague(papers: &Papers<'_>) -> Vec<Hit> {
    let mut said =
        papers.said(&[(Kind::BillOfLading, Field::DescriptionOfGoods), (Kind::AirWaybill, Field::DescriptionOfGoods)]);
    said.extend(papers.lines(Kind::Isf, Field::Description));
    // Consolidations are described so on purpose: what is in them stands in the house waybills.
    let vague = |said: &&Said<'_>| {
        let words: Vec<String> = said
            .value
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_uppercase)
            .collect();
        let consolidated = words.iter().any(|word| word.starts_with("CONSOL"));
        !words.is_empty() && !consolidated && words.iter().all(|word| VAGUE.contains(&word.as_str()))
    };
    let found: Vec<&Said<'_>> = said.iter().filter(vague).collect();
    let Some(first) = found.first() else { return Vec::new() };
    let explanation =
        format!("\"{}\" on the {} does not say what the goods are.", first.value, name(first.document.kind));
    vec![Hit { explanation, values: found.iter().map(|said| said.part()).collect(), severity: None }]
}

/// An invoice whose goods are described in another script, without English beside it.
pub fn language(papers: &Papers<'_>) -> Vec<Hit> {
    let foreign = |text: &str| {
        let latin = text.chars().filter(char::is_ascii_alphabetic).count();
        let other = text.chars().filter(|c| c.is_alphabetic() && !c.is_ascii() && u32::from(*c) > 0x24F).count();
        other >= 2 && latin < 3
    };
    let untranslated = |invoice: &Document| {
        let described: Vec<(usize, &str)> = invoice
            .lines
            .iter()
            .enumerate()
            .filter_map(|(line, readings)| Some((line, readings.get(&Field::Description)?.value.one()?)))
            .collect();
        let strange: Vec<usize> = described.iter().filter(|(_, text)| foreign(text)).map(|(line, _)| *line).collect();
        let most = strange.len().saturating_mul(2) > described.len();
        most.then(|| Hit {
            explanation: format!("{} of {} lines describe goods without English.", strange.len(), described.len()),
            values: strange.iter().map(|line| super::papers::part(invoice, Field::Description, Some(*line))).collect(),
            severity: None,
        })
    };
    papers.of(Kind::CommercialInvoice).filter_map(untranslated).collect()
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn a_misread_number_is_no_other_article() {
        assert!(near("CZ-800701", "CZ8OO701") && near("CZ800701", "CZ800701-A"));
        assert!(!near("CZ800701", "CZ470FR02"));
    }
}

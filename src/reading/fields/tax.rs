//! The tax that an invoice adds to its goods. Rates, bases and tax numbers stand beside the same words, so an amount is taken only
//! where it leads from what the goods cost to the total that is printed.

use super::{Draft, Read, place, typed};
use crate::domain::packet::document::{Field, Reading, Readings, Value};
use crate::reading::page::Word;
use crate::reading::vocabulary::{Concept, fold, meaning};
use rust_decimal::Decimal;

/// Printed amounts are rounded by rate, so that sums may differ by some cents.
const SLACK: Decimal = rust_decimal::dec!(0.05);

/// Reads the tax, where the total includes one.
pub(super) fn tax(draft: &Draft<'_>, read: &mut Read) {
    drop_zeros(&mut read.fields);
    if read.fields.contains_key(&Field::TaxAmount) {
        return;
    }
    let value = |field: Field| decimal(read.fields.get(&field)?);
    let Some(total) = value(Field::TotalAmount) else { return };
    let labelled = amounts(draft, Concept::Tax);
    let found: Vec<Reading> = labelled.iter().cloned().chain(beside_the_word(draft)).collect();
    if let Some((whole, tax)) = beyond(draft, total, &found) {
        if let Some(net) = read.fields.insert(Field::TotalAmount, whole) {
            read.fields.entry(Field::SubtotalAmount).or_insert(net);
        }
        read.fields.insert(Field::TaxAmount, tax);
        return;
    }
    let or_zero = |field| value(field).unwrap_or_default();
    let charges = or_zero(Field::ChargesAmount) + or_zero(Field::FreightAmount) + or_zero(Field::InsuranceAmount);
    let extra = charges - or_zero(Field::DiscountAmount);
    let lines =
        read.lines.iter().try_fold(Decimal::ZERO, |sum, line| sum.checked_add(decimal(line.get(&Field::Amount)?)?));
    let goods = lines.filter(|_| !read.lines.is_empty());
    let named = [Concept::Subtotal, Concept::TaxBase, Concept::Total];
    let nets = named.into_iter().flat_map(|concept| amounts(draft, concept));
    let nets: Vec<Decimal> =
        nets.filter_map(|net| decimal(&net)).chain(goods).flat_map(|net| [net, net + extra]).collect();
    let fits = |tax: Decimal| nets.iter().any(|net| (net + tax - total).abs() <= SLACK);
    let one = found.iter().find(|reading| decimal(reading).is_some_and(|tax| fits(tax) && !tax.is_zero()));
    if let Some(reading) = one {
        read.fields.insert(Field::TaxAmount, reading.clone());
    } else if let Some(sum) =
        together(&labelled).filter(|sum| decimal(sum).is_some_and(|tax| fits(tax) && !tax.is_zero()))
    {
        read.fields.insert(Field::TaxAmount, sum);
    }
}

/// The total that a tax leads to from a sum that is called a total as well, and the tax.
fn beyond(draft: &Draft<'_>, total: Decimal, taxes: &[Reading]) -> Option<(Reading, Reading)> {
    let totals = amounts(draft, Concept::Total).into_iter().chain(amounts(draft, Concept::GrossTotal));
    let more = |reading: &Reading| decimal(reading).map(|whole| whole - total).filter(|more| !more.is_zero());
    let pairs = totals.filter_map(|whole| {
        let more = more(&whole)?;
        let tax = taxes.iter().find(|tax| decimal(tax) == Some(more))?;
        Some((whole, tax.clone()))
    });
    pairs.into_iter().next()
}

/// Sums of nothing say nothing.
fn drop_zeros(fields: &mut Readings) {
    for field in [Field::ChargesAmount, Field::DiscountAmount] {
        if fields.get(&field).and_then(decimal).is_some_and(|value| value.is_zero()) {
            fields.remove(&field);
        }
    }
}

fn decimal(reading: &Reading) -> Option<Decimal> {
    Decimal::from_str_exact(reading.value.one()?).ok()
}

/// Every amount beside or below a label of the concept.
fn amounts(draft: &Draft<'_>, concept: Concept) -> Vec<Reading> {
    let spots = draft.spots.iter().filter(|spot| spot.label.means(concept));
    let blocks = spots.flat_map(|spot| place::blocks(draft, spot));
    let amounts = blocks.filter_map(|(block, sure)| {
        let (value, raw, words) = typed::read(Field::TaxAmount, &block.lines, "", draft.conventions)?;
        Some(draft.reading(block.sheet, value, raw, &words, sure))
    });
    amounts.collect()
}

/// Every amount on a printed line that speaks of tax without a label: `Base 19 % VAT  198.00  37.62`.
fn beside_the_word(draft: &Draft<'_>) -> Vec<Reading> {
    let speaks = |word: &Word| {
        let known = meaning(&fold(&word.text)).is_some_and(|known| known.label.contains(&Concept::Tax));
        known && word.text.chars().all(|letter| letter.is_alphabetic() || letter == '.')
    };
    let mut found = Vec::new();
    for (at, sheet) in draft.sheets.iter().enumerate() {
        for line in sheet.lines().filter(|line| line.iter().any(|segment| segment.words.iter().any(speaks))) {
            for segment in line.iter().rev() {
                let read = typed::read(Field::TaxAmount, std::slice::from_ref(&segment.words), "", draft.conventions);
                if let Some((value, raw, words)) = read.filter(|(_, _, words)| words.len() == segment.words.len()) {
                    found.push(draft.reading(at, value, raw, &words, 0.9));
                }
            }
        }
    }
    found
}

/// The taxes of several rates as one, each taken once.
fn together(found: &[Reading]) -> Option<Reading> {
    let mut each: Vec<&Reading> = Vec::new();
    for reading in found {
        if !each.iter().any(|other| other.evidence == reading.evidence) {
            each.push(reading);
        }
    }
    let sum = each.iter().try_fold(Decimal::ZERO, |sum, reading| sum.checked_add(decimal(reading)?))?;
    let raw: Vec<&str> = each.iter().map(|reading| reading.raw.as_str()).collect();
    let confidence = each.iter().map(|reading| reading.confidence).reduce(f32::min)?;
    let evidence = each.iter().flat_map(|reading| reading.evidence.iter().cloned()).collect();
    (each.len() > 1).then(|| Reading { value: Value::One(sum.to_string()), raw: raw.join(" + "), confidence, evidence })
}

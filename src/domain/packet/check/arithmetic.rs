//! Sums that a document itself prints and that do not come out.

use super::Hit;
use super::papers::{Papers, decimal, part};
use crate::domain::packet::document::{Document, Field, Kind, Readings};
use crate::domain::packet::written;
use crate::domain::trade::{measure, money};
use rust_decimal::Decimal;

/// Quantity times unit price, line by line; one finding for a document.
pub fn line_amount(papers: &Papers<'_>) -> Vec<Hit> {
    papers.of(Kind::CommercialInvoice).filter_map(wrong_lines).collect()
}

fn wrong_lines(invoice: &Document) -> Option<Hit> {
    let wrong: Vec<(usize, Decimal, Decimal)> = invoice
        .lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| Some((at, product(line)?, decimal(line, Field::Amount)?)))
        .filter(|(at, _, amount)| !invoice.lines.get(*at).is_some_and(|line| fits(line, *amount)))
        .collect();
    let (first, product, amount) = wrong.first()?;
    let more = match wrong.len() {
        1 => String::new(),
        count => format!(" {} more lines are wrong in the same way.", count.saturating_sub(1)),
    };
    let line = invoice.lines.get(*first)?;
    let print = |field: Field| {
        written::bare(field, line.get(&field).and_then(|reading| reading.value.one()).unwrap_or_default())
    };
    Some(Hit {
        explanation: format!(
            "In line {} the quantity {} at a price of {} comes to {}, but the amount says {}.{more}",
            first.saturating_add(1),
            print(Field::Quantity),
            print(Field::UnitPrice),
            written::amount(product.round_dp(amount.scale())),
            written::amount(*amount),
        ),
        values: wrong
            .iter()
            .flat_map(|(at, _, _)| {
                [Field::Quantity, Field::UnitPrice, Field::Amount].map(|field| part(invoice, field, Some(*at)))
            })
            .collect(),
        severity: None,
    })
}

fn product(line: &Readings) -> Option<Decimal> {
    decimal(line, Field::Quantity)?.checked_mul(decimal(line, Field::UnitPrice)?)
}

fn fits(line: &Readings, amount: Decimal) -> bool {
    match (decimal(line, Field::Quantity), decimal(line, Field::UnitPrice)) {
        (Some(quantity), Some(price)) => money::is_product(quantity, price, amount),
        _ => true,
    }
}

/// Lines plus charges less discounts.
pub fn invoice_total(papers: &Papers<'_>) -> Vec<Hit> {
    papers.of(Kind::CommercialInvoice).filter_map(wrong_total).collect()
}

fn wrong_total(invoice: &Document) -> Option<Hit> {
    let header = |field| decimal(&invoice.fields, field);
    let amounts = all_lines(invoice, |line| decimal(line, Field::Amount));
    // A wrong line is a finding of its own; the total may be right all the same.
    let mended = all_lines(invoice, |line| {
        let amount = decimal(line, Field::Amount)?;
        if fits(line, amount) { Some(amount) } else { product(line).map(|product| product.round_dp(amount.scale())) }
    });
    let lines = invoice.lines.len();
    let adds_up = |total: Decimal| {
        let sums = [amounts, mended].into_iter().flatten();
        sums.fold(None, |found: Option<bool>, sum| Some(found.unwrap_or(false) || money::is_sum(sum, lines, total)))
    };
    let fields = [
        Field::SubtotalAmount,
        Field::FreightAmount,
        Field::InsuranceAmount,
        Field::ChargesAmount,
        Field::DiscountAmount,
        Field::TaxAmount,
        Field::TotalAmount,
    ];
    let values = || {
        fields
            .into_iter()
            .filter(|field| invoice.field(*field).is_some())
            .map(|field| part(invoice, field, None))
            .collect()
    };
    if let Some(subtotal) = header(Field::SubtotalAmount)
        && adds_up(subtotal) == Some(false)
    {
        let sum = amounts.unwrap_or_default();
        let (sum, subtotal) = (written::amount(sum), written::amount(subtotal));
        let explanation = format!("The {lines} lines come to {sum}, but the subtotal says {subtotal}.");
        return Some(Hit { explanation, values: values(), severity: None });
    }
    let total = header(Field::TotalAmount)?;
    let goods = header(Field::SubtotalAmount).or(amounts)?;
    let carriage =
        header(Field::FreightAmount).unwrap_or_default() + header(Field::InsuranceAmount).unwrap_or_default();
    let charges = header(Field::ChargesAmount).unwrap_or_default();
    let tax = header(Field::TaxAmount).unwrap_or_default();
    // What was taken off the prices is given back by an invoice that gives money back.
    let discount = header(Field::DiscountAmount).unwrap_or_default().abs()
        * if total < Decimal::ZERO { -Decimal::ONE } else { Decimal::ONE };
    // Under a C- or D-term freight and insurance are in the prices, and are shown only to be deducted from the duty value.
    let carried = invoice.value(Field::Incoterm).is_some_and(|term| term.starts_with(['C', 'D']));
    let ways = [Some(carriage), carried.then_some(Decimal::ZERO)];
    let right = ways.into_iter().flatten().any(|carriage| {
        let whole = total - (carriage + charges + tax - discount);
        if header(Field::SubtotalAmount).is_some() {
            money::is_sum(goods, 1, whole)
        } else {
            adds_up(whole) != Some(false)
        }
    });
    if right {
        return None;
    }
    let charges = carriage + charges;
    let sum = goods + charges + tax - discount;
    let taxed = if tax.is_zero() { String::new() } else { format!(", tax of {}", written::amount(tax)) };
    let [goods, charges, discount, sum, total] = [goods, charges, discount, sum, total].map(written::amount);
    let explanation = format!(
        "Goods of {goods}, charges of {charges}{taxed} and a discount of {discount} come to {sum}, but the total says {total}."
    );
    Some(Hit { explanation, values: values(), severity: None })
}

/// The sum over all lines; nothing where a line lacks the value, for then the sum says nothing.
fn all_lines(document: &Document, value: impl Fn(&Readings) -> Option<Decimal>) -> Option<Decimal> {
    if document.lines.is_empty() {
        return None;
    }
    document.lines.iter().map(value).try_fold(Decimal::ZERO, |sum, value| sum.checked_add(value?))
}

/// The sum of a column, where every line has it.
pub fn column(document: &Document, field: Field) -> Option<Decimal> {
    all_lines(document, |line| decimal(line, field))
}

/// The packing list's lines against its printed packages and weights.
pub fn packing_totals(papers: &Papers<'_>) -> Vec<Hit> {
    papers.of(Kind::PackingList).filter_map(|list| wrong_columns(list, "line")).collect()
}

/// The bill's containers against its printed packages and weight.
pub fn container_totals(papers: &Papers<'_>) -> Vec<Hit> {
    papers.of(Kind::BillOfLading).filter_map(|bill| wrong_columns(bill, "container")).collect()
}

fn wrong_columns(document: &Document, row: &str) -> Option<Hit> {
    let wrong: Vec<(Field, Decimal, Decimal)> = [Field::PackageCount, Field::NetWeightKg, Field::GrossWeightKg]
        .into_iter()
        .filter_map(|field| Some((field, column(document, field)?, decimal(&document.fields, field)?)))
        .filter(
            |(field, sum, total)| {
                if *field == Field::PackageCount { sum != total } else { !measure::weights_agree(*sum, *total) }
            },
        )
        .collect();
    if wrong.is_empty() {
        return None;
    }
    let count = document.lines.len();
    let rows = if count == 1 { format!("The one {row} has") } else { format!("The {count} {row}s add up to") };
    let told: Vec<String> = wrong
        .iter()
        .map(|(field, sum, total)| {
            let [sum, total] = [*sum, *total].map(written::amount);
            format!("{} {sum}, the total says {total}", written::inside(field.label()))
        })
        .collect();
    Some(Hit {
        explanation: format!("{rows}: {}.", told.join("; ")),
        values: wrong.iter().map(|(field, _, _)| part(document, *field, None)).collect(),
        severity: None,
    })
}

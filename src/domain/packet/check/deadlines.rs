//! What is due on the day on which the packet is judged. Without a day nothing here is judged; whether dates fit each other is asked in
//! `validity`.

use super::Hit;
use super::papers::{Papers, date, part};
use crate::domain::packet::document::{Document, Field, Kind};
use crate::domain::packet::written;

/// An invoice from the future.
pub fn future_invoice(papers: &Papers<'_>) -> Vec<Hit> {
    let Some(today) = papers.today else { return Vec::new() };
    let future = |invoice: &Document| {
        let dated = date(invoice, Field::InvoiceDate).filter(|dated| *dated > today)?;
        Some(Hit {
            explanation: format!("The invoice is dated {}; today is {}.", written::day(dated), written::day(today)),
            values: vec![part(invoice, Field::InvoiceDate, None)],
            severity: None,
        })
    };
    papers.of(Kind::CommercialInvoice).filter_map(future).collect()
}

/// A last free day that is over, today, or tomorrow.
pub fn last_free_day(papers: &Papers<'_>) -> Vec<Hit> {
    let Some(today) = papers.today else { return Vec::new() };
    let near = |notice: &Document| {
        let last = date(notice, Field::LastFreeDay)?;
        let days = last.signed_duration_since(today).num_days();
        let words = match days {
            ..0 => "is over",
            0 => "is today",
            1 => "is tomorrow",
            _ => return None,
        };
        Some(Hit {
            explanation: format!("The last free day, {}, {words}.", written::day(last)),
            values: vec![part(notice, Field::LastFreeDay, None)],
            severity: None,
        })
    };
    papers.of(Kind::ArrivalNotice).filter_map(near).collect()
}

/// The days that goods may lie without entry before they go to general order (19 CFR 4.37(a)).
const UNENTERED: i64 = 15;

/// Goods that go to general order today or tomorrow, or have gone.
pub fn general_order(papers: &Papers<'_>) -> Vec<Hit> {
    let Some(today) = papers.today else { return Vec::new() };
    let near = |notice: &Document| {
        let arrives = date(notice, Field::Eta)?;
        let lain = today.signed_duration_since(arrives).num_days();
        (lain >= UNENTERED.saturating_sub(1)).then(|| Hit {
            explanation: format!(
                "The goods are here since {}; goods without entry after {UNENTERED} days go to general order.",
                written::day(arrives)
            ),
            values: vec![part(notice, Field::Eta, None)],
            severity: None,
        })
    };
    papers.of(Kind::ArrivalNotice).find_map(near).into_iter().collect()
}

/// An ISF that is due within a day: lading is tomorrow or the day after.
pub fn filing_soon(papers: &Papers<'_>) -> Vec<Hit> {
    let Some(today) = papers.today else { return Vec::new() };
    let soon = |(document, field, lading): super::filing::Lading<'_>| {
        let days = lading.signed_duration_since(today).num_days();
        (1..=2).contains(&days).then(|| Hit {
            explanation: format!(
                "The vessel is laden on {}, so the ISF is due a day before; today is {}.",
                written::day(lading),
                written::day(today)
            ),
            values: vec![part(document, field, None)],
            severity: None,
        })
    };
    super::filing::lading(papers).and_then(soon).into_iter().collect()
}

//! Commercial invoices: what their labels and columns become, and what only an invoice prints without a label (19 CFR 141.86(a)).

#[cfg(test)]
mod tests;

use super::target::{Target, named};
use super::{Draft, LineTables, Plan, Read, Spot, place};
use crate::domain::packet::document::{Field, Kind, Readings, Value};
use crate::reading::layout::Sheet;
use crate::reading::layout::segment::Segment;
use crate::reading::page::Word;
use crate::reading::values::{date, incoterm, money};
use crate::reading::vocabulary::{Concept, Title, title};

pub(super) const SELLER: Target = Target::Party {
    name: Field::SellerName,
    address: Some(Field::SellerAddress),
    country: Some(Field::SellerCountry),
    sender: true,
};
pub(super) const BUYER: Target = Target::Party {
    name: Field::BuyerName,
    address: Some(Field::BuyerAddress),
    country: Some(Field::BuyerCountry),
    sender: false,
};

pub const PLAN: Plan = Plan {
    targets: &[
        (Concept::InvoiceNumber, Target::One(Field::InvoiceNumber), 1.0),
        (Concept::InvoiceNumberDate, Target::NumberAndDate(Field::InvoiceNumber, Field::InvoiceDate), 1.0),
        (Concept::InvoiceDate, Target::One(Field::InvoiceDate), 1.0),
        (Concept::Date, Target::One(Field::InvoiceDate), 0.9),
        (Concept::Seller, SELLER, 1.0),
        (Concept::Exporter, SELLER, 0.97),
        (Concept::Shipper, SELLER, 0.93),
        (Concept::Buyer, BUYER, 1.0),
        (Concept::Importer, BUYER, 0.9),
        (Concept::Consignee, named(Field::ConsigneeName), 1.0),
        (Concept::ShipTo, named(Field::ConsigneeName), 0.85),
        (Concept::Manufacturer, named(Field::ManufacturerName), 1.0),
        (Concept::Incoterm, Target::Incoterm, 1.0),
        (Concept::Incoterm, Target::PaymentInTerms, 0.9),
        (Concept::IncotermPlace, Target::One(Field::IncotermPlace), 0.95),
        (Concept::Currency, Target::One(Field::Currency), 1.0),
        (Concept::Subtotal, Target::One(Field::SubtotalAmount), 1.0),
        (Concept::Freight, Target::One(Field::FreightAmount), 1.0),
        (Concept::Insurance, Target::One(Field::InsuranceAmount), 1.0),
        (Concept::Discount, Target::One(Field::DiscountAmount), 1.0),
        (Concept::ChargesTotal, Target::One(Field::ChargesAmount), 1.0),
        (Concept::GrossTotal, Target::One(Field::TotalAmount), 1.2),
        (Concept::Total, Target::One(Field::TotalAmount), 1.0),
        (Concept::Due, Target::One(Field::TotalAmount), 0.82),
        (Concept::PoNumber, Target::One(Field::PoNumbers), 1.0),
        (Concept::Payment, Target::One(Field::PaymentTerms), 1.0),
        (Concept::Origin, Target::One(Field::CountryOfOrigin), 1.0),
        (Concept::GrossWeight, Target::One(Field::GrossWeightKg), 1.0),
        (Concept::NetWeight, Target::One(Field::NetWeightKg), 1.0),
        (Concept::Packages, Target::One(Field::PackageCount), 1.0),
        (Concept::Container, Target::One(Field::ContainerNumbers), 1.0),
        (Concept::BlNumber, Target::One(Field::BlNumber), 1.0),
        (Concept::VesselVoyage, Target::VesselVoyage, 1.0),
        (Concept::Vessel, Target::VesselVoyage, 0.98),
        (Concept::Voyage, Target::One(Field::Voyage), 1.0),
        (Concept::PortOfLoading, Target::One(Field::PortOfLoading), 1.0),
        (Concept::PortOfDischarge, Target::One(Field::PortOfDischarge), 1.0),
    ],
    columns: &[
        (Concept::LineNumber, Field::LineNumber),
        (Concept::Sku, Field::Sku),
        (Concept::Goods, Field::Description),
        (Concept::Hts, Field::HtsCode),
        (Concept::Origin, Field::CountryOfOrigin),
        (Concept::Quantity, Field::Quantity),
        (Concept::Unit, Field::Unit),
        (Concept::UnitPrice, Field::UnitPrice),
        (Concept::Amount, Field::Amount),
        (Concept::Item, Field::LineNumber),
        (Concept::Item, Field::Sku),
        (Concept::Item, Field::Description),
    ],
    totals: &[
        (Concept::Amount, Field::TotalAmount),
        (Concept::Packages, Field::PackageCount),
        (Concept::NetWeight, Field::NetWeightKg),
        (Concept::GrossWeight, Field::GrossWeightKg),
    ],
    lines: LineTables::Goods,
};

/// What an invoice prints without a label of its own.
pub fn finish(draft: &Draft<'_>, read: &mut Read) {
    currency(draft, &mut read.fields);
    free_incoterm(draft, &mut read.fields);
    titled_number(draft, &mut read.fields, Kind::CommercialInvoice, Field::InvoiceNumber, Field::InvoiceDate);
    free_date(draft, &mut read.fields, Field::InvoiceDate);
    super::tax_table::sums(draft, read);
    super::tax::tax(draft, read);
    super::letter::correspondents(draft, &mut read.fields);
}

/// Codes that are taken for a currency where no label says so; others are units, airports and words as well.
const COMMON: &[&str] = &[
    "USD", "EUR", "GBP", "CNY", "RMB", "JPY", "CAD", "AUD", "HKD", "SGD", "TWD", "KRW", "INR", "VND", "THB", "MXN",
    "BRL", "CHF", "SEK", "DKK", "NOK", "NZD", "IDR", "MYR", "PLN", "ZAR", "AED",
];

/// The currency that stands with the sums, the columns or the amounts, where no label names it.
pub fn currency(draft: &Draft<'_>, fields: &mut Readings) {
    if fields.contains_key(&Field::Currency) {
        return;
    }
    let sums =
        [Concept::GrossTotal, Concept::Due, Concept::Total, Concept::Subtotal, Concept::TotalCharges, Concept::Amount];
    let spots = draft
        .spots
        .iter()
        .filter(|spot| sums.iter().any(|sum| spot.label.means(*sum) || spot.label.meaning.column.contains(sum)));
    let in_labels = spots.filter_map(|spot| {
        Some((spot.sheet, draft.sheets.get(spot.sheet)?.segments.get(spot.segment)?.words.as_slice()))
    });
    let prices = [Concept::Amount, Concept::UnitPrice];
    let headings = draft.tables.iter().flat_map(|(sheet, table)| {
        let priced = table.columns.iter().filter(|column| prices.iter().any(|price| column.means(*price)));
        priced.map(|column| (*sheet, column.head.as_slice()))
    });
    let every = draft.sheets.iter().enumerate().flat_map(|(at, sheet)| {
        sheet
            .segments
            .iter()
            .filter(|segment| {
                segment.words.len() == 1
                    || segment.words.iter().any(|word| word.text.chars().any(|c| c.is_ascii_digit()))
            })
            .map(move |segment| (at, segment.words.as_slice()))
    });
    for (sure, (sheet, words)) in
        in_labels.chain(headings).map(|place| (0.95, place)).chain(every.map(|place| (0.85, place)))
    {
        for word in words {
            let bare = word.text.trim_matches(|letter: char| matches!(letter, '(' | ')' | ':' | ',' | '.'));
            let symbol: String = bare.chars().take_while(|letter| !letter.is_ascii_digit()).collect();
            let bare = bare.split('/').find(|part| money::currency(part).is_some()).unwrap_or(bare);
            let print =
                if symbol.is_empty() || !bare.chars().any(|c| c.is_ascii_digit()) { bare } else { symbol.trim() };
            let plain = COMMON.contains(&print) || !print.chars().all(|letter| letter.is_alphabetic());
            if let Some(code) = money::currency(print).filter(|_| plain) {
                let reading = draft.reading(
                    sheet,
                    Value::One(code.to_owned()),
                    print.to_owned(),
                    std::slice::from_ref(word),
                    sure,
                );
                fields.insert(Field::Currency, reading);
                return;
            }
        }
    }
}

/// A term of sale with its place that stands by itself.
fn free_incoterm(draft: &Draft<'_>, fields: &mut Readings) {
    if fields.contains_key(&Field::Incoterm) {
        return;
    }
    for (at, sheet) in draft.sheets.iter().enumerate() {
        for segment in &sheet.segments {
            let short = segment.words.len() <= 8;
            let Some((_, place)) = incoterm::incoterm(&segment.text()).filter(|_| short) else { continue };
            if place.chars().filter(|letter| letter.is_alphabetic()).count() < 3
                || place.chars().any(|letter| letter.is_ascii_digit())
            {
                continue;
            }
            let block = place::Block { sheet: at, lines: vec![segment.words.clone()], limit: None };
            for (field, mut reading) in
                Target::Incoterm.read(draft, &block, &Spot { sheet: at, segment: 0, label: blank() })
            {
                reading.confidence *= 0.8;
                fields.entry(field).or_insert(reading);
            }
            return;
        }
    }
}

/// A label that says nothing, for values that stand without one.
pub fn blank() -> crate::reading::layout::label::Label {
    static NOTHING: crate::reading::vocabulary::Meaning =
        crate::reading::vocabulary::Meaning { label: Vec::new(), column: Vec::new() };
    crate::reading::layout::label::Label {
        meaning: &NOTHING,
        rect: crate::reading::page::Rect { x0: 0.0, y0: 0.0, x1: 0.0, y1: 0.0 },
        colon: false,
        rest: Vec::new(),
        hint: String::new(),
        leads: true,
        numbered: false,
    }
}

/// A number that stands behind the title, and a date behind that: `INVOICE 4421`, `RECHNUNG Nr. 7 vom 05.03.2018`.
pub fn titled_number(draft: &Draft<'_>, fields: &mut Readings, kind: Kind, number: Field, day: Field) {
    let Some(sheet) = draft.sheets.first() else { return };
    for segment in sheet.segments.iter().take(40) {
        let words = &segment.words;
        let own = |folded: String| matches!(title(&folded), Some(Title::Kind(own)) if own == kind);
        let count = (1..words.len())
            .rev()
            .find(|count| words.get(..*count).map(crate::reading::layout::label::folded).is_some_and(own));
        let alone = own(crate::reading::layout::label::folded(words));
        let below = alone.then(|| numbered_below(sheet, segment)).flatten();
        let Some(mut rest) = count.and_then(|count| words.get(count..)).map(<[Word]>::to_vec).or(below) else {
            continue;
        };
        if rest.last().is_some_and(|word| dates(&word.text)) {
            // The date had no room beside what announces it.
            let next = sheet.segments.iter().find(|next| next.line == segment.line + 1);
            rest.extend(next.into_iter().flat_map(|next| next.words.iter().cloned()));
        }
        let rest = from_its_number(&rest);
        let bracketed = |word: &&Word| !(word.text.starts_with('(') && word.text.ends_with(')'));
        let rest: Vec<Word> = rest.iter().filter(bracketed).filter(|word| !marks_number(&word.text)).cloned().collect();
        let block = place::Block { sheet: 0, lines: vec![rest], limit: None };
        let found =
            Target::NumberAndDate(number, day).read(draft, &block, &Spot { sheet: 0, segment: 0, label: blank() });
        let own = found.iter().find(|(field, _)| *field == number).map(|(_, reading)| &reading.value);
        if fields.get(&number).is_some_and(|known| Some(&known.value) != own) {
            continue;
        }
        for (field, mut reading) in found {
            reading.confidence *= 0.88;
            fields.entry(field).or_insert(reading);
        }
        if fields.contains_key(&number) && fields.contains_key(&day) {
            return;
        }
    }
}

/// True for a word that a date follows.
fn dates(print: &str) -> bool {
    matches!(crate::reading::vocabulary::fold(print).as_str(), "vom" | "dated" | "du" | "del" | "dd" | "date" | "am")
}

/// What stands behind a title, from the word on that announces its number: `RECHNUNG des Absenders Nr. 7`. A number of what the
/// title is about is none: `RECHNUNG zum Vertrag Nr. 7`.
fn from_its_number(rest: &[Word]) -> &[Word] {
    const ABOUT: &[&str] = &["zu", "zum", "zur", "fur", "uber", "for", "pour", "per", "para", "voor", "regarding"];
    let fold = |word: &Word| crate::reading::vocabulary::fold(&word.text);
    let number = |word: &Word| matches!(fold(word).as_str(), "no" | "nr" | "number" | "num");
    let plain = rest.iter().take_while(|word| !number(word)).take(4);
    let count = plain.clone().count();
    let words = plain.clone().all(|word| {
        let bracketed = word.text.starts_with('(') && word.text.ends_with(')');
        bracketed || !word.text.chars().any(|letter| letter.is_ascii_digit() || matches!(letter, ',' | ':'))
    });
    let about = plain.clone().any(|word| ABOUT.contains(&fold(word).as_str()));
    let announced = rest.get(count).is_some_and(number);
    match (words && announced, about) {
        (true, false) => rest.get(count..).unwrap_or(rest),
        (true, true) => &[],
        _ => rest,
    }
}

/// What stands under a title behind a bare `No.:`, which is the title's own number.
fn numbered_below(sheet: &Sheet, title: &Segment) -> Option<Vec<Word>> {
    let near = sheet.segments.iter().filter(|segment| {
        let gap = segment.rect.y0 - title.rect.y1;
        (segment.rect.x0 - title.rect.x0).abs() < 4.0 && (-1.0..2.0 * title.size()).contains(&gap)
    });
    let bare = |words: &[Word]| {
        let [first, colon, ..] = words else { return false };
        let marked = first.text.ends_with(':') || colon.text.starts_with(':');
        let word = crate::reading::vocabulary::fold(&first.text);
        marked && matches!(word.as_str(), "no" | "nr" | "n" | "number" | "nummer" | "numero" | "num" | "numer")
    };
    let words = near.map(|segment| &segment.words).find(|words| bare(words))?;
    let rest: Vec<Word> = words.iter().skip(1).filter(|word| word.text != ":").cloned().collect();
    (!rest.is_empty()).then_some(rest)
}

/// Words that say that a number follows.
fn marks_number(print: &str) -> bool {
    matches!(
        crate::reading::vocabulary::fold(print).as_str(),
        "" | "no"
            | "nr"
            | "n"
            | "number"
            | "num"
            | "ref"
            | "vom"
            | "von"
            | "dated"
            | "of"
            | "du"
            | "del"
            | "van"
            | "di"
            | "de"
    )
}

/// A date that stands alone near the head of the page, where it is the only one.
pub fn free_date(draft: &Draft<'_>, fields: &mut Readings, day: Field) {
    if fields.contains_key(&day) {
        return;
    }
    let Some(sheet) = draft.sheets.first() else { return };
    let depth = if sheet.is_grid() { 180.0 } else { 0.4 * sheet.height };
    let top = sheet.segments.iter().filter(|segment| segment.rect.y0 < depth);
    let dated = top.filter_map(|segment| {
        let print = segment.text();
        // Letters print the town before the date.
        let day = print.split_once(',').filter(|(town, _)| !town.chars().any(|letter| letter.is_ascii_digit()));
        let prints = [Some(print.as_str()), day.map(|(_, day)| day)];
        let found = prints.into_iter().flatten().find_map(|print| date::date(print, draft.conventions.order));
        Some((segment, found?))
    });
    if let [(segment, value)] = dated.collect::<Vec<_>>().as_slice() {
        fields.insert(day, draft.reading(0, Value::One(value.clone()), segment.text(), &segment.words, 0.7));
    }
}

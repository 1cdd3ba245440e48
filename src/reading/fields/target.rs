//! What a label's block becomes: one field, or several that are printed together (a party, a vessel with its voyage, a term with
//! its place, a number with its date).

use super::party_block::parties;
use super::place::Block;
use super::typed;
use super::{Draft, Spot};
use crate::domain::packet::document::{Field, FieldType, Reading, Value};
use crate::reading::layout::ruling::Frame;
use crate::reading::layout::segment::{Segment, text};
use crate::reading::page::Word;
use crate::reading::values::{date, incoterm};

/// What a label's block becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    One(Field),
    Party {
        name: Field,
        address: Option<Field>,
        country: Option<Field>,
        sender: bool,
    },
    VesselVoyage,
    Incoterm,
    /// `Terms` may be those of payment: a print that speaks of days, drafts or transfers.
    PaymentInTerms,
    NumberAndDate(Field, Field),
    PlaceAndDate(Field),
    FreightTerms,
}

/// A party of which only the name is a field.
pub const fn named(name: Field) -> Target {
    Target::Party { name, address: None, country: None, sender: false }
}

impl Target {
    /// The fields that it may give.
    pub fn fields(self) -> Vec<Field> {
        match self {
            Self::One(field) | Self::PlaceAndDate(field) => vec![field],
            Self::Party { name, address, country, .. } => {
                [Some(name), address, country].into_iter().flatten().collect()
            }
            Self::VesselVoyage => vec![Field::Vessel, Field::Voyage],
            Self::Incoterm => vec![Field::Incoterm, Field::IncotermPlace],
            Self::NumberAndDate(number, date) => vec![number, date],
            Self::FreightTerms => vec![Field::FreightTerms],
            Self::PaymentInTerms => vec![Field::PaymentTerms],
        }
    }

    /// True for a party.
    pub fn is_party(self) -> bool {
        matches!(self, Self::Party { .. })
    }

    /// True for the party that issued the document.
    pub fn is_sender(self) -> bool {
        matches!(self, Self::Party { sender: true, .. })
    }

    /// The fields of a block; nothing where it cannot be what the label announces.
    pub fn read(self, draft: &Draft<'_>, block: &Block, spot: &Spot) -> Vec<(Field, Reading)> {
        let loose = !spot.label.rest.is_empty() && !spot.label.colon;
        match self {
            Self::One(field) => one(draft, block, spot, field, loose).into_iter().collect(),
            Self::Party { name, address, country, .. }
                if !(loose
                    || (spot.label.bare_direction() && spot.label.hint.trim().is_empty() && block.lines.len() < 2)) =>
            {
                parties(draft, block, name, address, country)
            }
            Self::Party { .. } => Vec::new(),
            Self::VesselVoyage if !loose => vessel(draft, block),
            Self::VesselVoyage => Vec::new(),
            Self::Incoterm => term(draft, block),
            Self::PaymentInTerms => payment(draft, block),
            Self::NumberAndDate(number, day) => number_and_date(draft, block, number, day),
            Self::PlaceAndDate(day) => place_and_date(draft, block, day),
            Self::FreightTerms => freight(draft, block),
        }
    }
}

fn one(draft: &Draft<'_>, block: &Block, spot: &Spot, field: Field, loose: bool) -> Option<(Field, Reading)> {
    let text_like = matches!(field.field_type(), FieldType::Text | FieldType::Party) && !typed::is_number_like(field);
    if loose && text_like {
        return None;
    }
    if matches!(field, Field::PortOfLoading | Field::PortOfDischarge)
        && spot.label.bare_direction()
        && (block.lines.len() > 1 || !spot.label.hint.trim().is_empty())
    {
        return None;
    }
    let goods: Vec<Vec<Word>>;
    let lines = if field == Field::DescriptionOfGoods {
        goods = goods_only(&block.lines);
        &goods
    } else {
        &block.lines
    };
    let (value, raw, words) = typed::read(field, lines, &spot.label.hint, draft.conventions)?;
    if unmeasured(spot, field, &raw) {
        return None;
    }
    // What is dated stands between: `Date of the last delivery 2020-11-10`.
    if loose && field.field_type() == FieldType::Date && words.first() != spot.label.rest.first() {
        return None;
    }
    let sure = typed::certainty(field, &value);
    Some((field, draft.reading(block.sheet, value, raw, &words, sure)))
}

/// True where a label runs into a number without a unit of two letters or more: `GW 2100 G` may be the plate of a truck.
pub fn unmeasured(spot: &Spot, field: Field, raw: &str) -> bool {
    let loose = !spot.label.rest.is_empty() && !spot.label.colon;
    let measured = matches!(field.field_type(), FieldType::Weight | FieldType::Volume);
    loose
        && measured
        && spot.label.hint.trim().is_empty()
        && raw.chars().filter(|letter| letter.is_alphabetic()).count() < 2
}

/// The lines of a goods box that name the goods: after `said to contain`, up to what a label announces.
fn goods_only(lines: &[Vec<Word>]) -> Vec<Vec<Word>> {
    let said = lines.iter().position(|line| {
        let folded = crate::reading::vocabulary::fold(&text(line));
        folded.ends_with("stc") || folded.ends_with("saidtocontain") || folded.ends_with("saidtobe")
    });
    let lines = lines.get(said.map_or(0, |at| at + 1)..).unwrap_or_default();
    let ends = lines.iter().position(|line| {
        let Some(segment) = Segment::new(line.clone(), 0, Frame::default()) else { return false };
        segment.labels().first().is_some_and(|label| {
            let rest = text(&label.rest);
            let typed = rest.chars().any(|letter| letter.is_ascii_digit()) || prepaid_or_collect(&rest).is_some();
            label.leads && !label.meaning.label.is_empty() && (label.colon || typed)
        })
    });
    lines.get(..ends.unwrap_or(lines.len())).unwrap_or_default().to_vec()
}

/// True for a voyage by its form: a few letters and digits, at least one digit.
fn is_voyage(print: &str) -> bool {
    let bare = print.trim_matches(|letter: char| !letter.is_alphanumeric());
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    digits >= 1
        && (2..=9).contains(&bare.chars().count())
        && bare.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

fn vessel(draft: &Draft<'_>, block: &Block) -> Vec<(Field, Reading)> {
    let Some(line) = block.lines.first() else { return Vec::new() };
    let whole = text(line);
    let reading = |field: Field, words: &[Word], value: &str| {
        let value = value.trim().trim_end_matches(['/', ',', '-']).trim().to_owned();
        (field, draft.reading(block.sheet, Value::One(value), text(words), words, 0.97))
    };
    let marked = line.iter().position(|word| {
        let bare = crate::reading::vocabulary::fold(&word.text);
        matches!(word.text.as_str(), "/" | "-" | "|" | ",") || matches!(bare.as_str(), "voy" | "voyage" | "v" | "voyno")
    });
    if let Some(at) = marked.filter(|at| *at > 0) {
        let (Some(left), Some(right)) = (line.get(..at), line.get(at + 1..)) else { return Vec::new() };
        let right: Vec<Word> = right
            .iter()
            .filter(|word| {
                !matches!(crate::reading::vocabulary::fold(&word.text).as_str(), "" | "voy" | "v" | "no" | "voyage")
            })
            .cloned()
            .collect();
        if let Some(voyage) = right.first().filter(|word| is_voyage(&word.text)) {
            return vec![
                reading(Field::Vessel, left, &text(left)),
                reading(
                    Field::Voyage,
                    std::slice::from_ref(voyage),
                    voyage.text.trim_matches(|c: char| !c.is_alphanumeric()),
                ),
            ];
        }
    }
    if let Some((last, before)) = line.split_last() {
        if let Some((ship, voyage)) = last.text.split_once('/').filter(|(_, voyage)| is_voyage(voyage)) {
            let cut = ship.len();
            let mut words: Vec<Word> = before.to_vec();
            words.push(crate::reading::layout::label::slice(last, 0, cut));
            let tail = crate::reading::layout::label::slice(last, cut + 1, last.text.len());
            words.retain(|word| !word.text.is_empty());
            return vec![reading(Field::Vessel, &words, &text(&words)), reading(Field::Voyage, &[tail], voyage)];
        }
        let bare = last.text.trim_start_matches("V.").trim_start_matches("v.");
        if !before.is_empty() && is_voyage(bare) && bare.chars().any(|letter| letter.is_ascii_digit()) {
            return vec![
                reading(Field::Vessel, before, &text(before)),
                reading(Field::Voyage, std::slice::from_ref(last), bare),
            ];
        }
    }
    if whole.chars().filter(|letter| letter.is_alphabetic()).count() >= 3 {
        vec![reading(Field::Vessel, line, &whole)]
    } else {
        Vec::new()
    }
}

fn term(draft: &Draft<'_>, block: &Block) -> Vec<(Field, Reading)> {
    let Some(line) = block.lines.first() else { return Vec::new() };
    let Some((term, place)) = incoterm::incoterm(&text(line)) else { return Vec::new() };
    let at = line.iter().position(|word| incoterm::incoterm(&word.text).is_some()).unwrap_or(0);
    let (before, after) = line.split_at_checked(at + 1).unwrap_or((line, &[]));
    let own: Vec<Word> = before.last().cloned().into_iter().collect();
    let mut read =
        vec![(Field::Incoterm, draft.reading(block.sheet, Value::One(term.to_owned()), text(&own), &own, 1.0))];
    if !place.is_empty() && place.chars().any(char::is_alphabetic) {
        let inside: Vec<Word> = after
            .iter()
            .filter(|word| place.contains(word.text.trim_matches(|letter: char| !letter.is_alphanumeric())))
            .cloned()
            .collect();
        read.push((Field::IncotermPlace, draft.reading(block.sheet, Value::One(place), text(&inside), &inside, 0.97)));
    }
    read
}

/// Terms of payment under a label that may announce terms of any sort.
fn payment(draft: &Draft<'_>, block: &Block) -> Vec<(Field, Reading)> {
    const WORDS: &[&str] = &[
        "net", "days", "day", "tt", "lc", "da", "dp", "oa", "payment", "advance", "deposit", "sight", "prepaid",
        "cash", "wire", "tage", "dias", "jours", "giorni", "dagen", "cad", "eom",
    ];
    let Some(line) = block.lines.first() else { return Vec::new() };
    let print = text(line);
    let speaks = line.iter().any(|word| WORDS.contains(&crate::reading::vocabulary::fold(&word.text).as_str()));
    if !speaks || incoterm::incoterm(&print).is_some() {
        return Vec::new();
    }
    vec![(Field::PaymentTerms, draft.reading(block.sheet, Value::One(print.clone()), print, line, 0.93))]
}

/// The words of a block that make a date, wherever they stand in it.
pub fn dated(draft: &Draft<'_>, block: &Block) -> Option<(String, Vec<Word>)> {
    block.lines.iter().take(3).find_map(|line| {
        for length in (1..=5.min(line.len())).rev() {
            for window in line.windows(length) {
                if let Some(day) = date::date(&text(window), draft.conventions.order) {
                    return Some((day, window.to_vec()));
                }
            }
        }
        None
    })
}

fn number_and_date(draft: &Draft<'_>, block: &Block, number: Field, day: Field) -> Vec<(Field, Reading)> {
    let mut read = Vec::new();
    let found = dated(draft, block);
    let used: Vec<Word> = found.as_ref().map(|(_, words)| words.clone()).unwrap_or_default();
    if let Some((value, words)) = found {
        read.push((day, draft.reading(block.sheet, Value::One(value), text(&words), &words, 0.95)));
    }
    let rest: Vec<Vec<Word>> = block
        .lines
        .iter()
        .map(|line| {
            line.iter()
                .filter(|word| !used.contains(word))
                .filter(|word| {
                    !matches!(
                        crate::reading::vocabulary::fold(&word.text).as_str(),
                        "" | "dated" | "date" | "dt" | "of" | "vom" | "issued" | "at" | "on" | "am"
                    )
                })
                .cloned()
                .collect()
        })
        .collect();
    if let Some((value, raw, words)) = typed::read(
        number,
        &rest.into_iter().filter(|line: &Vec<Word>| !line.is_empty()).collect::<Vec<_>>(),
        "",
        draft.conventions,
    ) {
        read.push((number, draft.reading(block.sheet, value, raw, &words, 0.95)));
    }
    read
}

fn place_and_date(draft: &Draft<'_>, block: &Block, day: Field) -> Vec<(Field, Reading)> {
    let found = dated(draft, block);
    found
        .map(|(value, words)| (day, draft.reading(block.sheet, Value::One(value), text(&words), &words, 0.95)))
        .into_iter()
        .collect()
}

/// Prepaid or collect, where a print says one and not the other.
pub fn prepaid_or_collect(print: &str) -> Option<&'static str> {
    let print = print.to_lowercase();
    let prepaid = ["prepaid", "ppd", "pre-paid", "pagado", "bezahlt", "payé", "预付", "franco"]
        .iter()
        .any(|word| print.contains(word));
    let collect =
        ["collect", "coll", "por cobrar", "nachnahme", "dû", "到付", "unfrei"].iter().any(|word| print.contains(word));
    match (prepaid, collect) {
        (true, false) => Some("prepaid"),
        (false, true) => Some("collect"),
        _ => None,
    }
}

fn freight(draft: &Draft<'_>, block: &Block) -> Vec<(Field, Reading)> {
    let Some(line) = block.lines.first() else { return Vec::new() };
    let print = text(line);
    let value = prepaid_or_collect(&print);
    value
        .map(|value| {
            (Field::FreightTerms, draft.reading(block.sheet, Value::One(value.to_owned()), print.clone(), line, 0.97))
        })
        .into_iter()
        .collect()
}

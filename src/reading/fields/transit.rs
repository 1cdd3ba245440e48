//! Transit declarations and their accompanying documents: what their boxes become, whether a number or words say what a box is. The
//! printed customs codes around a value (occurrence, kind of vehicle, party number) stay out of it.

mod prints;
mod span;

use super::place::{self, Block};
use super::target::{Target, dated, named, unmeasured};
use super::{Draft, LineTables, Plan, Read, Spot, add, checked, typed};
use crate::domain::packet::document::{Field, Reading, Readings, Value};
use crate::reading::layout::segment::{Segment, text};
use crate::reading::page::Word;
use crate::reading::values::code;
use crate::reading::vocabulary::{Concept, fold};
use span::words_of;

pub const PLAN: Plan = Plan {
    targets: &[
        (Concept::Mrn, Target::One(Field::Mrn), 1.0),
        (Concept::Lrn, Target::One(Field::Lrn), 1.0),
        (Concept::DeclarationType, Target::One(Field::DeclarationType), 1.0),
        (Concept::OfficeDeparture, Target::One(Field::OfficeOfDeparture), 1.0),
        (Concept::OfficeDestination, Target::One(Field::OfficeOfDestination), 1.0),
        (Concept::ReleaseDate, Target::One(Field::ReleaseDate), 1.0),
        (Concept::LimitDate, Target::One(Field::LimitDate), 1.0),
        (Concept::Holder, named(Field::HolderName), 1.0),
        (Concept::Shipper, named(Field::ConsignorName), 1.0),
        (Concept::Exporter, named(Field::ConsignorName), 0.9),
        (Concept::Consignee, named(Field::ConsigneeName), 1.0),
        (Concept::Packages, Target::One(Field::PackageCount), 1.0),
        (Concept::GrossWeight, Target::One(Field::GrossWeightKg), 1.0),
        (Concept::Container, Target::One(Field::ContainerNumbers), 1.0),
        (Concept::Seal, Target::One(Field::SealNumbers), 1.0),
        (Concept::Guarantee, Target::One(Field::GuaranteeReference), 1.0),
        (Concept::TransportIdentity, Target::One(Field::TransportIdentity), 1.0),
    ],
    columns: &[],
    totals: &[(Concept::Packages, Field::PackageCount), (Concept::GrossWeight, Field::GrossWeightKg)],
    lines: LineTables::Goods,
};

/// A value where it was found.
struct Found {
    sheet: usize,
    /// True where its label speaks of a total.
    total: bool,
    reading: Reading,
}

/// Reads the boxes anew: their values are printed with codes around them that other papers do not have.
pub fn finish(draft: &Draft<'_>, read: &mut Read) {
    let mut fields = Readings::new();
    let single: [(Field, &[Concept], Parse); 10] = [
        (Field::Mrn, &[Concept::Mrn], |draft, block, _| lines(draft, block, prints::mrn)),
        (Field::Lrn, &[Concept::Lrn], local_reference),
        (Field::DeclarationType, &[Concept::DeclarationType], |draft, block, _| {
            lines(draft, block, |text| prints::procedure(text).map(str::to_owned))
        }),
        (Field::OfficeOfDeparture, &[Concept::OfficeDeparture], office),
        (Field::OfficeOfDestination, &[Concept::OfficeDestination], office),
        (Field::ReleaseDate, &[Concept::ReleaseDate], day),
        (Field::LimitDate, &[Concept::LimitDate], day),
        (Field::HolderName, &[Concept::Holder], party),
        (Field::GuaranteeReference, &[Concept::Guarantee], |draft, block, _| {
            lines(draft, block, |text| prints::guarantee(text, false))
        }),
        (Field::TransportIdentity, &[Concept::TransportIdentity], identity),
    ];
    for (field, concepts, parse) in single {
        let best = found(draft, concepts, parse).into_iter().reduce(surer);
        fields.extend(best.map(|found| (field, found.reading)));
    }
    for (field, concepts) in [
        (Field::ConsignorName, [Concept::Shipper, Concept::Exporter].as_slice()),
        (Field::ConsigneeName, &[Concept::Consignee]),
    ] {
        fields.extend(agreed(found(draft, concepts, party)).map(|reading| (field, reading)));
    }
    for (concept, field) in PLAN.totals {
        let found = found(draft, &[*concept], measured(*field));
        fields.extend(sum(draft, *concept, *field, found).map(|reading| (*field, reading)));
    }
    without_labels(draft, &mut fields);
    listed(draft, &mut fields);
    *read = Read { fields, lines: Vec::new() };
}

type Parse = fn(&Draft<'_>, &Block, &Spot) -> Option<Reading>;

/// Boxes of the single administrative document whose number would be taken for a count of what their label names.
const COUNTED_BOXES: &[(&str, Concept)] = &[("6", Concept::Packages), ("35", Concept::GrossWeight)];

/// The labels of such boxes: `6 Total packages`.
fn counted_boxes(draft: &Draft<'_>) -> Vec<Spot> {
    let mut spots = Vec::new();
    for (at, sheet) in draft.sheets.iter().enumerate() {
        for (segment, place) in sheet.segments.iter().enumerate() {
            let Some((number, words)) = place.words.split_first() else { continue };
            let Some(rest) = Segment::new(words.to_vec(), place.line, place.frame) else { continue };
            let Some(label) = rest.labels().first().filter(|label| label.leads) else { continue };
            if COUNTED_BOXES.iter().any(|(own, concept)| *own == number.text && label.means(*concept)) {
                spots.push(Spot { sheet: at, segment, label: label.clone() });
            }
        }
    }
    spots
}

type ParseMany = fn(&str) -> Vec<String>;

/// What the labels of some concepts give, in the order printed.
fn found(draft: &Draft<'_>, concepts: &[Concept], parse: Parse) -> Vec<Found> {
    let boxes = counted_boxes(draft);
    let spots = draft.spots.iter().chain(&boxes);
    let spots = spots.filter(|spot| concepts.iter().any(|concept| spot.label.means(*concept)));
    let read = spots.filter_map(|spot| {
        let mut places =
            place::blocks(draft, spot).into_iter().chain(far_below(draft, spot).map(|block| (block, 0.85)));
        let (reading, sure) = places.find_map(|(block, sure)| Some((parse(draft, &block, spot)?, sure)))?;
        let reading = Reading { confidence: (reading.confidence * sure).min(0.99), ..reading };
        Some(Found { sheet: spot.sheet, total: speaks_of_total(draft, spot), reading })
    });
    read.collect()
}

/// What stands far below a label that is alone: some forms leave room in their boxes and draw them on two sides only.
fn far_below(draft: &Draft<'_>, spot: &Spot) -> Option<Block> {
    let sheet = draft.sheets.get(spot.sheet)?;
    let opens = draft.opens.get(spot.sheet)?;
    let label = sheet.segments.get(spot.segment).filter(|_| spot.label.alone())?;
    let reach = 4.5 * label.size();
    let (first, opens) = sheet
        .segments
        .iter()
        .zip(opens)
        .filter(|(segment, _)| segment.rect.y0 > label.rect.y1 && segment.rect.y0 - label.rect.y1 < reach)
        .filter(|(segment, _)| (segment.rect.x0 - label.rect.x0).abs() < 6.0)
        .min_by(|(a, _), (b, _)| a.rect.y0.total_cmp(&b.rect.y0))?;
    let ruled = sheet.ruling.divides(label.rect.y1, first.rect.y0, first.rect.x0 + 1.0);
    (!opens && !ruled).then(|| Block { sheet: spot.sheet, lines: vec![first.words.clone()], limit: None })
}

fn surer(before: Found, next: Found) -> Found {
    if next.reading.confidence > before.reading.confidence { next } else { before }
}

fn speaks_of_total(draft: &Draft<'_>, spot: &Spot) -> bool {
    const TOTALS: &[&str] = &["total", "gesamt", "totaal", "razem", "ogolem", "laczna", "lacznie", "suma"];
    let segment = draft.sheets.get(spot.sheet).and_then(|sheet| sheet.segments.get(spot.segment));
    let print = segment.map(|segment| fold(&segment.text())).unwrap_or_default();
    TOTALS.iter().any(|word| print.contains(word))
}

/// The first line that holds such a value.
fn lines(draft: &Draft<'_>, block: &Block, parse: impl Fn(&str) -> Option<String>) -> Option<Reading> {
    let (value, line) = block.lines.iter().take(4).find_map(|line| Some((parse(&text(line))?, line)))?;
    Some(cut(draft, block.sheet, value, line))
}

/// A reading of a value, with the boxes of its own letters and digits in a line.
fn cut(draft: &Draft<'_>, sheet: usize, value: String, line: &[Word]) -> Reading {
    let words = words_of(line, &value);
    draft.reading(sheet, Value::One(value), text(&words), &words, 1.0)
}

fn local_reference(draft: &Draft<'_>, block: &Block, _: &Spot) -> Option<Reading> {
    let line = block.lines.first()?;
    let word = line.iter().find(|word| word.text.chars().any(|letter| letter.is_ascii_digit()))?;
    let at = word.text.trim_end_matches(['.', ';', ',']);
    let plain = at.len() <= 35 && code::document_number(at).is_some();
    plain.then(|| cut(draft, block.sheet, at.to_owned(), line))
}

fn office(draft: &Draft<'_>, block: &Block, spot: &Spot) -> Option<Reading> {
    let coded = |line: &&Vec<Word>| line.iter().any(|word| prints::is_office(&inner(&word.text)));
    let line = block.lines.iter().take(3).find(coded).or_else(|| block.lines.first().filter(|_| !loose(spot)))?;
    let print = text(line);
    let value = prints::office(&print)?;
    let sure = if coded(&line) { 1.0 } else { 0.93 };
    let reading = cut(draft, block.sheet, value.to_owned(), line);
    Some(Reading { confidence: reading.confidence * sure, ..reading })
}

/// A word without the number of its occurrence.
fn inner(word: &str) -> String {
    prints::bare(word).unwrap_or_default().to_owned()
}

/// True where words follow the label with nothing between: a sentence may start like a label.
fn loose(spot: &Spot) -> bool {
    !spot.label.rest.is_empty() && !spot.label.colon
}

fn day(draft: &Draft<'_>, block: &Block, _: &Spot) -> Option<Reading> {
    let (value, words) = dated(draft, block)?;
    Some(draft.reading(block.sheet, Value::One(value), text(&words), &words, 1.0))
}

/// The name of a party. The number under which customs know it stands before or beside it in many boxes.
fn party(draft: &Draft<'_>, block: &Block, spot: &Spot) -> Option<Reading> {
    let number = |word: &Word| {
        let folded = fold(&word.text);
        prints::is_party_number(&word.text)
            || matches!(folded.as_str(), "" | "no" | "nr" | "id" | "tin" | "eori" | "eorino" | "eorinr")
    };
    let first = block.lines.first()?;
    let numbered = first.iter().all(number);
    let beside =
        first.first().is_some_and(|word| word.rect.x0 > spot.label.rect.x1 && word.rect.beside(spot.label.rect) > 0.4);
    if numbered
        && beside
        && block.lines.iter().skip(1).all(|line| line.first().is_some_and(|word| word.rect.x0 > spot.label.rect.x1))
    {
        return None;
    }
    if loose(spot) && !numbered {
        return None;
    }
    let line = block.lines.iter().find(|line| !line.iter().all(number))?;
    let start = line.iter().take_while(|word| number(word)).count();
    let end = line.iter().rposition(|word| !number(word))?;
    let line = line.get(start..=end)?;
    let print = text(line);
    let value = prints::name(&print)?;
    Some(cut(draft, block.sheet, value.to_owned(), line))
}

fn identity(draft: &Draft<'_>, block: &Block, spot: &Spot) -> Option<Reading> {
    let line = block.lines.first().filter(|_| !loose(spot))?;
    let print = text(line);
    let value = prints::identity(&print)?;
    Some(cut(draft, block.sheet, value.to_owned(), line))
}

/// The parser of a count or a weight; a full stop may end its box.
fn measured(field: Field) -> Parse {
    fn read(draft: &Draft<'_>, block: &Block, spot: &Spot, field: Field) -> Option<Reading> {
        let mut line = block.lines.first()?.clone();
        if let Some(last) = line.last_mut() {
            let end = last.text.trim_end_matches(['.', ';']).len();
            *last = crate::reading::layout::label::slice(last, 0, end);
        }
        let (value, raw, words) = typed::read(field, &[line], &spot.label.hint, draft.conventions)?;
        (!unmeasured(spot, field, &raw)).then(|| draft.reading(block.sheet, value, raw, &words, 1.0))
    }
    match field {
        Field::PackageCount => |draft, block, spot| read(draft, block, spot, Field::PackageCount),
        _ => |draft, block, spot| read(draft, block, spot, Field::GrossWeightKg),
    }
}

/// The total of a declaration: what a totals row or a label of a total prints; else what stands alone on the first page that has any.
fn sum(draft: &Draft<'_>, concept: Concept, field: Field, found: Vec<Found>) -> Option<Reading> {
    let row = draft.tables.iter().filter(|(_, table)| table.lists_goods()).find_map(|(sheet, table)| {
        let rows = table.totals.iter().filter(|row| row.label == Some(Concept::Total));
        rows.filter_map(|row| draft.total(*sheet, table, row, concept, field)).next()
    });
    let (totals, items): (Vec<Found>, Vec<Found>) = found.into_iter().partition(|found| found.total);
    let labelled = totals.into_iter().next().map(|found| found.reading);
    labelled.or(row).or_else(|| agreed(items)).or_else(|| only_item(draft, concept, field))
}

/// What the one item of a goods table says of the whole.
fn only_item(draft: &Draft<'_>, concept: Concept, field: Field) -> Option<Reading> {
    let mut items = draft
        .tables
        .iter()
        .filter(|(_, table)| table.lists_goods())
        .flat_map(|(sheet, table)| table.items.iter().map(move |row| (*sheet, *table, row)));
    let ((sheet, table, row), None) = (items.next()?, items.next()) else { return None };
    draft.total(sheet, table, row, concept, field)
}

/// What all prints of the first page that has any say; nothing where they differ: then each is of one consignment or item only.
fn agreed(found: Vec<Found>) -> Option<Reading> {
    let sheet = found.first()?.sheet;
    let mut here = found.into_iter().filter(|found| found.sheet == sheet).map(|found| found.reading);
    let first = here.next()?;
    here.all(|other| other.value == first.value).then_some(first)
}

/// Numbers that their form alone gives away: the MRN under a barcode, a guarantee, and the procedure in a title or a box of its own.
fn without_labels(draft: &Draft<'_>, fields: &mut Readings) {
    let segments =
        || draft.sheets.iter().enumerate().flat_map(|(at, sheet)| sheet.segments.iter().map(move |s| (at, s)));
    let free = |parse: &dyn Fn(&str) -> Option<String>| {
        segments().find_map(|(at, segment)| {
            let value = parse(&segment.text())?;
            Some(Reading { confidence: 0.95, ..cut(draft, at, value, &segment.words) })
        })
    };
    let misread = |reading: &Reading| prints::sure_mrn(reading.value.one().unwrap_or_default()).is_none();
    if fields.get(&Field::Mrn).is_none_or(misread)
        && let Some(reading) = free(&prints::sure_mrn)
    {
        fields.insert(Field::Mrn, reading);
    }
    let mrn = fields.get(&Field::Mrn).and_then(|reading| reading.value.one()).unwrap_or_default().to_owned();
    if !fields.contains_key(&Field::GuaranteeReference)
        && let Some(reading) = free(&|text| prints::guarantee(text, true).filter(|number| !mrn.contains(number)))
    {
        fields.insert(Field::GuaranteeReference, reading);
    }
    if !fields.contains_key(&Field::DeclarationType) {
        let kinds = segments().filter(|(at, segment)| *at == 0 && (segment.words.len() == 1 || titled(segment)));
        let mut kinds = kinds.filter_map(|(at, segment)| {
            let value = prints::procedure(&segment.text()).filter(|kind| kind.len() > 1)?.to_owned();
            Some(Reading { confidence: 0.93, ..cut(draft, at, value, &segment.words) })
        });
        let first = kinds.next();
        let same = first.filter(|first| kinds.all(|other| other.value == first.value));
        fields.extend(same.map(|reading| (Field::DeclarationType, reading)));
    }
}

/// True for the title of a transit document with the procedure in it.
fn titled(segment: &Segment) -> bool {
    let print = fold(&segment.text());
    segment.words.len() <= 8
        && ["transit", "versand", "douanevervoer", "tranzyt"].iter().any(|word| print.contains(word))
}

/// Containers and seals: behind their labels, in columns of tables, and containers wherever their check digit gives them away.
fn listed(draft: &Draft<'_>, fields: &mut Readings) {
    let mut many = |sheet: usize, field: Field, values: Vec<String>, line: &[Word]| {
        for value in values {
            let reading = cut(draft, sheet, value, line);
            let value = Value::Many(reading.value.all().to_vec());
            add(fields, field, Reading { value, confidence: 0.97 * reading.confidence, ..reading });
        }
    };
    let lists: [(Concept, Field, ParseMany); 2] = [
        (Concept::Container, Field::ContainerNumbers, code::containers),
        (Concept::Seal, Field::SealNumbers, prints::seals),
    ];
    for (concept, field, parse) in lists {
        for spot in draft.spots.iter().filter(|spot| spot.label.means(concept)) {
            let read = |block: &Block| -> Vec<(Vec<String>, Vec<Word>)> {
                let lines = block.lines.iter().map(|line| (parse(&text(line)), line.clone()));
                lines.take_while(|(values, _)| !values.is_empty()).collect()
            };
            let blocks = place::blocks(draft, spot);
            let lines = blocks.iter().map(|(block, _)| read(block)).find(|lines| !lines.is_empty());
            for (values, line) in lines.unwrap_or_default() {
                many(spot.sheet, field, values, &line);
            }
        }
        for (sheet, table) in &draft.tables {
            let Some(column) = table.column(concept) else { continue };
            let cells = table.items.iter().filter_map(|row| row.cells.get(column));
            for line in cells.flatten() {
                many(*sheet, field, parse(&text(line)), line);
            }
        }
    }
    for (at, sheet) in draft.sheets.iter().enumerate() {
        for segment in &sheet.segments {
            let numbers = code::containers(&segment.text()).into_iter().filter(|number| checked(number)).collect();
            many(at, Field::ContainerNumbers, numbers, &segment.words);
        }
    }
    draft.parted_containers(fields);
}

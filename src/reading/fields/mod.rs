//! Fields and lines of a document: each kind says which labels and columns make which fields; geometry finds the values, typed
//! parsers judge them, and the best candidate wins. What is not printed is absent.

mod air_waybill;
mod arrival_notice;
mod bill_of_lading;
pub mod by_hand;
mod invoice;
mod isf;
mod letter;
mod lines;
mod packing_list;
mod party_block;
mod place;
mod proof;
mod target;
mod tax;
mod tax_table;
mod transit;
mod typed;

use super::layout::Sheet;
use super::layout::label::Label;
use super::layout::table::{Row, Table};
use super::page::Word;
use super::values::date::Order;
use super::values::{Conventions, code, country};
use super::vocabulary::Concept;
use crate::domain::packet::document::{Field, Kind, Reading, Readings, Value};
use proof::{containing, evidence};
use target::Target;

/// What a kind reads: its header fields, best label first, and the fields of its lines.
pub struct Plan {
    pub targets: &'static [(Concept, Target, f32)],
    /// Columns to line fields, best first.
    pub columns: &'static [(Concept, Field)],
    /// Columns of a totals row to header fields.
    pub totals: &'static [(Concept, Field)],
    /// Which tables hold the lines.
    pub lines: LineTables,
}

/// Which tables hold a kind's lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineTables {
    Goods,
    Containers,
    None,
}

/// What was read of a document.
#[derive(Clone, Debug, Default)]
pub struct Read {
    pub fields: Readings,
    pub lines: Vec<Readings>,
}

/// A label where it stands.
pub struct Spot {
    pub sheet: usize,
    pub segment: usize,
    pub label: Label,
}

/// A document while it is read.
pub struct Draft<'a> {
    pub sheets: &'a [Sheet],
    pub tables: Vec<(usize, &'a Table)>,
    pub spots: Vec<Spot>,
    /// For each segment of each sheet: true where a plain label opens it.
    pub opens: Vec<Vec<bool>>,
    pub conventions: Conventions,
    pub plan: &'static Plan,
}

fn plan(kind: Kind) -> Option<&'static Plan> {
    match kind {
        Kind::CommercialInvoice => Some(&invoice::PLAN),
        Kind::PackingList => Some(&packing_list::PLAN),
        Kind::BillOfLading => Some(&bill_of_lading::PLAN),
        Kind::AirWaybill => Some(&air_waybill::PLAN),
        Kind::Isf => Some(&isf::PLAN),
        Kind::ArrivalNotice => Some(&arrival_notice::PLAN),
        Kind::TransitDeclaration => Some(&transit::PLAN),
        Kind::Unknown => None,
    }
}

/// Reads the fields and lines of a document of a known kind. `file` is the order of day and month that the whole file shows.
pub fn read(kind: Kind, sheets: &[Sheet], tables: &[Vec<Table>], file: Option<Order>) -> Read {
    let Some(plan) = plan(kind) else { return Read::default() };
    let draft = Draft::new(plan, sheets, tables, file);
    let mut read = Read { fields: draft.header(), lines: lines::lines(&draft) };
    draft.sums(&mut read.fields);
    for (field, reading) in lines::repeated(&draft) {
        read.fields.entry(field).or_insert(reading);
    }
    draft.lists(kind, &mut read);
    match kind {
        Kind::CommercialInvoice => invoice::finish(&draft, &mut read),
        Kind::PackingList => packing_list::finish(&draft, &mut read),
        Kind::BillOfLading => bill_of_lading::finish(&draft, &mut read),
        Kind::AirWaybill => air_waybill::finish(&draft, &mut read),
        Kind::Isf => isf::finish(&draft, &mut read),
        Kind::ArrivalNotice => arrival_notice::finish(&draft, &mut read),
        Kind::TransitDeclaration => transit::finish(&draft, &mut read),
        Kind::Unknown => {}
    }
    read
}

impl<'a> Draft<'a> {
    fn new(plan: &'static Plan, sheets: &'a [Sheet], tables: &'a [Vec<Table>], file: Option<Order>) -> Self {
        let tables: Vec<(usize, &Table)> =
            tables.iter().enumerate().flat_map(|(at, tables)| tables.iter().map(move |table| (at, table))).collect();
        let taken = |sheet: usize, line: usize| {
            tables.iter().any(|(at, table)| {
                *at == sheet && plan.lines.takes(table) && (table.heading.contains(&line) || table.body.contains(&line))
            })
        };
        let mut spots = Vec::new();
        let mut opens = Vec::new();
        for (at, sheet) in sheets.iter().enumerate() {
            let mut opening = Vec::with_capacity(sheet.segments.len());
            for (segment, place) in sheet.segments.iter().enumerate() {
                let found = place.labels();
                opening.push(
                    found.first().is_some_and(|label| label.leads && label.plain() && !label.meaning.label.is_empty()),
                );
                if !taken(at, place.line) {
                    spots.extend(found.iter().cloned().map(|label| Spot { sheet: at, segment, label }));
                }
            }
            opens.push(opening);
        }
        let mut draft = Self { sheets, tables, spots, opens, conventions: Conventions::default(), plan };
        draft.conventions = draft.decide(file);
        draft
    }

    /// How this document writes numbers and dates: every word of it votes, the sender's country breaks a tie.
    fn decide(&self, file: Option<Order>) -> Conventions {
        let words = self.sheets.iter().flat_map(|sheet| &sheet.segments).flat_map(|segment| &segment.words);
        let sender =
            self.plan.targets.iter().filter(|(_, target, _)| target.is_sender()).find_map(|(concept, _, _)| {
                self.spots.iter().filter(|spot| spot.label.means(*concept)).find_map(|spot| {
                    let (block, _) = place::blocks(self, spot).into_iter().next()?;
                    let lines: Vec<String> = block.texts();
                    country::of_address(lines.iter().map(String::as_str))
                })
            });
        let sender = sender.or_else(|| self.letterhead());
        Conventions::of(words.map(|word| word.text.as_str()), file, sender)
    }

    /// The country of the letterhead: the lines above the first label.
    fn letterhead(&self) -> Option<&'static str> {
        let sheet = self.sheets.first()?;
        let opens = self.opens.first()?;
        let first = sheet
            .segments
            .iter()
            .zip(opens)
            .filter(|(segment, opens)| **opens && segment.line > 0)
            .map(|(segment, _)| segment.rect.y0);
        let limit = first.fold(0.3 * sheet.height, f32::min);
        let above = sheet.segments.iter().filter(|segment| segment.rect.y0 < limit);
        above
            .map(super::layout::segment::Segment::text)
            .find_map(|line| country::of_address(std::iter::once(line.as_str())))
    }

    /// The header fields: for each target the best candidate of all its labels.
    fn header(&self) -> Readings {
        let mut best: Vec<(f32, Field, Reading)> = Vec::new();
        for (concept, target, weight) in self.plan.targets {
            for spot in self.spots.iter().filter(|spot| spot.label.announces(*concept)) {
                let places = target
                    .is_party()
                    .then(|| place::section(self, spot))
                    .flatten()
                    .into_iter()
                    .chain(place::blocks(self, spot));
                let reach = if spot.label.bare_direction() { 1 } else { usize::MAX };
                for (block, sure) in places.take(reach) {
                    let read = target.read(self, &block, spot);
                    if read.is_empty() {
                        continue;
                    }
                    for (field, reading) in read {
                        let score = reading.confidence * sure * weight;
                        best.push((score, field, Reading { confidence: score.min(0.99), ..reading }));
                    }
                    break;
                }
            }
        }
        best.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut fields = Readings::new();
        for (_, field, reading) in best {
            match fields.get_mut(&field) {
                None => {
                    fields.insert(field, reading);
                }
                Some(before) if field.is_list() => merge(before, reading),
                Some(_) => {}
            }
        }
        fields
    }

    /// Sums that the totals rows of tables print under their columns.
    fn sums(&self, fields: &mut Readings) {
        for (sheet, table) in &self.tables {
            if !self.plan.lines.takes(table) {
                continue;
            }
            for row in table.totals.iter().filter(|row| row.label == Some(Concept::Total)) {
                for (concept, field) in self.plan.totals {
                    if let Some(reading) = self.total(*sheet, table, row, *concept, *field)
                        && fields.get(field).is_none_or(|before| before.confidence < reading.confidence)
                    {
                        fields.insert(*field, reading);
                    }
                }
            }
        }
    }

    fn total(&self, sheet: usize, table: &Table, row: &Row, concept: Concept, field: Field) -> Option<Reading> {
        let at = table.columns.iter().position(|column| column.concepts.first() == Some(&concept))?;
        let column = table.columns.get(at)?;
        let cell = row.cells.get(at)?;
        let (value, raw, words) = typed::read(field, cell, &column.hint, self.conventions)?;
        Some(self.reading(sheet, value, raw, &words, 0.96))
    }

    /// Lists that collect what the whole document prints: containers by their form, and what columns hold.
    fn lists(&self, kind: Kind, read: &mut Read) {
        let listed = self.plan.targets.iter().any(|(_, target, _)| target.fields().contains(&Field::ContainerNumbers));
        if listed && kind != Kind::TransitDeclaration {
            for (at, sheet) in self.sheets.iter().enumerate() {
                for segment in &sheet.segments {
                    let text = segment.text();
                    for number in code::containers(&text).into_iter().filter(|number| checked(number)) {
                        let known =
                            read.fields.get(&Field::BlNumber).is_some_and(|bill| bill.value.all().contains(&number));
                        if !known {
                            let words = containing(&segment.words, &number);
                            let reading = self.reading(
                                at,
                                Value::Many(vec![number]),
                                super::layout::segment::text(&words),
                                &words,
                                0.93,
                            );
                            add(&mut read.fields, Field::ContainerNumbers, reading);
                        }
                    }
                }
            }
        }
        if listed {
            self.parted_containers(&mut read.fields);
        }
        let gathered: [(Field, Field); 3] = [
            (Field::ContainerNumber, Field::ContainerNumbers),
            (Field::SealNumber, Field::SealNumbers),
            (Field::HtsCode, Field::HtsCodes),
        ];
        for (cell, list) in gathered {
            let wanted = self.plan.targets.iter().any(|(_, target, _)| target.fields().contains(&list));
            for reading in read.lines.iter().filter_map(|line| line.get(&cell)).filter(|_| wanted) {
                let many = Reading { value: Value::Many(reading.value.all().to_vec()), ..reading.clone() };
                add(&mut read.fields, list, many);
            }
        }
    }

    /// Containers whose letters stand in one box of a form and whose digits in the next.
    fn parted_containers(&self, fields: &mut Readings) {
        for (at, sheet) in self.sheets.iter().enumerate() {
            for pair in sheet.segments.windows(2) {
                let [left, right] = pair else { continue };
                let (Some(owner), Some(digits)) = (left.words.last(), right.words.first()) else { continue };
                let beside = left.line == right.line && digits.rect.x0 - owner.rect.x1 < 8.0 * owner.size;
                if !beside || owner.text.len() != 4 {
                    continue;
                }
                let words = [owner.clone(), digits.clone()];
                let print = super::layout::segment::text(&words);
                let numbers: Vec<String> =
                    code::containers(&print).into_iter().filter(|number| checked(number)).collect();
                if !numbers.is_empty() {
                    add(fields, Field::ContainerNumbers, self.reading(at, Value::Many(numbers), print, &words, 0.93));
                }
            }
        }
    }

    /// A reading with the boxes of its words.
    fn reading(&self, sheet: usize, value: Value, raw: String, words: &[Word], confidence: f32) -> Reading {
        let seen = words.iter().map(|word| word.confidence).fold(1.0, f32::min);
        let evidence = self.sheets.get(sheet).map(|sheet| evidence(sheet, words)).unwrap_or_default();
        Reading { value, raw, confidence: confidence * seen, evidence }
    }
}

impl LineTables {
    /// True where a table holds lines of this sort.
    pub fn takes(self, table: &Table) -> bool {
        match self {
            Self::Goods => table.lists_goods(),
            Self::Containers => table.lists_containers() && !table.lists_goods(),
            Self::None => false,
        }
    }
}

/// ISO 6346: the last digit checks the ten before it. Letters count from 10 and skip the multiples of 11.
fn checked(number: &str) -> bool {
    let mut sum = 0u32;
    let mut power = 1u32;
    for letter in number.chars().take(10) {
        let Some(value) = letter.to_digit(36) else { return false };
        let value = if value < 10 { value } else { value + value.saturating_sub(1) / 10 };
        sum += value * power;
        power *= 2;
    }
    number.chars().nth(10).and_then(|digit| digit.to_digit(10)) == Some(sum % 11 % 10)
}

/// Adds a reading to a list field, or starts it.
pub(super) fn add(fields: &mut Readings, field: Field, reading: Reading) {
    match fields.get_mut(&field) {
        Some(before) => merge(before, reading),
        None => {
            fields.insert(field, reading);
        }
    }
}

/// Adds the values of a list that are not in another yet, with their prints and places.
fn merge(before: &mut Reading, more: Reading) {
    let Value::Many(values) = &mut before.value else { return };
    let fresh: Vec<String> = more.value.all().iter().filter(|value| !values.contains(value)).cloned().collect();
    if fresh.is_empty() {
        return;
    }
    values.extend(fresh);
    before.raw = format!("{}, {}", before.raw, more.raw);
    before.confidence = before.confidence.min(more.confidence);
    for place in more.evidence {
        if !before.evidence.contains(&place) {
            before.evidence.push(place);
        }
    }
}

/// The document number that a page prints, letters and digits only: what tells two documents of a kind apart.
pub fn own_number(kind: Kind, sheet: &Sheet, tables: &[Table]) -> Option<String> {
    let plan = plan(kind)?;
    let field = match kind {
        Kind::CommercialInvoice => Field::InvoiceNumber,
        Kind::PackingList => Field::PackingListNumber,
        Kind::BillOfLading => Field::BlNumber,
        Kind::AirWaybill => Field::AwbNumber,
        Kind::ArrivalNotice => Field::ArrivalNoticeNumber,
        _ => return None,
    };
    let tables = [tables.to_vec()];
    let draft = Draft::new(plan, std::slice::from_ref(sheet), &tables, None);
    let value = draft.header().remove(&field)?;
    Some(super::vocabulary::fold(value.value.one()?))
}

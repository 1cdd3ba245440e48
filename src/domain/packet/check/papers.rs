//! The documents of a packet as the rules ask for them: by kind, without copies, house bills apart from their masters, and what
//! each says of one thing. It judges nothing.

use super::doubt::Judged;
use super::lists::Lists;
use crate::domain::client::Client;
use crate::domain::packet::document::{Document, Field, Kind, Readings};
use crate::domain::packet::result::Part;
use crate::domain::packet::written;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::str::FromStr;

/// The documents of one packet and the day on which they are judged.
pub struct Papers<'a> {
    /// Every document, in order.
    pub all: &'a [Document],
    /// Nothing where lateness is not to be judged.
    pub today: Option<NaiveDate>,
    /// What the loaded lists say of this packet.
    pub lists: &'a Lists,
    /// Whose packet it is, where the team has said what it expects of them.
    pub client: Option<&'a Client>,
    judged: &'a Judged<'a>,
    originals: Vec<&'a Document>,
}

/// One value as one document says it.
#[derive(Clone, Copy)]
pub struct Said<'a> {
    pub document: &'a Document,
    pub field: Field,
    /// From 0; nothing for a header field.
    pub line: Option<usize>,
    pub value: &'a str,
}

impl Said<'_> {
    /// The finding's part.
    pub fn part(&self) -> Part {
        part(self.document, self.field, self.line)
    }
}

/// The part of a finding that names a field of a document, with its value where there is one.
pub fn part(document: &Document, field: Field, line: Option<usize>) -> Part {
    let readings = line.map_or(Some(&document.fields), |line| document.lines.get(line));
    let value = readings.and_then(|readings| readings.get(&field)).map(|reading| reading.value.clone());
    Part { document: document.id.clone(), field: Some(field), line, value }
}

/// The part that names a document as a whole.
pub fn whole(document: &Document) -> Part {
    Part { document: document.id.clone(), field: None, line: None, value: None }
}

/// A decimal of a header or line.
pub fn decimal(readings: &Readings, field: Field) -> Option<Decimal> {
    Decimal::from_str(readings.get(&field)?.value.one()?).ok()
}

/// A date of a header.
pub fn date(document: &Document, field: Field) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(document.value(field)?, "%Y-%m-%d").ok()
}

/// The field that a document of a kind is known by.
pub const fn own_number(kind: Kind) -> Option<Field> {
    match kind {
        Kind::CommercialInvoice => Some(Field::InvoiceNumber),
        Kind::PackingList => Some(Field::PackingListNumber),
        Kind::BillOfLading | Kind::Isf => Some(Field::BlNumber),
        Kind::AirWaybill => Some(Field::AwbNumber),
        Kind::ArrivalNotice => Some(Field::ArrivalNoticeNumber),
        Kind::TransitDeclaration => Some(Field::Mrn),
        Kind::Unknown => None,
    }
}

/// True where the second document is the first again, or another version of it.
pub fn is_copy(first: &Document, second: &Document) -> bool {
    let number = |document: &Document| {
        let number = own_number(document.kind).and_then(|field| document.value(field)).map(plain);
        // Several house waybills travel under one number of their master.
        number.map(|number| (number, document.value(Field::HawbNumber).map(plain)))
    };
    let same_file = first.sha256 == second.sha256 && first.pages == second.pages && first.file != second.file;
    let same_number = number(first).is_some_and(|own| number(second).is_some_and(|other| own == other));
    first.kind == second.kind && first.kind != Kind::Unknown && (same_file || same_number)
}

/// Letters and digits in upper case: what is left of a number when its print is taken away.
pub fn plain(number: &str) -> String {
    number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

impl<'a> Papers<'a> {
    pub fn new(judged: &'a Judged<'a>, today: Option<NaiveDate>, lists: &'a Lists) -> Self {
        let all = judged.documents.as_ref();
        let mut originals: Vec<&Document> = Vec::new();
        for document in all.iter().filter(|document| document.kind != Kind::Unknown) {
            if !originals.iter().any(|earlier| is_copy(earlier, document)) {
                originals.push(document);
            }
        }
        Self { all, today, lists, client: None, judged, originals }
    }

    /// The same papers as a client's.
    #[must_use]
    pub fn of_client(mut self, client: Option<&'a Client>) -> Self {
        self.client = client;
        self
    }

    /// True where a document prints a value that was too hard to read to be judged: it is not missing.
    pub fn is_unread(&self, document: &Document, field: Field) -> bool {
        self.judged.is_unread(document, field)
    }

    /// The documents of a kind, without copies; of bills only those of the house where their master lies beside them.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &'a Document> + Clone {
        self.originals.iter().copied().filter(move |document| document.kind == kind && !self.is_master(document))
    }

    /// Every document of a known kind, without copies.
    pub fn known(&self) -> impl Iterator<Item = &'a Document> + Clone {
        self.originals.iter().copied()
    }

    pub fn has(&self, kind: Kind) -> bool {
        self.originals.iter().any(|document| document.kind == kind)
    }

    /// A bill that another bill of the packet names as its master.
    pub fn is_master(&self, document: &Document) -> bool {
        let number = document.value(Field::BlNumber).filter(|_| document.kind == Kind::BillOfLading);
        let names_it = |other: &&Document| {
            other.kind == Kind::BillOfLading && other.id != document.id && other.value(Field::MasterBlNumber) == number
        };
        number.is_some() && self.originals.iter().any(names_it)
    }

    /// What the headers of the given kinds say in the given fields.
    pub fn said(&self, places: &[(Kind, Field)]) -> Vec<Said<'a>> {
        let known = self.known().filter(|document| !self.is_master(document));
        known
            .flat_map(|document| {
                let fields = places.iter().filter(move |(kind, _)| *kind == document.kind).map(|(_, field)| *field);
                fields.flat_map(move |field| {
                    document.values(field).iter().map(move |value| Said { document, field, line: None, value })
                })
            })
            .collect()
    }

    /// What the lines of documents of a kind say in a field.
    pub fn lines(&self, kind: Kind, field: Field) -> Vec<Said<'a>> {
        self.of(kind)
            .flat_map(|document| {
                document.lines.iter().enumerate().filter_map(move |(line, readings)| {
                    let value = readings.get(&field)?.value.one()?;
                    Some(Said { document, field, line: Some(line), value })
                })
            })
            .collect()
    }

    /// What a document lists in a field of its header, and in the field of its lines that goes with it.
    pub fn listed(document: &'a Document, header: Field, line: Field) -> BTreeSet<&'a str> {
        let lines = document.lines.iter().filter_map(move |readings| readings.get(&line)?.value.one());
        document.values(header).iter().map(String::as_str).chain(lines).collect()
    }
}

/// Who says what, in words: `457W on the bill of lading, 547W on the ISF`.
pub fn told(said: &[Said<'_>]) -> String {
    let mut values: Vec<(String, Vec<String>)> = Vec::new();
    for said in said {
        let own = written::bare(said.field, said.value);
        let who = format!("the {}", name(said.document.kind));
        match values.iter_mut().find(|(value, _)| *value == own) {
            Some((_, names)) if names.contains(&who) => {}
            Some((_, names)) => names.push(who),
            None => values.push((own, vec![who])),
        }
    }
    let parts: Vec<String> = values.into_iter().map(|(value, who)| format!("{value} on {}", listed(&who))).collect();
    parts.join(", ")
}

/// Words in a row: `a, b and c`.
pub fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The kind in the middle of a sentence.
pub fn name(kind: Kind) -> String {
    written::inside(kind.label())
}

/// What is said, where any two of the sayings are not the same; nothing where all agree.
pub fn disagreement<'a>(said: Vec<Said<'a>>, same: impl Fn(&str, &str) -> bool) -> Option<Vec<Said<'a>>> {
    let differ = said.iter().enumerate().any(|(at, a)| said.iter().skip(at).any(|b| !same(a.value, b.value)));
    differ.then_some(said)
}

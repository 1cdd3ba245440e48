//! The loaded lists of the trade, as far as one packet asks for them: what to look up, and what was found. Where they are kept, and how
//! they came there, is not known here; without them the rules judge forms alone.

use crate::domain::packet::document::{Document, Field, Kind};
use crate::domain::packet::result::ListsUsed;
use crate::domain::trade::port::{Place, Port};
use crate::domain::trade::scac::{self, Carrier};
use crate::domain::trade::tariff::{self, Tariff};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// The fields that hold tariff numbers.
const TARIFF: [Field; 2] = [Field::HtsCode, Field::HtsCodes];
/// The fields that hold ports.
pub const PORTS: [Field; 2] = [Field::PortOfLoading, Field::PortOfDischarge];

/// What the documents of a packet print that a list can say something of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Six digits each.
    pub subheadings: BTreeSet<String>,
    pub ports: BTreeSet<String>,
    pub carriers: BTreeSet<String>,
    /// The day for which the lists must be in force: of arrival, of lading, or of the invoice. Without one the newest are meant.
    pub day: Option<NaiveDate>,
}

impl Wanted {
    /// Collects it from the documents.
    pub fn of(documents: &[Document]) -> Self {
        let all = |fields: &'static [Field]| {
            documents.iter().flat_map(move |document| {
                let readings = std::iter::once(&document.fields).chain(&document.lines);
                readings.flat_map(move |readings| fields.iter().filter_map(|field| readings.get(field)))
            })
        };
        let values = |fields| all(fields).flat_map(|reading| reading.value.all());
        let codes = values(&TARIFF).filter(|code| tariff::is_possible(code));
        Self {
            subheadings: codes.map(|code| tariff::subheading(code).to_owned()).collect(),
            ports: values(&PORTS).filter_map(|print| Port::read(print).code).collect(),
            carriers: values(&[Field::Scac]).filter(|code| scac::is_possible(code)).cloned().collect(),
            day: day(documents),
        }
    }
}

/// The day of the packet: the entry is made when the goods arrive.
fn day(documents: &[Document]) -> Option<NaiveDate> {
    let places = [
        (Kind::ArrivalNotice, Field::Eta),
        (Kind::Isf, Field::Eta),
        (Kind::AirWaybill, Field::FlightDate),
        (Kind::BillOfLading, Field::OnBoardDate),
        (Kind::CommercialInvoice, Field::InvoiceDate),
    ];
    places.into_iter().find_map(|(kind, field)| {
        documents
            .iter()
            .filter(|document| document.kind == kind)
            .find_map(|document| super::papers::date(document, field))
    })
}

/// A list as far as it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T> {
    /// What this edition is called, such as `in force from 2026-04-20`.
    pub edition: String,
    pub found: Vec<T>,
}

/// What the loaded lists say; nothing where one is not loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    pub tariff: Option<Tariff>,
    pub ports: Option<List<Place>>,
    pub carriers: Option<List<Carrier>>,
}

impl Lists {
    /// The port of a print, with the name that the list has for its code.
    pub fn port(&self, print: &str) -> Port {
        let port = Port::read(print);
        let place = port.code.as_ref().and_then(|code| {
            let places = self.ports.iter().flat_map(|list| &list.found);
            places.into_iter().find(|place| place.code == *code)
        });
        match place {
            Some(place) => port.listed_as(&place.name),
            None => port,
        }
    }

    /// What a result says of the lists it rests on.
    pub fn used(&self) -> ListsUsed {
        ListsUsed {
            tariff: self.tariff.as_ref().map(|list| list.edition.clone()),
            ports: self.ports.as_ref().map(|list| list.edition.clone()),
            carriers: self.carriers.as_ref().map(|list| list.edition.clone()),
        }
    }
}

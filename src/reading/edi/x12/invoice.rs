//! The invoice, transaction set 810.

use super::super::segment::Segment;
use super::super::{Corrupt, stated};
use super::{goods, parties, say_party};
use crate::domain::packet::document::{Field, Kind, Readings};
use crate::reading::stated::{Print, Stated, implied, say, weigh};

pub(super) fn read(segments: &[Segment<'_>]) -> Result<Stated, Corrupt> {
    let mut stated = stated(Kind::CommercialInvoice);
    let fields = &mut stated.fields;
    let mut line: Option<Readings> = None;
    let mut lines = Vec::new();
    for segment in segments {
        match segment.tag().as_ref() {
            "BIG" => {
                say(fields, Field::InvoiceDate, segment.print(1));
                say(fields, Field::InvoiceNumber, segment.print(2));
                say(fields, Field::PoNumbers, segment.print(4));
            }
            "CUR" => say(fields, Field::Currency, segment.print(2)),
            "ITD" => say(fields, Field::PaymentTerms, segment.print(12)),
            "FOB" if segment.text(4) == "01" => {
                say(fields, Field::Incoterm, segment.print(5));
                say(fields, Field::IncotermPlace, segment.print(7));
            }
            "REF" => {
                let field = match segment.text(1).as_str() {
                    "BM" => Field::BlNumber,
                    "PO" => Field::PoNumbers,
                    _ => continue,
                };
                say(fields, field, segment.print(2));
            }
            "IT1" => {
                lines.extend(line.replace(item(segment)?));
            }
            "PID" => {
                if let Some(line) = &mut line {
                    say(line, Field::Description, segment.print(5));
                }
            }
            "TDS" => say(fields, Field::TotalAmount, cents(segment, 1)),
            "SAC" => charge(fields, segment),
            "ISS" => {
                weigh(fields, Field::GrossWeightKg, segment.print(3), &segment.text(4));
                if matches!(segment.text(2).as_str(), "CT" | "CA" | "BX" | "PK" | "PL") {
                    say(fields, Field::PackageCount, segment.print(1));
                }
            }
            _ => {}
        }
    }
    lines.extend(line);
    sides(fields, segments);
    for line in lines {
        stated.line(line);
    }
    Ok(stated)
}

/// Seller, buyer and the others, best role first (X12 element 98).
fn sides(fields: &mut Readings, segments: &[Segment<'_>]) {
    let parties = parties(segments);
    let sides = [
        (["SE", "VN", "SU"].as_slice(), Field::SellerName, Some((Field::SellerAddress, Field::SellerCountry))),
        (["BY", "BT", "SO"].as_slice(), Field::BuyerName, Some((Field::BuyerAddress, Field::BuyerCountry))),
        (["CN", "UC", "ST"].as_slice(), Field::ConsigneeName, None),
        (["MF", "MA"].as_slice(), Field::ManufacturerName, None),
    ];
    for (roles, name, more) in sides {
        say_party(fields, name, &parties, roles);
        let party = roles.iter().find_map(|role| parties.iter().find(|party| party.function == *role));
        if let (Some(party), Some((address, country))) = (party, more) {
            party.address(fields, address);
            say(fields, country, party.country());
        }
    }
}

fn item(segment: &Segment<'_>) -> Result<Readings, Corrupt> {
    let mut line = Readings::new();
    say(&mut line, Field::LineNumber, segment.print(1));
    say(&mut line, Field::Quantity, segment.number(2, 0)?);
    say(&mut line, Field::Unit, segment.print(3));
    say(&mut line, Field::UnitPrice, segment.number(4, 0)?);
    goods(&mut line, segment, 6);
    Ok(line)
}

/// An allowance or a charge (X12 elements 248 and 1300).
fn charge(fields: &mut Readings, segment: &Segment<'_>) {
    let field = match (segment.text(1).as_str(), segment.text(2).as_str()) {
        ("C", "D240" | "D230") => Field::FreightAmount,
        ("C", "D980") => Field::InsuranceAmount,
        ("A", "C310") => Field::DiscountAmount,
        _ => return,
    };
    say(fields, field, cents(segment, 5));
}

/// An amount with two implied decimals.
fn cents(segment: &Segment<'_>, element: usize) -> Option<Print> {
    segment.as_print(implied(&segment.text(element), 2)?)
}

//! The invoice, INVOIC.

use super::super::segment::Segment;
use super::super::{Corrupt, Fault, stated};
use super::{Side, article, carriage, description, measured, party, place, reference};
use crate::domain::packet::document::{Field, Kind, Readings};
use crate::reading::stated::{Stated, say};

pub(super) fn read(segments: &[Segment<'_>]) -> Result<Stated, Corrupt> {
    let mut stated = stated(Kind::CommercialInvoice);
    let fields = &mut stated.fields;
    let mut line: Option<Readings> = None;
    let mut lines = Vec::new();
    let mut charge: Option<Field> = None;
    let mut closed = false;
    for segment in segments {
        let tag = segment.tag();
        match (tag.as_ref(), &mut line) {
            ("LIN", _) => {
                let mut next = Readings::new();
                say(&mut next, Field::LineNumber, segment.print(1));
                lines.extend(line.replace(next));
                if let Some(line) = &mut line {
                    article(line, segment);
                    say(line, Field::Sku, segment.at(3, 0));
                }
            }
            ("UNS", _) => {
                if closed {
                    return Err(segment.fault(Fault::Stray));
                }
                closed = true;
                lines.extend(line.take());
            }
            ("ALC", None) => charge = charged(segment),
            (_, Some(line)) => item(line, segment)?,
            _ => header(fields, segment, &mut charge)?,
        }
    }
    lines.extend(line);
    for line in lines {
        stated.line(line);
    }
    Ok(stated)
}

fn header(fields: &mut Readings, segment: &Segment<'_>, charge: &mut Option<Field>) -> Result<(), Corrupt> {
    match segment.tag().as_ref() {
        "BGM" => say(fields, Field::InvoiceNumber, segment.at(2, 0)),
        "DTM" if matches!(segment.component(1, 0).as_str(), "3" | "137") => {
            say(fields, Field::InvoiceDate, segment.at(1, 1));
        }
        // The number of this invoice is that of its BGM.
        "RFF" if segment.component(1, 0) != "IV" => reference(fields, segment),
        "NAD" => {
            let side: Side = match segment.text(1).as_str() {
                "SE" | "SU" => (Field::SellerName, Some((Field::SellerAddress, Field::SellerCountry))),
                "BY" => (Field::BuyerName, Some((Field::BuyerAddress, Field::BuyerCountry))),
                "CN" | "DP" | "ST" | "UC" => (Field::ConsigneeName, None),
                "MF" => (Field::ManufacturerName, None),
                _ => return Ok(()),
            };
            party(fields, segment, side);
        }
        "CUX" => say(fields, Field::Currency, segment.at(1, 1)),
        "PAT" => say(fields, Field::PaymentTerms, description(segment, 2, 3)),
        "TOD" => say(fields, Field::Incoterm, segment.at(3, 0)),
        "LOC" if segment.text(1) == "1" => {
            say(fields, Field::IncotermPlace, segment.at(2, 3).or_else(|| segment.at(2, 0)));
        }
        "LOC" => place(fields, segment),
        "TDT" => carriage(fields, segment),
        "EQD" if segment.text(1) == "CN" => say(fields, Field::ContainerNumbers, segment.at(2, 0)),
        "MEA" => measured(fields, segment),
        "PAC" => say(fields, Field::PackageCount, segment.print(1)),
        "ALI" => say(fields, Field::CountryOfOrigin, segment.print(1)),
        "MOA" => {
            let amount = segment.number(1, 1)?;
            let field = match (segment.component(1, 0).as_str(), charge.take()) {
                ("8" | "23" | "204", Some(field)) => field,
                ("39" | "77" | "128" | "86", _) => Field::TotalAmount,
                ("79", _) => Field::SubtotalAmount,
                ("64", _) => Field::FreightAmount,
                ("260", _) => Field::DiscountAmount,
                _ => return Ok(()),
            };
            say(fields, field, amount);
        }
        _ => {}
    }
    Ok(())
}

/// What an ALC segment charges or allows (UNTDID 5463 and 7161).
fn charged(segment: &Segment<'_>) -> Option<Field> {
    match (segment.text(1).as_str(), segment.component(5, 0).as_str()) {
        ("C", "FC") => Some(Field::FreightAmount),
        ("C", "IN") => Some(Field::InsuranceAmount),
        ("A", "DI" | "TD") => Some(Field::DiscountAmount),
        _ => None,
    }
}

fn item(line: &mut Readings, segment: &Segment<'_>) -> Result<(), Corrupt> {
    match segment.tag().as_ref() {
        "PIA" => article(line, segment),
        "IMD" => say(line, Field::Description, description(segment, 3, 3)),
        "QTY" => {
            let quantity = segment.number(1, 1)?;
            if segment.component(1, 0) == "47" {
                say(line, Field::Quantity, quantity);
                say(line, Field::Unit, segment.at(1, 2));
            }
        }
        "ALI" => say(line, Field::CountryOfOrigin, segment.print(1)),
        "PRI" => {
            let price = segment.number(1, 1)?;
            let of_one = matches!(segment.component(1, 4).as_str(), "" | "1");
            if of_one && matches!(segment.component(1, 0).as_str(), "AAA" | "INV" | "CAL" | "AAB") {
                say(line, Field::UnitPrice, price);
            }
        }
        "MOA" => {
            let amount = segment.number(1, 1)?;
            if matches!(segment.component(1, 0).as_str(), "203" | "66" | "38") {
                say(line, Field::Amount, amount);
            }
        }
        _ => {}
    }
    Ok(())
}

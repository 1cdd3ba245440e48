//! The invoice that a PDF carries inside (Factur-X, ZUGFeRD, XRechnung): the XML among its embedded files, and its values laid over
//! what the pages print. It reads no page; other attachments of a PDF are no documents.

use super::contradiction::contradictions;
use super::source::Limits;
use super::stated::{Stated, Unread};
use super::xml::{self, XmlError};
use crate::domain::packet::document::{Document, Field, Kind, Readings};
use flate2::read::ZlibDecoder;
use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Stream, String as PdfString};
use std::borrow::Cow;
use std::io::Read;

/// Files that are looked at, and how deep and wide their directory may be.
const FILES: usize = 32;
const DEPTH: usize = 8;
/// What one attached invoice may come to when unpacked.
const UNPACKED: u64 = 32 * 1024 * 1024;

/// What the files that a PDF carries say.
#[derive(Debug)]
pub enum Attached {
    /// None of them is an invoice, or means to be one.
    Nothing,
    Invoice(Box<Stated>),
    /// One that means to be an invoice could not be read, and no other was one.
    Unread(Unread),
}

/// The invoice among the files that a PDF carries.
pub fn invoice(pdf: &Pdf, limits: &Limits) -> Attached {
    let Some(root) = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) else { return Attached::Nothing };
    let mut found: Vec<Dict<'_>> = Vec::new();
    if let Some(associated) = root.get::<Array<'_>>("AF") {
        found.extend(associated.iter::<Dict<'_>>().take(FILES));
    }
    if let Some(tree) = root.get::<Dict<'_>>("Names").and_then(|names| names.get::<Dict<'_>>("EmbeddedFiles")) {
        named(&tree, DEPTH, &mut found);
    }
    let mut unread = None;
    for file in found.iter().take(FILES * 2) {
        match stated(file, limits) {
            Ok(Some(stated)) => return Attached::Invoice(Box::new(stated)),
            Ok(None) => {}
            Err(why) => unread = unread.or(Some(why)),
        }
    }
    unread.map_or(Attached::Nothing, Attached::Unread)
}

/// The invoice of one file; nothing where it does not mean to be one.
fn stated(file: &Dict<'_>, limits: &Limits) -> Result<Option<Stated>, Unread> {
    let name = name(file);
    let unread = |code, why: &str| Unread {
        code,
        rest: format!(
            "carries a file inside, {name}, {why}. The printed pages were read instead. Ask the sender for the file again."
        ),
    };
    let is_xml = name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("xml"));
    let bytes = match unpacked(file) {
        Ok(bytes) => bytes,
        Err(why) if is_xml => return Err(unread("attachment.unreadable", why)),
        Err(_) => return Ok(None),
    };
    let text = xml::decoded(&bytes);
    if !xml::may_be_invoice(&text) {
        // What is left of a damaged file may have lost the name of its standard.
        let lost = is_xml && !text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
        return if lost { Err(unread("attachment.unreadable", "that is damaged")) } else { Ok(None) };
    }
    match xml::read(&text, limits) {
        Ok(stated) => Ok(Some(stated)),
        Err(XmlError::NoInvoice { .. }) => Ok(None),
        Err(XmlError::Damaged { .. }) => Err(unread("attachment.unreadable", "that is damaged")),
        Err(XmlError::Dtd) => Err(unread("attachment.not_allowed", "that declares a document type (DTD)")),
        Err(XmlError::TooLarge) => Err(unread("attachment.too_large", "that holds more than is allowed")),
    }
}

/// What a file specification calls its file, without what could not be printed.
fn name(file: &Dict<'_>) -> String {
    let given = file.get::<PdfString<'_>>("UF").or_else(|| file.get::<PdfString<'_>>("F"));
    let bytes = given.map(|name| name.as_bytes().to_vec()).unwrap_or_default();
    let text = match bytes.as_slice() {
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        other => String::from_utf8_lossy(other).into_owned(),
    };
    let plain: String = text.chars().filter(|letter| !letter.is_control()).take(120).collect();
    if plain.trim().is_empty() { "without a name".to_owned() } else { plain.trim().to_owned() }
}

/// The files of a name tree, in its order.
fn named<'p>(tree: &Dict<'p>, depth: usize, found: &mut Vec<Dict<'p>>) {
    if let Some(names) = tree.get::<Array<'p>>("Names") {
        let mut entries = names.flex_iter();
        // Names and files take turns; a name is passed over by asking for the next file.
        for _ in 0..FILES * 2 {
            if let Some(file) = entries.next::<Dict<'p>>() {
                found.push(file);
            } else if entries.next::<hayro_syntax::object::Object<'p>>().is_none() {
                break;
            }
        }
    }
    if let (Some(kids), Some(depth)) = (tree.get::<Array<'p>>("Kids"), depth.checked_sub(1)) {
        for kid in kids.iter::<Dict<'p>>().take(FILES) {
            if found.len() < FILES * 2 {
                named(&kid, depth, found);
            }
        }
    }
}

/// The bytes of a file specification, stored plainly or deflated, within bounds; or what is wrong with them.
fn unpacked(file: &Dict<'_>) -> Result<Vec<u8>, &'static str> {
    let lost = "that is damaged";
    let streams = file.get::<Dict<'_>>("EF").ok_or(lost)?;
    let stream = streams.get::<Stream<'_>>("UF").or_else(|| streams.get::<Stream<'_>>("F")).ok_or(lost)?;
    let raw: Cow<'_, [u8]> = stream.raw_data();
    let mut bytes = Vec::new();
    let dictionary = stream.dict();
    let filters: Vec<Name<'_>> = match dictionary.get::<Array<'_>>("Filter") {
        Some(several) => several.iter::<Name<'_>>().collect(),
        None => dictionary.get::<Name<'_>>("Filter").into_iter().collect(),
    };
    // What a damaged stream gave before its end is kept: the XML itself says whether it is whole.
    let _ = match filters.as_slice() {
        [] => raw.take(UNPACKED.saturating_add(1)).read_to_end(&mut bytes),
        [only] if only.as_ref() == b"FlateDecode" => {
            ZlibDecoder::new(&*raw).take(UNPACKED.saturating_add(1)).read_to_end(&mut bytes)
        }
        _ => return Err("that is packed in a way that is not read"),
    };
    if u64::try_from(bytes.len()).is_ok_and(|size| size <= UNPACKED) {
        Ok(bytes)
    } else {
        Err("that unpacks to far more than is allowed")
    }
}

/// Says of the document that the invoice inside should have been laid over why it was not.
pub fn say_unread(documents: &mut [Document], name: &str, unread: &Unread) {
    let place = documents.iter().position(|document| document.kind == Kind::CommercialInvoice).unwrap_or(0);
    if let Some(document) = documents.get_mut(place) {
        document.problems.push(unread.problem(name));
    }
}

/// Lays the values of an attached invoice over those that the pages print: its own win, and what it does not say stays as printed.
/// A value that a page prints alike keeps its place on the page beside its line in the XML. `named` says of which documents a person
/// said what they are: none of those is made an invoice.
pub fn lay_over(documents: &mut [Document], named: &[bool], stated: Stated) {
    let alone = documents.len() == 1;
    let is_open = |at: usize| !named.get(at).copied().unwrap_or(false);
    let open = |(at, document): (usize, &Document)| is_open(at) && (document.kind == Kind::Unknown || alone);
    let place = documents
        .iter()
        .position(|document| document.kind == Kind::CommercialInvoice)
        .or_else(|| documents.iter().enumerate().position(open));
    let Some(document) = place.and_then(|place| documents.get_mut(place)) else { return };
    if document.kind != Kind::CommercialInvoice {
        document.fields.clear();
        document.lines.clear();
    }
    document.kind = Kind::CommercialInvoice;
    document.kind_confidence = 1.0;
    document.text_source = Some(stated.source);
    document.problems.extend(contradictions(&document.fields, &stated.fields));
    if stated.fields.contains_key(&Field::TotalAmount) {
        // Its total counts all that it charges and takes off; what a page seems to say besides is none of it.
        let parts = [
            Field::FreightAmount,
            Field::InsuranceAmount,
            Field::ChargesAmount,
            Field::DiscountAmount,
            Field::TaxAmount,
        ];
        document.fields.retain(|field, _| !parts.contains(field) || stated.fields.contains_key(field));
    }
    over(&mut document.fields, stated.fields);
    if !stated.lines.is_empty() {
        let printed = std::mem::take(&mut document.lines);
        let paired = printed.len() == stated.lines.len();
        let mut printed = printed.into_iter();
        for line in stated.lines {
            let mut below = printed.next().filter(|below| paired && same_line(below, &line)).unwrap_or_default();
            over(&mut below, line);
            document.lines.push(below);
        }
    }
}

fn over(printed: &mut Readings, stated: Readings) {
    for (field, mut reading) in stated {
        if let Some(below) = printed.remove(&field)
            && below.value == reading.value
        {
            reading.evidence.extend(below.evidence);
        }
        printed.insert(field, reading);
    }
}

/// True where a printed line and a stated one agree in what both say of amount and quantity.
fn same_line(printed: &Readings, stated: &Readings) -> bool {
    let mut both = [Field::Amount, Field::Quantity].into_iter().filter_map(|field| {
        let value = |line: &Readings| {
            let text = line.get(&field)?.value.one()?.to_owned();
            rust_decimal::Decimal::from_str_exact(&text).ok()
        };
        Some((value(printed)?, value(stated)?))
    });
    let first = both.next();
    first.is_some_and(|(a, b)| a == b) && both.all(|(a, b)| a == b)
}

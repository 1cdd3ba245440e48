//! The invoice that a PDF carries inside (Factur-X, ZUGFeRD, XRechnung): the XML among its embedded files, and its values laid over
//! what the pages print. It reads no page; other attachments of a PDF are no documents.

use super::contradiction::contradictions;
use super::source::Limits;
use super::stated::Stated;
use super::xml;
use crate::domain::packet::document::{Document, Field, Kind, Readings};
use flate2::read::ZlibDecoder;
use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Stream};
use std::borrow::Cow;
use std::io::Read;

/// Files that are looked at, and how deep and wide their directory may be.
const FILES: usize = 32;
const DEPTH: usize = 8;
/// What one attached invoice may come to when unpacked.
const UNPACKED: u64 = 32 * 1024 * 1024;

/// The invoice among the files that a PDF carries; nothing where none can be read.
pub fn invoice(pdf: &Pdf, limits: &Limits) -> Option<Stated> {
    let root = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())?;
    let mut found: Vec<Dict<'_>> = Vec::new();
    if let Some(associated) = root.get::<Array<'_>>("AF") {
        found.extend(associated.iter::<Dict<'_>>().take(FILES));
    }
    if let Some(tree) = root.get::<Dict<'_>>("Names").and_then(|names| names.get::<Dict<'_>>("EmbeddedFiles")) {
        named(&tree, DEPTH, &mut found);
    }
    found.iter().take(FILES * 2).find_map(|file| {
        let bytes = unpacked(file)?;
        let text = xml::decoded(&bytes);
        if xml::may_be_invoice(&text) { xml::read(&text, limits).ok() } else { None }
    })
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

/// The bytes of a file specification, stored plainly or deflated, within bounds.
fn unpacked(file: &Dict<'_>) -> Option<Vec<u8>> {
    let streams = file.get::<Dict<'_>>("EF")?;
    let stream = streams.get::<Stream<'_>>("UF").or_else(|| streams.get::<Stream<'_>>("F"))?;
    let raw: Cow<'_, [u8]> = stream.raw_data();
    let mut bytes = Vec::new();
    let dictionary = stream.dict();
    let filters: Vec<Name<'_>> = match dictionary.get::<Array<'_>>("Filter") {
        Some(several) => several.iter::<Name<'_>>().collect(),
        None => dictionary.get::<Name<'_>>("Filter").into_iter().collect(),
    };
    match filters.as_slice() {
        [] => {
            raw.take(UNPACKED.saturating_add(1)).read_to_end(&mut bytes).ok()?;
        }
        [only] if only.as_ref() == b"FlateDecode" => {
            // What a damaged stream gave before its end is kept: the XML itself says whether it is whole.
            let _ = ZlibDecoder::new(&*raw).take(UNPACKED.saturating_add(1)).read_to_end(&mut bytes);
        }
        _ => return None,
    }
    (u64::try_from(bytes.len()).ok()? <= UNPACKED).then_some(bytes)
}

/// Lays the values of an attached invoice over those that the pages print: its own win, and what it does not say stays as printed.
/// A value that a page prints alike keeps its place on the page beside its line in the XML.
pub fn lay_over(documents: &mut [Document], stated: Stated) {
    let alone = documents.len() == 1;
    let place = documents
        .iter()
        .position(|document| document.kind == Kind::CommercialInvoice)
        .or_else(|| documents.iter().position(|document| document.kind == Kind::Unknown || alone));
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

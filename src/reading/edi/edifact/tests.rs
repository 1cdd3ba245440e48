//! What the messages become, and which faults are found where.

use super::*;
use crate::domain::packet::document::{Evidence, Kind};
use proptest::prelude::*;

fn enclosed(message: &str) -> String {
    format!("UNB+UNOC:3+A+B+260602:1200+77'\n{message}UNZ+1+77'\n")
}

fn documents_of(bytes: &[u8]) -> Vec<Stated> {
    super::super::read(bytes, &Limits::default())
}

fn sentence(text: &str) -> String {
    let documents = documents_of(text.as_bytes());
    documents.first().and_then(|stated| stated.problem.clone()).map(|unread| unread.rest).unwrap_or_default()
}

fn holds(readings: &Readings, values: &[(Field, &str)]) {
    for (field, value) in values {
        let said = readings.get(field).map(|reading| reading.value.words());
        assert_eq!(said.as_deref(), Some(*value), "{field}");
    }
}

#[test]
fn an_invoic_is_an_invoice_with_its_lines() {
    let message = "UNH+1+INVOIC:D:96A:UN'\nBGM+380+INV?+7+9'\nDTM+137:20260602:102'\nRFF+ON:PO-1'\n\
        NAD+SE+++O?'Neill ?& S\u{f6}hne:GmbH+Hafenstr. 2+Hamburg++20457+DE'\nNAD+BY++Harbor Foods'\nCUX+2:EUR:4'\nTOD+3++FOB'\nLOC+1+DEHAM:139:6:Hamburg'\n\
        LIN+1++4711:SA'\nIMD+F++:::Fahrrad, Damen'\nQTY+47:2:PCE'\nALI+DE'\nMOA+203:1500,00'\nPRI+AAA:750'\nPIA+5+871200:HS'\n\
        UNS+S'\nMOA+79:1500,00'\nALC+C++++FC'\nMOA+8:30'\nMOA+39:1530,00'\nUNT+22+1'\n";
    let bytes: Vec<u8> = enclosed(message).chars().filter_map(|letter| u8::try_from(u32::from(letter)).ok()).collect();
    let documents = documents_of(&bytes);
    let [invoice] = documents.as_slice() else { return assert_eq!(documents.len(), 1) };
    assert_eq!(invoice.problem, None);
    holds(
        &invoice.fields,
        &[
            (Field::InvoiceNumber, "INV+7"),
            (Field::InvoiceDate, "2026-06-02"),
            (Field::SellerName, "O'Neill & Söhne GmbH"),
            (Field::SellerAddress, "Hafenstr. 2, Hamburg, 20457"),
            (Field::SellerCountry, "DE"),
            (Field::BuyerName, "Harbor Foods"),
            (Field::Incoterm, "FOB"),
            (Field::IncotermPlace, "Hamburg"),
            (Field::SubtotalAmount, "1500.00"),
            (Field::FreightAmount, "30"),
            (Field::TotalAmount, "1530.00"),
        ],
    );
    let line = invoice.lines.first().cloned().unwrap_or_default();
    holds(
        &line,
        &[
            (Field::Sku, "4711"),
            (Field::Description, "Fahrrad, Damen"),
            (Field::Quantity, "2"),
            (Field::UnitPrice, "750"),
            (Field::Amount, "1500.00"),
            (Field::HtsCode, "871200"),
            (Field::CountryOfOrigin, "DE"),
        ],
    );
    let proof = invoice.fields.get(&Field::InvoiceNumber).map(|reading| reading.evidence.clone());
    assert_eq!(proof, Some(vec![Evidence::Line { line: 3 }]));
}

#[test]
fn a_desadv_is_a_packing_list_and_an_iftmin_a_bill() {
    let desadv = "UNH+1+DESADV:D:96A:UN'BGM+351+PL-1+9'DTM+137:20260602:102'RFF+IV:INV-7'NAD+SU+++Supplier'NAD+ST+++Store'\
        EQD+CN+MSKU1234565'SEL+SL9'CPS+1'PAC+24++CT'MEA+PD+AAD+LBR:100'LIN+1++A1:SA'QTY+12:24:PCE'CNT+11:24'UNT+15+1'";
    let documents = documents_of(enclosed(desadv).as_bytes());
    let list = documents.first().map(|list| (list.kind, list.fields.clone(), list.lines.len()));
    let Some((kind, fields, lines)) = list else { return assert_eq!(documents.len(), 1) };
    assert_eq!((kind, lines), (Kind::PackingList, 1));
    holds(
        &fields,
        &[
            (Field::PackingListNumber, "PL-1"),
            (Field::InvoiceNumber, "INV-7"),
            (Field::PackageCount, "24"),
            (Field::GrossWeightKg, "45.359"),
            (Field::ContainerNumbers, "MSKU1234565"),
            (Field::SealNumbers, "SL9"),
        ],
    );
    let iftmin = "UNH+1+IFTMIN:D:99B:UN'BGM+340+X1+9'CPI+4++P'TDT+20+234N+1++MAEU:172:20+++9876543:146::POLAR STAR'\
        LOC+9+DEHAM:139:6:Hamburg'LOC+11+USNYC:139:6'RFF+BM:MEDU1234567'NAD+CZ+++Supplier'NAD+CN+++Store'\
        GID+1+24:CT'FTX+AAA+++Bicycles'MEA+AAE+G+KGM:300'EQD+CN+MSKU1234565+45G1'SEL+SL9'UNT+15+1'";
    let documents = documents_of(enclosed(iftmin).as_bytes());
    let Some(bill) = documents.first() else { return assert_eq!(documents.len(), 1) };
    assert_eq!(bill.problem, None);
    holds(
        &bill.fields,
        &[
            (Field::BlNumber, "MEDU1234567"),
            (Field::Vessel, "POLAR STAR"),
            (Field::Voyage, "234N"),
            (Field::PortOfLoading, "Hamburg"),
            (Field::PortOfDischarge, "USNYC"),
            (Field::FreightTerms, "prepaid"),
            (Field::GrossWeightKg, "300"),
            (Field::DescriptionOfGoods, "Bicycles"),
        ],
    );
    holds(&bill.lines.first().cloned().unwrap_or_default(), &[(Field::SealNumber, "SL9")]);
}

#[test]
fn other_messages_are_named_and_faults_are_found_where_they_are() {
    let good = "UNH+1+IFTSTA:D:00B:UN'UNT+2+1'";
    assert!(sentence(&enclosed(good)).contains("EDIFACT IFTSTA"));
    assert!(sentence(good).contains("EDIFACT IFTSTA"), "a message without its envelope");
    for (text, wanted) in [
        (enclosed("UNH+1+INVOIC:D'UNT+3+1'"), "segment 3 (UNT): it counts 3 segments where there are 2"),
        (enclosed("UNH+1+INVOIC:D'UNT+2+9'"), "its control number is 9, but 1 was opened"),
        (enclosed("UNH+1+INVOIC:D'"), "segment 2 (UNH): it is not closed"),
        (enclosed(good).replace("UNZ+1+77", "UNZ+1+78"), "(UNZ): its control number is 78, but 77 was opened"),
        (enclosed("UNH+1+INVOIC:D'LIN+1'QTY+47:1020A:EA'UNT+4+1'"), "segment 4 (QTY): 1020A is not a number"),
        ("UNA++++++UNB+UNOC'".to_owned(), "segment 1 (UNA): the marks"),
    ] {
        assert!(sentence(&text).contains(wanted), "{}", sentence(&text));
    }
}

#[test]
fn lines_wrapped_at_any_place_are_one_text() {
    let text = "UNB+UNOA:3+A+B+260602:1200+00\n77'UNH+1+INVOIC:D:97B:UN'BGM+38\n0+342\n459+9'UNT+3+1'UNZ+1+0\n077'\n";
    let documents = documents_of(text.as_bytes());
    let number = documents.first().and_then(|invoice| invoice.fields.get(&Field::InvoiceNumber)?.value.one());
    assert_eq!(number, Some("342459"), "{}", sentence(text));
}

proptest! {
    #[test]
    fn segments_written_again_are_the_file(
        body in proptest::collection::vec(prop_oneof!["[A-Z0-9+:?'\n ,]", "\\PC"], 0..200),
        una in any::<bool>(),
    ) {
        let file = format!("{}{}", if una { "UNA:+,? '\r\n" } else { "UNB+UNOC:3'" }, body.concat());
        if let Ok(cut) = parse(file.as_bytes(), &Limits::default()) {
            prop_assert_eq!(cut.write(), file.as_bytes());
        }
    }

    #[test]
    fn no_bytes_trouble_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..300), head in 0usize..3) {
        let head = ["UNA:+.? '", "UNB+UNOC:3+A+B+1:1+7'UNH+1+INVOIC:D'", ""].get(head).copied().unwrap_or_default();
        let file: Vec<u8> = head.bytes().chain(bytes).collect();
        let _ = documents_of(&file);
    }
}

//! What the transaction sets become, and which faults are found where.

use super::*;
use crate::domain::packet::document::{Evidence, Kind};
use proptest::prelude::*;

const ISA: &str =
    "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260602*1200*U*00401*000000001*0*P*>~\n";

fn enclosed(set: &str) -> String {
    format!("{ISA}GS*IN*A*B*20260602*1200*1*X*004010~\n{set}GE*1*1~\nIEA*1*000000001~\n")
}

fn documents_of(text: &str) -> Vec<Stated> {
    super::super::read(text.as_bytes(), &Limits::default())
}

fn sentence(text: &str) -> String {
    let documents = documents_of(text);
    documents.first().and_then(|stated| stated.problem.clone()).map(|unread| unread.rest).unwrap_or_default()
}

fn said(readings: &Readings) -> Vec<(Field, String)> {
    readings.iter().map(|(field, reading)| (*field, reading.value.words())).collect()
}

fn wanted(values: &[(Field, &str)]) -> Vec<(Field, String)> {
    values.iter().map(|(field, value)| (*field, (*value).to_owned())).collect()
}

#[test]
fn an_810_is_an_invoice_with_lines_and_implied_cents() {
    let set = "ST*810*0001~\nBIG*20260602*INV-7**PO-1~\nCUR*SE*USD~\nN1*SE*SELLER SA~\nN3*CALLE 4~\nN4*VIGO**36201*ES~\n\
               IT1*1*16*EA*12.34**UP*777*VP*SKU-1~\nPID*F****CRUNCHY CHIPS~\nTDS*19744~\nSAC*C*D240***2500~\nSE*11*0001~\n";
    let documents = documents_of(&enclosed(set));
    let [invoice] = documents.as_slice() else { return assert_eq!(documents.len(), 1) };
    let header = [
        (Field::InvoiceNumber, "INV-7"),
        (Field::InvoiceDate, "2026-06-02"),
        (Field::SellerName, "SELLER SA"),
        (Field::SellerAddress, "CALLE 4, VIGO, 36201"),
        (Field::SellerCountry, "ES"),
        (Field::Currency, "USD"),
        (Field::FreightAmount, "25.00"),
        (Field::TotalAmount, "197.44"),
        (Field::PoNumbers, "PO-1"),
    ];
    assert_eq!(said(&invoice.fields), wanted(&header));
    let line = [
        (Field::LineNumber, "1"),
        (Field::Sku, "SKU-1"),
        (Field::Description, "CRUNCHY CHIPS"),
        (Field::Quantity, "16"),
        (Field::Unit, "EA"),
        (Field::UnitPrice, "12.34"),
    ];
    assert_eq!(invoice.lines.iter().map(said).collect::<Vec<_>>(), [wanted(&line)]);
    let proof = invoice.fields.get(&Field::TotalAmount).map(|reading| reading.evidence.clone());
    assert_eq!(proof, Some(vec![Evidence::Line { line: 11 }]));
}

#[test]
fn an_856_is_a_packing_list_of_its_items() {
    let set = "ST*856*0001~BSN*00*SHIP-1*20260602*1200~HL*1**S~TD1*CTN25*24****G*295.15625*LB~REF*BM*MEDU1234567~\
               TD3*CN*MSKU*1234565******SL-9~N1*SF*SUPPLIER~N1*ST*STORE~HL*2*1*O~PRF*PO-1~HL*3*2*I~LIN**VP*A1~SN1**24*EA~\
               HL*4*2*I~LIN**VP*A2~SN1**6*EA~SE*17*0001~";
    let documents = documents_of(&enclosed(set));
    let [list] = documents.as_slice() else { return assert_eq!(documents.len(), 1) };
    assert_eq!(list.kind, Kind::PackingList);
    let values = said(&list.fields);
    for value in wanted(&[
        (Field::PackingListNumber, "SHIP-1"),
        (Field::PackageCount, "24"),
        (Field::GrossWeightKg, "133.881"),
        (Field::ContainerNumbers, "MSKU1234565"),
        (Field::SealNumbers, "SL9"),
        (Field::ShipperName, "SUPPLIER"),
        (Field::ConsigneeName, "STORE"),
        (Field::PoNumbers, "PO-1"),
    ]) {
        assert!(values.contains(&value), "{value:?} in {values:?}");
    }
    let quantities: Vec<_> = list.lines.iter().filter_map(|line| line.get(&Field::Quantity)?.value.one()).collect();
    assert_eq!(quantities, ["24", "6"]);
}

#[test]
fn every_bill_of_a_309_is_a_document() {
    let set = "ST*309*0001~M10*MAEU*O*DK*9876543*POLAR STAR*234N~P4*2704*20260620~LX*1~M11*BILL0001*57035*24*CTN*300*K*2*X~\
               N1*SH*SUPPLIER~N1*CN*STORE~VID*CN*MSKU*1234565*SL9~N10*24*CHIPS~LX*2~M11*BILL0002*57035*6*CTN*100*L~SE*12*0001~";
    let bills = documents_of(&enclosed(set));
    let numbers: Vec<_> = bills.iter().filter_map(|bill| bill.fields.get(&Field::BlNumber)?.value.one()).collect();
    assert_eq!(numbers, ["BILL0001", "BILL0002"]);
    let weights: Vec<_> = bills.iter().filter_map(|bill| bill.fields.get(&Field::GrossWeightKg)?.value.one()).collect();
    assert_eq!(weights, ["300", "45.359"]);
    assert!(bills.iter().all(|bill| bill.fields.contains_key(&Field::Vessel)));
}

#[test]
fn other_sets_are_named_and_faults_are_found_where_they_are() {
    let good = "ST*315*0001~SE*2*0001~";
    assert!(sentence(&enclosed(good)).contains("X12 315"));
    for (text, wanted) in [
        (enclosed("ST*810*0001~SE*3*0001~"), "segment 4 (SE): it counts 3 segments where there are 2"),
        (enclosed("ST*810*0001~SE*2*0002~"), "segment 4 (SE): its control number is 0002, but 0001 was opened"),
        (enclosed("ST*810*0001~"), "segment 3 (ST): it is not closed"),
        (enclosed("SE*2*0001~"), "segment 3 (SE): it closes what was not opened"),
        (enclosed("BIG*1~"), "segment 3 (BIG): it stands outside of any message"),
        (enclosed(good).replace("IEA*1*", "IEA*2*"), "(IEA): it counts 2 groups where there are 1"),
        (enclosed(good).replace("GE*1*1", "GE*1*7"), "(GE): its control number is 7, but 1 was opened"),
        (enclosed("ST*810*0001~~SE*3*0001~"), "segment 4: it has no name"),
        (enclosed("ST*810*0001~IT1**12A*EA~SE*3*0001~"), "segment 4 (IT1): 12A is not a number"),
    ] {
        assert!(sentence(&text).contains(wanted), "{}", sentence(&text));
    }
}

#[test]
fn any_mark_may_end_a_segment() {
    for mark in ["~", "\n", "…", "'", "\r\n", "\u{1c}"] {
        let text = enclosed("ST*810*0001~BIG*20260602*INV-7~SE*3*0001~").replace('\n', "").replace('~', mark);
        let documents = documents_of(&text);
        let number = documents.first().and_then(|invoice| invoice.fields.get(&Field::InvoiceNumber)?.value.one());
        assert_eq!(number, Some("INV-7"), "{mark:?}: {:?}", sentence(&text));
    }
}

proptest! {
    #[test]
    fn segments_written_again_are_the_file(
        body in proptest::collection::vec(prop_oneof!["[A-Z0-9*>~\n ]", "\\PC"], 0..200),
        end in 0usize..4,
    ) {
        let end = ["~", "\n", "…", "'\r\n"].get(end).copied().unwrap_or_default();
        let file = format!("{}{end}GS*IN{end}{}", ISA.trim_end().trim_end_matches('~'), body.concat());
        if let Ok(cut) = parse(file.as_bytes(), &Limits::default()) {
            prop_assert_eq!(cut.write(), file.as_bytes());
        }
    }

    #[test]
    fn no_bytes_trouble_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..300), head in 0usize..3) {
        let head = [ISA, "ST*810*1~", ""].get(head).copied().unwrap_or_default();
        let file: Vec<u8> = head.bytes().chain(bytes).collect();
        let _ = super::super::read(&file, &Limits::default());
    }
}

//! The demo's own papers, read back: kinds, header fields, lines and findings of the invented shipments. What other papers print
//! is measured elsewhere.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may stop where its own preparation fails")]

use quayside::domain::packet::check::check;
use quayside::domain::packet::document::{Document, Field, Kind};
use quayside::domain::packet::result::Severity;
use quayside::print::invented::{SHIPMENTS, Shipment};
use quayside::reading::{NoOcr, number, read};

fn documents(shipment: &Shipment) -> Vec<Document> {
    let papers = shipment.papers().unwrap();
    number(papers.into_iter().map(|drawn| read(&drawn.file, drawn.pdf, &NoOcr, &mut |_, _| {})).collect())
}

fn tenths(value: u32) -> String {
    format!("{}.{}", value / 10, value % 10)
}

fn plain(print: &str) -> String {
    print.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn says(document: &Document, wanted: &[(Field, &str)]) {
    for (field, value) in wanted {
        let reading = document.field(*field).map(|reading| reading.value.words());
        assert_eq!(reading.as_deref(), Some(*value), "{} {field:?}", document.file);
    }
}

#[test]
fn every_paper_is_of_its_kind() {
    for shipment in &SHIPMENTS {
        let kinds: Vec<Kind> = documents(shipment).iter().map(|document| document.kind).collect();
        let drawn = [Kind::CommercialInvoice, Kind::PackingList, Kind::BillOfLading, Kind::ArrivalNotice, Kind::Isf];
        assert_eq!(kinds, drawn, "{}", shipment.name);
    }
}

#[test]
fn every_paper_says_who_what_and_where() {
    for shipment in &SHIPMENTS {
        let documents = documents(shipment);
        let container = plain(shipment.container);
        let ([seller, ..], [buyer, ..]) = (shipment.seller, shipment.buyer);
        let gross = tenths(shipment.sum(|goods| goods.gross_tenths));
        let voyage = [
            (Field::Vessel, shipment.vessel),
            (Field::Voyage, shipment.voyage),
            (Field::PortOfLoading, shipment.loading),
            (Field::PortOfDischarge, shipment.discharge),
        ];
        for document in &documents {
            says(document, &voyage);
        }
        let invoice = [
            (Field::InvoiceNumber, shipment.invoice),
            (Field::InvoiceDate, shipment.invoice_date),
            (Field::PoNumbers, shipment.order),
            (Field::SellerName, seller),
            (Field::BuyerName, buyer),
            (Field::Incoterm, "FOB"),
            (Field::IncotermPlace, shipment.loading),
            (Field::Currency, "USD"),
            (Field::GrossWeightKg, &gross),
            (Field::ContainerNumbers, &container),
        ];
        says(&documents[0], &invoice);
        let packing = [
            (Field::InvoiceNumber, shipment.invoice),
            (Field::PackingListDate, shipment.invoice_date),
            (Field::PoNumbers, shipment.order),
            (Field::ShipperName, seller),
            (Field::ConsigneeName, buyer),
            (Field::ContainerNumbers, &container),
            (Field::SealNumbers, shipment.seal),
        ];
        says(&documents[1], &packing);
        let bill = [
            (Field::BlNumber, shipment.bill),
            (Field::ShipperName, seller),
            (Field::ConsigneeName, buyer),
            (Field::ContainerNumbers, &container),
            (Field::SealNumbers, shipment.seal),
            (Field::GrossWeightKg, &gross),
            (Field::OnBoardDate, shipment.on_board),
            (Field::IssueDate, shipment.on_board),
            (Field::FreightTerms, "collect"),
        ];
        says(&documents[2], &bill);
        let notice = [
            (Field::BlNumber, shipment.bill),
            (Field::Eta, shipment.eta),
            (Field::ContainerNumbers, &container),
            (Field::GrossWeightKg, &gross),
        ];
        says(&documents[3], &notice);
        let isf = [
            (Field::ImporterOfRecordNumber, shipment.importer),
            (Field::BlNumber, shipment.bill),
            (Field::SellerName, seller),
            (Field::BuyerName, buyer),
            (Field::ManufacturerName, seller),
        ];
        says(&documents[4], &isf);
    }
}

#[test]
fn every_line_of_goods_is_read() {
    for shipment in &SHIPMENTS {
        let documents = documents(shipment);
        for document in [&documents[0], &documents[1], &documents[4]] {
            assert_eq!(document.lines.len(), shipment.goods.len(), "{}", document.file);
            for (line, goods) in document.lines.iter().zip(shipment.goods) {
                assert_eq!(line[&Field::Description].value.one(), Some(goods.description));
            }
        }
        for (line, goods) in documents[0].lines.iter().zip(shipment.goods) {
            let value = |field: Field| line[&field].value.one().map(str::to_owned);
            assert_eq!(value(Field::Sku).as_deref(), Some(goods.sku));
            assert_eq!(value(Field::HtsCode), Some(plain(goods.hts)));
            assert_eq!(value(Field::Quantity), Some(goods.pieces.to_string()));
            let cents = goods.price_cents;
            assert_eq!(value(Field::UnitPrice), Some(format!("{}.{:02}", cents / 100, cents % 100)));
        }
        for (line, goods) in documents[1].lines.iter().zip(shipment.goods) {
            let value = |field: Field| line[&field].value.one().map(str::to_owned);
            assert_eq!(value(Field::PackageCount), Some(goods.cartons.to_string()));
            assert_eq!(value(Field::NetWeightKg), Some(tenths(goods.net_tenths)));
            assert_eq!(value(Field::GrossWeightKg), Some(tenths(goods.gross_tenths)));
        }
    }
}

#[test]
fn what_is_wrong_on_purpose_is_found_and_nothing_else_is_critical() {
    let planted: [&[&str]; 3] = [&[], &["arithmetic.line_amount", "match.package_count"], &["valid.container_number"]];
    for (shipment, planted) in SHIPMENTS.iter().zip(planted) {
        let findings = check(&documents(shipment));
        let mut codes: Vec<&str> = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Critical)
            .map(|finding| finding.code.as_str())
            .collect();
        codes.sort_unstable();
        assert_eq!(codes, planted, "{}", shipment.name);
    }
}

//! One root cause, one finding: a whole shipment on paper that agrees, in which one thing at a time is made wrong.

use super::*;

const SHIPPER: &str = "Saebyeokdal Auto Corporation";
const BUYER: &str = "Vantage Mill Apparel LLC";

fn invoice() -> Document {
    let line = |sku, goods, code, quantity, price, amount| {
        vec![
            (F::Sku, sku),
            (F::Description, goods),
            (F::HtsCode, code),
            (F::CountryOfOrigin, "KR"),
            (F::Quantity, quantity),
            (F::Unit, "PCS"),
            (F::UnitPrice, price),
            (F::Amount, amount),
        ]
    };
    paper(
        K::CommercialInvoice,
        &[
            (F::InvoiceNumber, "HLG-2026-794"),
            (F::InvoiceDate, "2026-05-24"),
            (F::SellerName, SHIPPER),
            (F::SellerCountry, "KR"),
            (F::BuyerName, BUYER),
            (F::ConsigneeName, BUYER),
            (F::ManufacturerName, SHIPPER),
            (F::Incoterm, "FOB"),
            (F::Currency, "USD"),
            (F::TotalAmount, "32700.00"),
            (F::PoNumbers, "PO56139"),
            (F::PackageCount, "180"),
            (F::GrossWeightKg, "2480.00"),
            (F::NetWeightKg, "2200.00"),
            (F::ContainerNumbers, "AGYU7134626,KFNU6055091"),
            (F::Vessel, "TRANSVALE GLORY"),
            (F::Voyage, "442W"),
            (F::PortOfLoading, "Busan, South Korea"),
            (F::PortOfDischarge, "Norfolk, VA"),
        ],
        &[
            &line("CZ800701", "LED driving lamp, 7 in", "8512202040", "900", "22.00", "19800.00"),
            &line("CZ470FR02", "Suspension shock absorber", "8708801300", "430", "30.00", "12900.00"),
        ],
    )
}

fn packing_list() -> Document {
    let line = |sku, quantity, packages, net, gross, volume| {
        vec![
            (F::Sku, sku),
            (F::Quantity, quantity),
            (F::Unit, "PCS"),
            (F::PackageCount, packages),
            (F::NetWeightKg, net),
            (F::GrossWeightKg, gross),
            (F::VolumeM3, volume),
        ]
    };
    paper(
        K::PackingList,
        &[
            (F::PackingListNumber, "HLG-2026-794"),
            (F::InvoiceNumber, "HLG-2026-794"),
            (F::ShipperName, SHIPPER),
            (F::ConsigneeName, BUYER),
            (F::PoNumbers, "PO56139"),
            (F::PackageCount, "180"),
            (F::GrossWeightKg, "2480.00"),
            (F::NetWeightKg, "2200.00"),
            (F::VolumeM3, "7.200"),
            (F::ContainerNumbers, "AGYU7134626,KFNU6055091"),
        ],
        &[
            &line("CZ800701", "900", "75", "700.00", "800.00", "3.200"),
            &line("CZ470FR02", "430", "105", "1500.00", "1680.00", "4.000"),
        ],
    )
}

fn bill() -> Document {
    let line = |container, seal, packages, gross, volume| {
        vec![
            (F::ContainerNumber, container),
            (F::SealNumber, seal),
            (F::ContainerType, "40HC"),
            (F::PackageCount, packages),
            (F::GrossWeightKg, gross),
            (F::VolumeM3, volume),
        ]
    };
    paper(
        K::BillOfLading,
        &[
            (F::BlNumber, "TWLL36760421"),
            (F::MasterBlNumber, "BABL5850572869"),
            (F::Scac, "TWLL"),
            (F::ShipperName, SHIPPER),
            (F::ConsigneeName, BUYER),
            (F::Vessel, "TRANSVALE GLORY"),
            (F::Voyage, "442W"),
            (F::PortOfLoading, "Busan (KRPUS)"),
            (F::PortOfDischarge, "Norfolk (USORF)"),
            (F::OnBoardDate, "2026-06-02"),
            (F::FreightTerms, "collect"),
            (F::InvoiceNumber, "HLG-2026-794"),
            (F::DescriptionOfGoods, "LED driving lamps, shock absorbers"),
            (F::ContainerNumbers, "AGYU7134626,KFNU6055091"),
            (F::SealNumbers, "UM3428853,2529579"),
            (F::PackageCount, "180"),
            (F::GrossWeightKg, "2480.00"),
            (F::VolumeM3, "7.200"),
        ],
        &[
            &line("AGYU7134626", "UM3428853", "90", "1240.00", "3.600"),
            &line("KFNU6055091", "2529579", "90", "1240.00", "3.600"),
        ],
    )
}

fn isf() -> Document {
    let line = |code, goods| {
        vec![(F::ManufacturerName, SHIPPER), (F::CountryOfOrigin, "KR"), (F::HtsCode, code), (F::Description, goods)]
    };
    paper(
        K::Isf,
        &[
            (F::ImporterOfRecordNumber, "75-5228447"),
            (F::ConsigneeNumber, "75-5228447"),
            (F::ImporterName, BUYER),
            (F::SellerName, SHIPPER),
            (F::BuyerName, BUYER),
            (F::ShipToName, BUYER),
            (F::StuffingLocationName, SHIPPER),
            (F::ConsolidatorName, SHIPPER),
            (F::HtsCodes, "851220,870880"),
            (F::BlNumber, "TWLL36760421"),
            (F::MasterBlNumber, "BABL5850572869"),
            (F::Scac, "TWLL"),
            (F::Vessel, "TRANSVALE GLORY"),
            (F::Voyage, "442W"),
            (F::PortOfLoading, "Busan, South Korea"),
            (F::PortOfDischarge, "Norfolk, VA"),
            (F::Etd, "2026-06-02"),
            (F::Eta, "2026-06-21"),
            (F::ContainerNumbers, "AGYU7134626,KFNU6055091"),
            (F::PoNumbers, "PO56139"),
        ],
        &[&line("851220", "LED driving lamps"), &line("870880", "Shock absorbers")],
    )
}

fn arrival_notice() -> Document {
    paper(
        K::ArrivalNotice,
        &[
            (F::ArrivalNoticeNumber, "AN-078165"),
            (F::NoticeDate, "2026-06-18"),
            (F::ShipperName, SHIPPER),
            (F::ConsigneeName, BUYER),
            (F::BlNumber, "TWLL36760421"),
            (F::MasterBlNumber, "BABL5850572869"),
            (F::Scac, "TWLL"),
            (F::Vessel, "TRANSVALE GLORY"),
            (F::Voyage, "442W"),
            (F::PortOfLoading, "Busan (KRPUS)"),
            (F::PortOfDischarge, "Norfolk (USORF)"),
            (F::Eta, "2026-06-21"),
            (F::LastFreeDay, "2026-06-26"),
            (F::ContainerNumbers, "AGYU7134626,KFNU6055091"),
            (F::SealNumbers, "UM3428853,2529579"),
            (F::PackageCount, "180"),
            (F::GrossWeightKg, "2480.00"),
            (F::VolumeM3, "7.200"),
            (F::FreightTerms, "collect"),
        ],
        &[],
    )
}

fn by_sea() -> Vec<Document> {
    vec![invoice(), packing_list(), bill(), isf(), arrival_notice()]
}

fn by_air() -> Vec<Document> {
    let mut invoice = invoice();
    for ship in [F::ContainerNumbers, F::Vessel, F::Voyage, F::PortOfLoading, F::PortOfDischarge] {
        invoice.fields.remove(&ship);
    }
    invoice.fields.insert(F::Incoterm, reading(F::Incoterm, "FCA"));
    let mut list = packing_list();
    list.fields.remove(&F::ContainerNumbers);
    let waybill = paper(
        K::AirWaybill,
        &[
            (F::AwbNumber, "125-12345675"),
            (F::ShipperName, SHIPPER),
            (F::ConsigneeName, BUYER),
            (F::FlightNumber, "BA 216"),
            (F::FlightDate, "2026-06-02"),
            (F::PackageCount, "180"),
            (F::GrossWeightKg, "2480.00"),
            (F::FreightTerms, "collect"),
            (F::DescriptionOfGoods, "Lamps and shock absorbers"),
        ],
        &[],
    );
    vec![invoice, list, waybill]
}

/// One value made wrong; an empty text takes it away.
fn with(mut papers: Vec<Document>, kind: K, field: F, line: Option<usize>, text: &str) -> Vec<Document> {
    for document in papers.iter_mut().filter(|document| document.kind == kind) {
        let readings = match line {
            None => Some(&mut document.fields),
            Some(line) => document.lines.get_mut(line),
        };
        let Some(readings) = readings else { continue };
        if text.is_empty() {
            readings.remove(&field);
        } else {
            readings.insert(field, reading(field, text));
        }
    }
    papers
}

#[test]
fn a_shipment_that_agrees_raises_nothing() {
    assert_eq!(found("", by_sea()), NOTHING);
    assert_eq!(found("", by_air()), NOTHING);
}

#[test]
fn every_single_defect_is_one_finding() {
    use F::*;
    use K::*;
    let cases: &[(K, F, Option<usize>, &str, &str)] = &[
        (CommercialInvoice, Amount, Some(0), "19900.00", "arithmetic.line_amount"),
        (CommercialInvoice, TotalAmount, None, "32900.00", "arithmetic.invoice_total"),
        (CommercialInvoice, FreightAmount, None, "900.00", "arithmetic.invoice_total incoterm.charges"),
        (PackingList, GrossWeightKg, None, "2680.00", "arithmetic.packing_totals"),
        (PackingList, NetWeightKg, None, "2100.00", "arithmetic.packing_totals"),
        (PackingList, PackageCount, None, "190", "arithmetic.packing_totals"),
        (PackingList, PackageCount, Some(0), "85", "arithmetic.packing_totals"),
        (BillOfLading, GrossWeightKg, None, "2680.00", "arithmetic.container_totals"),
        (BillOfLading, GrossWeightKg, Some(0), "1440.00", "arithmetic.container_totals"),
        (BillOfLading, GrossWeightKg, Some(0), "31000.00", "arithmetic.container_totals"),
        (BillOfLading, PackageCount, None, "181", "arithmetic.container_totals"),
        (PackingList, InvoiceNumber, None, "HLG-2026-749", "match.invoice_number"),
        (CommercialInvoice, InvoiceNumber, None, "HLG-2026-749", "match.invoice_number"),
        (Isf, PoNumbers, None, "PO56193", "match.po_number"),
        (Isf, BlNumber, None, "TWLL36760412", "match.bl_number"),
        (ArrivalNotice, BlNumber, None, "TWLL36760412", "match.bl_number"),
        (ArrivalNotice, MasterBlNumber, None, "BABL5850572896", "match.bl_number"),
        (ArrivalNotice, ContainerNumbers, None, "AGYU7134626,MSKU1234565", "match.container_number"),
        (Isf, ContainerNumbers, None, "AGYU7134626", "match.container_number"),
        (PackingList, ContainerNumbers, None, "AGYU7134626,KFNU6055092", "valid.container_number"),
        (ArrivalNotice, SealNumbers, None, "UM3428853,2529597", "match.seal_number"),
        (ArrivalNotice, PackageCount, None, "181", "match.package_count"),
        (ArrivalNotice, GrossWeightKg, None, "2580.00", "match.gross_weight"),
        (ArrivalNotice, GrossWeightKg, None, "5467.46", "match.gross_weight"),
        (CommercialInvoice, GrossWeightKg, None, "2680.00", "match.gross_weight"),
        (CommercialInvoice, NetWeightKg, None, "2000.00", "match.net_weight"),
        (CommercialInvoice, GrossWeightKg, None, "2000.00", "valid.weights"),
        (CommercialInvoice, NetWeightKg, None, "2600.00", "valid.weights"),
        (ArrivalNotice, VolumeM3, None, "8.200", "match.volume"),
        (ArrivalNotice, VolumeM3, None, "0.072", "match.volume"),
        (PackingList, VolumeM3, None, "720.0", "match.volume"),
        (PackingList, Quantity, Some(0), "909", "match.quantity"),
        (Isf, SellerName, None, "Metallwaren Brunnquell GmbH", "match.seller"),
        (BillOfLading, ShipperName, None, "Metallwaren Brunnquell GmbH", "match.seller"),
        (Isf, BuyerName, None, "Hollin Street Foods LLC", "match.buyer"),
        (CommercialInvoice, BuyerName, None, "Hollin Street Foods LLC", "match.buyer"),
        (BillOfLading, ConsigneeName, None, "Hollin Street Foods LLC", "match.consignee"),
        (CommercialInvoice, ManufacturerName, None, "Metallwaren Brunnquell GmbH", "match.manufacturer"),
        (Isf, ManufacturerName, Some(0), "", "isf.line_link"),
        (Isf, CountryOfOrigin, Some(0), "CN", "match.country_of_origin"),
        (CommercialInvoice, CountryOfOrigin, Some(0), "CN", "match.country_of_origin"),
        (CommercialInvoice, HtsCode, Some(0), "8513104000", "match.hts_code"),
        (CommercialInvoice, HtsCode, Some(0), "0012202040", "valid.hts_code"),
        (ArrivalNotice, Vessel, None, "HALYARD BREEZE", "match.vessel"),
        (Isf, Voyage, None, "424W", "match.voyage"),
        (Isf, PortOfLoading, None, "Incheon, South Korea", "match.port_of_loading"),
        (BillOfLading, PortOfLoading, None, "Ningbo (CNNBG)", "match.port_of_loading"),
        (ArrivalNotice, PortOfDischarge, None, "Savannah (USSAV)", "match.port_of_discharge"),
        (Isf, ImporterOfRecordNumber, None, "75-522844", "valid.importer_number"),
        (Isf, Scac, None, "TW1L", "valid.scac"),
        (ArrivalNotice, Scac, None, "BABL", ""),
        (ArrivalNotice, Scac, None, "HALY", "match.scac"),
        (ArrivalNotice, Eta, None, "2026-05-21", "valid.date_order"),
        (BillOfLading, OnBoardDate, None, "2026-07-02", "valid.date_order"),
        (ArrivalNotice, LastFreeDay, None, "2026-06-06", "valid.date_order"),
        (CommercialInvoice, Currency, None, "", "missing.field"),
        (Isf, ShipToName, None, "", "isf.element_missing"),
        (CommercialInvoice, Incoterm, None, "CIF", "incoterm.charges"),
        (CommercialInvoice, UnitPrice, Some(0), "", ""),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(kind, field, line, text, codes)| {
            let got = found("", with(by_sea(), *kind, *field, *line, text)).join(" ");
            (got != *codes).then(|| format!("{kind} {field} {line:?} {text}: {got} instead of {codes}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn defects_of_a_flight_are_one_finding_each() {
    use F::*;
    use K::*;
    for (kind, field, text, code) in [
        (AirWaybill, AwbNumber, "125-12345676", "valid.awb_number"),
        (AirWaybill, GrossWeightKg, "2680.00", "match.gross_weight"),
        (AirWaybill, FlightNumber, "LH 8160", "valid.airline"),
        (AirWaybill, DescriptionOfGoods, "PARTS", "document.vague_goods"),
        (AirWaybill, FreightTerms, "prepaid", "incoterm.prepaid"),
        (CommercialInvoice, Incoterm, "FOB", "incoterm.mode"),
    ] {
        assert_eq!(found("", with(by_air(), kind, field, None, text)), [code], "{field} {text}");
    }
}

#[test]
fn a_misprint_that_a_whole_document_repeats_is_told_once() {
    let mut papers = with(by_sea(), K::BillOfLading, F::ContainerNumbers, None, "AGYU7134626,KFNU6055092");
    papers = with(papers, K::BillOfLading, F::ContainerNumber, Some(1), "KFNU6055092");
    assert_eq!(found("", papers), ["valid.container_number"]);
    let mut papers = with(by_sea(), K::BillOfLading, F::ContainerNumbers, None, "AGYU7134626,MSKU1234565");
    papers = with(papers, K::BillOfLading, F::ContainerNumber, Some(1), "MSKU1234565");
    assert_eq!(found("", papers), ["match.container_number"]);
}

#[test]
fn pounds_taken_for_kilograms_are_named_as_the_cause() {
    let papers = with(by_sea(), K::ArrivalNotice, F::GrossWeightKg, None, "5467.46");
    let numbered: Vec<Document> =
        papers.into_iter().zip(1..).map(|(paper, at)| Document { id: format!("d{at}"), ..paper }).collect();
    let told = check(&numbered).into_iter().map(|finding| finding.explanation).collect::<String>();
    assert!(told.ends_with("One is the other in pounds: a unit was mixed up."), "{told}");
}

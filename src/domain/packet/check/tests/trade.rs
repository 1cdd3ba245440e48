//! The rules beside the contract's own: each fires on what it is made for and is silent on what looks like it.

use super::*;
use crate::domain::packet::check::lists::{List, Wanted};
use crate::domain::trade::port::Place;
use crate::domain::trade::scac::Carrier;
use crate::domain::trade::tariff::{Line, Tariff};
use chrono::NaiveDate;

fn invoice(fields: &[(F, &str)]) -> Document {
    paper(K::CommercialInvoice, fields, &[])
}

#[test]
fn goods_at_no_price_are_told_and_lines_without_a_quantity_are_not() {
    let line = |quantity, amount| vec![(F::Quantity, quantity), (F::Amount, amount)];
    let free = |quantity| vec![paper(K::CommercialInvoice, &[], &[&line("10", "5.00"), &line(quantity, "0.00")])];
    assert_eq!(found("value.", free("2")), ["value.zero_price"]);
    assert_eq!(found("value.", free("0")), NOTHING);
}

#[test]
fn a_discount_needs_a_reason_from_a_tenth_on() {
    let with = |discount| vec![invoice(&[(F::SubtotalAmount, "1000.00"), (F::DiscountAmount, discount)])];
    assert_eq!(found("value.", with("100.00")), NOTHING);
    assert_eq!(found("value.", with("100.01")), ["value.discount"]);
}

#[test]
fn a_chain_of_sales_and_related_parties_are_noted() {
    let sale =
        |number, seller, buyer| invoice(&[(F::InvoiceNumber, number), (F::SellerName, seller), (F::BuyerName, buyer)]);
    let factory = || sale("1", "Ningbo Ruifengda Co., Ltd.", "Harbor Trading (HK) Limited");
    assert_eq!(
        found("value.", vec![factory(), sale("2", "Harbor Trading (HK) Ltd.", "Oxbow LLC")]),
        ["value.first_sale"]
    );
    assert_eq!(found("value.", vec![factory(), sale("2", "Xiamen Yuelanbo Co.", "Oxbow LLC")]), NOTHING);
    assert_eq!(found("value.", vec![sale("1", "Oxbow Asia Ltd", "Oxbow Sporting LLC")]), ["value.related_parties"]);
    assert_eq!(found("value.", vec![sale("1", "Golden Mill Ltd", "Golden Foods LLC")]), NOTHING);
}

#[test]
fn costs_beside_the_goods_are_noted_and_moulds_that_are_goods_are_not() {
    let of = |goods| vec![paper(K::CommercialInvoice, &[], &[&[(F::Description, goods)]])];
    assert_eq!(found("value.", of("Tooling charge, injection mold")), ["value.assist"]);
    assert_eq!(found("value.", of("Royalty, 3 % of sales")), ["value.royalty"]);
    assert_eq!(found("value.", of("Silicone cake mold, 24 cm")), NOTHING);
    assert_eq!(found("value.", of("Die cast toy car")), NOTHING);
}

#[test]
fn an_origin_may_be_barred_or_strange() {
    let goods = |origin, seller| invoice(&[(F::CountryOfOrigin, origin), (F::SellerCountry, seller)]);
    let laden = |port| paper(K::BillOfLading, &[(F::PortOfLoading, port)], &[]);
    assert_eq!(found("origin.", vec![goods("IR", "IR")]), ["origin.embargo"]);
    assert_eq!(found("origin.", vec![goods("CN", "HK"), laden("Busan (KRPUS)")]), ["origin.third_country"]);
    for (seller, port) in [("CN", "Busan (KRPUS)"), ("HK", "Ningbo (CNNBG)"), ("KR", "Busan (KRPUS)"), ("HK", "Busan")]
    {
        assert_eq!(found("origin.", vec![goods("CN", seller), laden(port)]), NOTHING, "{seller} {port}");
    }
    let maker = invoice(&[(F::ManufacturerName, "Xinjiang Tianshan Cotton Co.")]);
    assert_eq!(found("origin.", vec![maker]), ["origin.forced_labor"]);
}

#[test]
fn terms_of_older_rules_and_of_foreign_importers_are_told() {
    let sold = |term| invoice(&[(F::Incoterm, term), (F::SellerName, "Fertigung Voss AG"), (F::SellerCountry, "DE")]);
    let filed = |importer| paper(K::Isf, &[(F::ImporterName, importer)], &[]);
    assert_eq!(found("incoterm.", vec![sold("DDU")]), ["incoterm.edition"]);
    assert_eq!(found("incoterm.", vec![sold("DDP"), filed("Fertigung Voss AG")]), ["incoterm.foreign_importer"]);
    assert_eq!(found("incoterm.", vec![sold("DDP"), filed("Oxbow LLC")]), NOTHING);
    assert_eq!(found("incoterm.", vec![sold("DAP"), filed("Fertigung Voss AG")]), NOTHING);
}

#[test]
fn an_article_that_only_one_paper_knows_is_told_and_a_misread_one_is_not() {
    // The totals prove that no line was overlooked.
    let of = |kind, numbers: &[&str]| {
        let line = |number| vec![(F::Sku, number), (F::Amount, "10.00"), (F::PackageCount, "1")];
        let lines: Vec<Vec<(F, &str)>> = numbers.iter().map(|number| line(*number)).collect();
        let lines: Vec<&[(F, &str)]> = lines.iter().map(Vec::as_slice).collect();
        let (total, packages) = (format!("{}.00", numbers.len() * 10), numbers.len().to_string());
        paper(kind, &[(F::TotalAmount, &total), (F::PackageCount, &packages)], &lines)
    };
    let both = |a: &[&str], b: &[&str]| {
        let mut invoice = of(K::CommercialInvoice, a);
        invoice.fields.remove(&F::PackageCount);
        found("match.", vec![invoice, of(K::PackingList, b)])
    };
    assert_eq!(both(&["A-100", "B-200", "C-300"], &["A-100", "B-200"]), ["match.articles"]);
    assert_eq!(both(&["A-100", "B-200"], &["A-100", "B-200", "C-300"]), ["match.articles"]);
    assert_eq!(both(&["A-100", "B-200"], &["A-1OO", "B-200"]), NOTHING);
    assert_eq!(both(&["A-100", "B-200"], &["7001", "7002"]), NOTHING, "numbers of another house");
    let untold = |mut papers: Vec<Document>| {
        papers.iter_mut().for_each(|paper| drop(paper.fields.remove(&F::PackageCount)));
        found("match.", papers)
    };
    let papers = vec![of(K::CommercialInvoice, &["A-100", "B-200"]), of(K::PackingList, &["A-100"])];
    assert_eq!(untold(papers), NOTHING, "a line of the packing list may have been overlooked");
}

#[test]
fn containers_and_goods_have_bounds() {
    let bill = |weight, volume| {
        let line = [(F::ContainerNumber, "CSQU3054383"), (F::GrossWeightKg, weight)];
        paper(K::BillOfLading, &[(F::GrossWeightKg, weight), (F::VolumeM3, volume)], &[&line])
    };
    assert_eq!(found("valid.", vec![bill("28800", "60")]), NOTHING);
    assert_eq!(found("valid.", vec![bill("29000", "60")]), ["valid.container_weight"]);
    assert_eq!(found("valid.", vec![bill("20000", "2")]), ["valid.density"]);
    assert_eq!(found("valid.", vec![bill("20", "60")]), ["valid.density"]);
}

#[test]
fn house_bill_and_master_may_print_one_size_in_two_ways() {
    let bill = |number, master, size| {
        let line = [(F::ContainerNumber, "CSQU3054383"), (F::ContainerType, size)];
        paper(K::BillOfLading, &[(F::BlNumber, number), (F::MasterBlNumber, master)], &[&line])
    };
    let both = |a, b| found("match.", vec![bill("HOUS1000001", "MAST1111111", a), bill("MAST1111111", "", b)]);
    assert_eq!(both("40HC", "45G1"), NOTHING);
    assert_eq!(both("40'", "40HQ"), NOTHING);
    assert_eq!(both("40HC", "20GP"), ["match.container_type"]);
}

#[test]
fn numbers_that_no_filing_carries_are_told() {
    let bill = |number| paper(K::BillOfLading, &[(F::BlNumber, number)], &[]);
    assert_eq!(found("valid.", vec![bill("TWLL123456789012")]), NOTHING);
    assert_eq!(found("valid.", vec![bill("TWLL1234567890123")]), ["valid.bl_number"]);
    let transit = |number| paper(K::TransitDeclaration, &[(F::GuaranteeReference, number)], &[]);
    assert_eq!(found("valid.", vec![transit("24GB0000010000296")]), NOTHING, "a check digit alone is no reproach");
    assert_eq!(found("valid.", vec![transit("24GB00000100")]), ["valid.guarantee_reference"]);
    let party = |address| invoice(&[(F::SellerAddress, address)]);
    assert_eq!(found("valid.", vec![party("P.O. Box 4411, Dubai, U.A.E.")]), ["valid.party_address"]);
    assert_eq!(found("valid.", vec![party("12 Dock Road, P.O. Box 4411, Dubai")]), NOTHING);
}

#[test]
fn a_voyage_and_a_description_may_be_strange() {
    let bill = |goods| paper(K::BillOfLading, &[(F::OnBoardDate, "2026-01-02"), (F::DescriptionOfGoods, goods)], &[]);
    let notice = |eta| paper(K::ArrivalNotice, &[(F::Eta, eta)], &[]);
    assert_eq!(found("valid.", vec![bill(""), notice("2026-03-01")]), NOTHING);
    assert_eq!(found("valid.", vec![bill(""), notice("2026-06-01")]), ["valid.transit_time"]);
    assert_eq!(found("document.", vec![bill("FREIGHT OF ALL KINDS")]), ["document.vague_goods"]);
    assert_eq!(found("document.", vec![bill("Auto parts")]), NOTHING);
    assert_eq!(found("document.", vec![bill("CONSOLIDATION AS PER MANIFEST")]), NOTHING);
    let line = |goods| paper(K::CommercialInvoice, &[], &[&[(F::Description, goods)]]);
    assert_eq!(found("document.", vec![line("全棉针织T恤")]), ["document.language"]);
    assert_eq!(found("document.", vec![line("全棉针织T恤 Cotton T-shirt")]), NOTHING);
    assert_eq!(found("document.", vec![line("Baumwollhemd für Männer")]), NOTHING);
}

#[test]
fn what_is_due_needs_a_day() {
    let papers = [
        Document { id: "d1".into(), ..invoice(&[(F::InvoiceDate, "2026-06-10")]) },
        Document {
            id: "d2".into(),
            ..paper(K::ArrivalNotice, &[(F::Eta, "2026-06-05"), (F::LastFreeDay, "2026-06-12")], &[])
        },
        Document { id: "d3".into(), ..paper(K::Isf, &[(F::Etd, "2026-06-11")], &[]) },
    ];
    let due = |day: &str| -> Vec<String> {
        let codes = check_on(&papers, day.parse().ok(), &Lists::default()).into_iter().map(|finding| finding.code);
        codes
            .filter(|code| code.starts_with("deadline.") || ["isf.soon", "valid.future_date"].contains(&code.as_str()))
            .collect()
    };
    assert_eq!(due(""), NOTHING);
    assert_eq!(due("2026-06-08"), ["valid.future_date"]);
    assert_eq!(due("2026-06-10"), ["isf.soon"]);
    assert_eq!(due("2026-06-11"), ["deadline.last_free_day"]);
    assert_eq!(due("2026-06-19"), ["deadline.last_free_day", "deadline.general_order"]);
}

fn lists() -> Lists {
    let edition = || "in force from 2026-04-20".to_owned();
    let line = |code: &str| Line { code: code.to_owned(), description: String::new() };
    let place = |code: &str, name: &str| Place { code: code.to_owned(), name: name.to_owned() };
    let carrier = Carrier { code: "TWLL".to_owned(), name: String::new() };
    Lists {
        tariff: Some(Tariff::new(edition(), ["85076000", "8507600030", "8507600090"].map(line))),
        ports: Some(List { edition: edition(), found: vec![place("USLAX", "Los Angeles"), place("KRPUS", "Busan")] }),
        carriers: Some(List { edition: edition(), found: vec![carrier] }),
    }
}

fn judged(papers: Vec<Document>) -> Vec<String> {
    let numbered = papers.into_iter().zip(1..).map(|(paper, at)| Document { id: format!("d{at}"), ..paper });
    let findings = check_on(&numbered.collect::<Vec<_>>(), None, &lists());
    let told = findings.into_iter().filter(|finding| !finding.code.starts_with("missing."));
    told.map(|finding| format!("{}: {}", finding.code, finding.explanation)).collect()
}

#[test]
fn a_loaded_tariff_names_what_stands_in_the_place_of_a_number_that_is_gone() {
    let goods = |code| vec![paper(K::CommercialInvoice, &[], &[&[(F::HtsCode, code)]])];
    assert_eq!(judged(goods("8507600030")), NOTHING);
    assert_eq!(judged(goods("850760")), NOTHING);
    assert_eq!(
        judged(goods("8507600020")),
        [
            "valid.hts_code: 8507600020 is not in the tariff in force from 2026-04-20; under 85076000 it has 8507600030 and 8507600090."
        ]
    );
    assert_eq!(
        judged(goods("8507699990")),
        ["valid.hts_code: 8507699990 is not in the tariff in force from 2026-04-20."]
    );
    assert_eq!(
        judged(goods("8507609990")),
        [
            "valid.hts_code: 8507609990 is not in the tariff in force from 2026-04-20; 850760 is, so it may be the number of another country."
        ]
    );
    let bill = paper(K::BillOfLading, &[(F::HtsCodes, "8507609990")], &[]);
    assert_eq!(judged(vec![bill]), NOTHING, "a number of the country of export");
    assert_eq!(judged(goods("99999999")), ["valid.hts_code: 99999999 is not in the tariff in force from 2026-04-20."]);
}

#[test]
fn loaded_lists_know_carriers_and_ports() {
    let filed = |code| vec![paper(K::Isf, &[(F::Scac, code)], &[])];
    let carriers = |code| judged(filed(code)).into_iter().filter(|told| told.starts_with("valid.")).collect::<Vec<_>>();
    assert_eq!(carriers("TWLL"), NOTHING);
    assert_eq!(carriers("ZZZZ"), ["valid.scac: ZZZZ is not in the carrier list in force from 2026-04-20."]);
    let to = |kind, port| paper(kind, &[(F::PortOfDischarge, port)], &[]);
    assert_eq!(judged(vec![to(K::BillOfLading, "USLAX"), to(K::ArrivalNotice, "Los Angeles, CA")]), NOTHING);
    assert_eq!(
        judged(vec![to(K::BillOfLading, "USLAX"), to(K::ArrivalNotice, "Oakland, CA")]),
        ["match.port_of_discharge: Port of discharge: USLAX on the bill of lading, Oakland, CA on the arrival notice."]
    );
    assert_eq!(
        judged(vec![to(K::BillOfLading, "Nowhere (USQQQ)")]),
        ["valid.port_code: USQQQ is not in the UN/LOCODE list in force from 2026-04-20."]
    );
}

#[test]
fn only_what_a_packet_prints_is_looked_up() {
    let line = [(F::HtsCode, "8507600020")];
    let papers = [
        paper(K::CommercialInvoice, &[(F::InvoiceDate, "2026-05-24")], &[&line]),
        paper(K::Isf, &[(F::Scac, "TWLL"), (F::PortOfLoading, "Shanghai (CNSHA)"), (F::HtsCodes, "610910,00")], &[]),
        paper(K::ArrivalNotice, &[(F::Eta, "2026-06-21")], &[]),
    ];
    let wanted = Wanted::of(&papers);
    assert_eq!(wanted.subheadings.into_iter().collect::<Vec<_>>(), ["610910", "850760"]);
    assert_eq!(wanted.ports.into_iter().collect::<Vec<_>>(), ["CNSGH"]);
    assert_eq!(wanted.carriers.into_iter().collect::<Vec<_>>(), ["TWLL"]);
    assert_eq!(wanted.day, NaiveDate::from_ymd_opt(2026, 6, 21));
}

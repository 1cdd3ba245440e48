//! Papers that agree although they are printed differently, and papers that do not. Documents are made by hand here; the packets
//! with known truth are asked in `tests/rules.rs`.

mod causes;
mod clients;
mod trade;

use super::*;
use crate::domain::packet::document::{Field as F, Kind as K, Reading, Readings, Value};

fn reading(field: F, text: &str) -> Reading {
    let value = if field.is_list() {
        Value::Many(text.split(',').map(str::to_owned).collect())
    } else {
        Value::One(text.split(" ~ ").next().unwrap_or_default().to_owned())
    };
    // What stands behind ` ~ ` is the print, where it says more than the value.
    let raw = text.rsplit(" ~ ").next().unwrap_or_default().to_owned();
    Reading { value, raw, confidence: 1.0, evidence: vec![] }
}

fn readings(values: &[(F, &str)]) -> Readings {
    values.iter().map(|(field, text)| (*field, reading(*field, text))).collect()
}

fn paper(kind: K, fields: &[(F, &str)], lines: &[&[(F, &str)]]) -> Document {
    Document {
        id: String::new(),
        file: format!("{kind}.pdf"),
        sha256: String::new(),
        pages: vec![1],
        kind,
        kind_confidence: 1.0,
        text_source: None,
        fields: readings(fields),
        lines: lines.iter().map(|line| readings(line)).collect(),
        problems: vec![],
        corrections: Vec::new(),
        arranged: None,
    }
}

/// The codes found under a theme, such as `match.`.
fn found(theme: &str, papers: Vec<Document>) -> Vec<String> {
    let numbered = papers.into_iter().zip(1..).map(|(paper, at)| Document {
        id: format!("d{at}"),
        sha256: format!("sha{at}"),
        ..paper
    });
    let codes = check(&numbered.collect::<Vec<_>>()).into_iter().map(|finding| finding.code);
    codes.filter(|code| code.starts_with(theme)).collect()
}

const NOTHING: [&str; 0] = [];

#[test]
fn bills_of_one_shipment_agree_with_a_carriers_code_and_with_their_master() {
    let isf = |number| paper(K::Isf, &[(F::BlNumber, number)], &[]);
    let house = || paper(K::BillOfLading, &[(F::BlNumber, "36760421"), (F::MasterBlNumber, "BABL5850572869")], &[]);
    assert_eq!(found("match.", vec![house(), isf("TWLL36760421")]), NOTHING);
    assert_eq!(found("match.", vec![house(), isf("BABL5850572869")]), NOTHING);
    assert_eq!(found("match.", vec![house(), isf("TWLL36760422")]), ["match.bl_number"]);
}

#[test]
fn three_house_bills_are_summed_and_their_master_is_not_counted_with_them() {
    let house = |number, packages| {
        let fields = [(F::BlNumber, number), (F::MasterBlNumber, "MAST1111111"), (F::PackageCount, packages)];
        paper(K::BillOfLading, &fields, &[])
    };
    let master = || paper(K::BillOfLading, &[(F::BlNumber, "MAST1111111"), (F::PackageCount, "60")], &[]);
    let list = |packages| paper(K::PackingList, &[(F::PackageCount, packages)], &[]);
    let bills = || vec![house("HOUS1000001", "10"), house("HOUS1000002", "20"), house("HOUS1000003", "30"), master()];
    assert_eq!(found("match.", [bills(), vec![list("60")]].concat()), NOTHING);
    assert_eq!(found("match.", [bills(), vec![list("61")]].concat()), ["match.package_count"]);
}

#[test]
fn pallets_on_the_bill_are_not_the_cartons_of_the_packing_list() {
    let list = paper(K::PackingList, &[(F::PackageCount, "1200 ~ 1,200 CTNS")], &[]);
    let bill = |count| paper(K::BillOfLading, &[(F::PackageCount, count)], &[]);
    assert_eq!(found("match.", vec![list.clone(), bill("20 ~ 20 PALLETS")]), NOTHING);
    assert_eq!(found("match.", vec![list, bill("1210 ~ 1210 CARTONS")]), ["match.package_count"]);
}

#[test]
fn dozens_and_pieces_are_one_quantity() {
    let line = |quantity, unit| [(F::Sku, "A-1"), (F::Quantity, quantity), (F::Unit, unit)];
    let packet = |a: &[(F, &str)], b: &[(F, &str)]| {
        vec![paper(K::CommercialInvoice, &[], &[a]), paper(K::PackingList, &[], &[b])]
    };
    assert_eq!(found("match.", packet(&line("10", "DOZ"), &line("120", "PCS"))), NOTHING);
    assert_eq!(found("match.", packet(&line("10", "SETS"), &line("20", "PCS"))), NOTHING);
    assert_eq!(found("match.", packet(&line("10", "DOZ"), &line("118", "PCS"))), ["match.quantity"]);
}

#[test]
fn an_article_on_two_lines_is_packed_as_a_whole() {
    let line = |quantity| vec![(F::Sku, "A-1"), (F::Quantity, quantity)];
    let invoice = paper(K::CommercialInvoice, &[], &[&line("100"), &line("50")]);
    let list = paper(K::PackingList, &[], &[&line("150")]);
    assert_eq!(found("match.", vec![invoice, list]), NOTHING);
}

#[test]
fn a_bill_to_order_or_to_a_bank_names_no_other_consignee() {
    let list = || paper(K::PackingList, &[(F::ConsigneeName, "Cedar Hollow Trading L.P.")], &[]);
    let bill = |name| paper(K::BillOfLading, &[(F::ConsigneeName, name)], &[]);
    for nobody in ["TO ORDER", "TO THE ORDER OF FIRST HARBOR BANK", "SAME AS NOTIFY", "CEDAR HOLLOW TRADING LP"] {
        assert_eq!(found("match.", vec![list(), bill(nobody)]), NOTHING, "{nobody}");
    }
    assert_eq!(found("match.", vec![list(), bill("OXBOW SPORTING COMPANY LLC")]), ["match.consignee"]);
}

#[test]
fn a_feeder_and_its_mother_are_no_disagreement_and_another_ship_is_told_once() {
    let bill = |vessel, voyage| paper(K::BillOfLading, &[(F::Vessel, vessel), (F::Voyage, voyage)], &[]);
    let isf = || paper(K::Isf, &[(F::Vessel, "KESTREL HORIZON"), (F::Voyage, "026E")], &[]);
    assert_eq!(found("match.", vec![bill("LITTLE TERN / M/V Kestrel Horizon", "12 / V.26E"), isf()]), NOTHING);
    assert_eq!(found("match.", vec![bill("HALYARD BREEZE", "99W"), isf()]), ["match.vessel"]);
    assert_eq!(found("match.", vec![bill("KESTREL HORIZON", "62E"), isf()]), ["match.voyage"]);
}

#[test]
fn a_misprinted_container_is_one_finding() {
    let list = paper(K::PackingList, &[(F::ContainerNumbers, "MSKU1234565")], &[]);
    let bill = |number| paper(K::BillOfLading, &[(F::ContainerNumbers, number)], &[]);
    assert_eq!(
        found("", vec![list.clone(), bill("MSKU1234566")]).iter().filter(|code| code.contains("container")).count(),
        1
    );
    assert_eq!(found("match.", vec![list, bill("TGHU7599330")]), ["match.container_number"]);
}

#[test]
fn a_wrong_line_does_not_make_the_total_wrong_as_well() {
    let line = |amount| vec![(F::Quantity, "100"), (F::UnitPrice, "12.00"), (F::Amount, amount)];
    let invoice =
        |amount, total| paper(K::CommercialInvoice, &[(F::TotalAmount, total)], &[&line(amount), &line("1200.00")]);
    assert_eq!(found("arithmetic.", vec![invoice("1200.00", "2400.00")]), NOTHING);
    assert_eq!(found("arithmetic.", vec![invoice("1260.00", "2400.00")]), ["arithmetic.line_amount"]);
    assert_eq!(found("arithmetic.", vec![invoice("1260.00", "2460.00")]), ["arithmetic.line_amount"]);
    assert_eq!(found("arithmetic.", vec![invoice("1200.00", "2500.00")]), ["arithmetic.invoice_total"]);
}

#[test]
fn charges_and_discounts_stand_between_goods_and_total() {
    let line = [(F::Quantity, "10"), (F::UnitPrice, "100.00"), (F::Amount, "1000.00")];
    let invoice = |term, total| {
        let fields =
            [(F::Incoterm, term), (F::FreightAmount, "80.00"), (F::DiscountAmount, "50.00"), (F::TotalAmount, total)];
        paper(K::CommercialInvoice, &fields, &[&line])
    };
    assert_eq!(found("arithmetic.", vec![invoice("CFR", "1030.00")]), NOTHING);
    assert_eq!(found("arithmetic.", vec![invoice("CFR", "950.00")]), NOTHING, "the freight is in the prices");
    assert_eq!(found("arithmetic.", vec![invoice("FCA", "950.00")]), ["arithmetic.invoice_total"]);
}

#[test]
fn tax_and_other_charges_are_part_of_the_total() {
    let line = [(F::Quantity, "10"), (F::UnitPrice, "100.00"), (F::Amount, "1000.00")];
    let invoice = |more: &[(F, &'static str)], total| {
        let fields: Vec<(F, &str)> = more.iter().copied().chain([(F::TotalAmount, total)]).collect();
        paper(K::CommercialInvoice, &fields, &[&line])
    };
    let taxed = [(F::TaxAmount, "190.00")];
    assert_eq!(found("arithmetic.", vec![invoice(&taxed, "1190.00")]), NOTHING);
    assert_eq!(found("arithmetic.", vec![invoice(&taxed, "1000.00")]), ["arithmetic.invoice_total"]);
    let charged = [(F::ChargesAmount, "20.00"), (F::DiscountAmount, "10.00"), (F::TaxAmount, "191.90")];
    assert_eq!(found("arithmetic.", vec![invoice(&charged, "1201.90")]), NOTHING);
    let credit =
        [(F::SubtotalAmount, "-7.90"), (F::DiscountAmount, "0.23"), (F::TaxAmount, "-1.12"), (F::TotalAmount, "-8.79")];
    assert_eq!(
        found("arithmetic.", vec![paper(K::CommercialInvoice, &credit, &[])]),
        NOTHING,
        "it gives the discount back"
    );
}

#[test]
fn a_line_that_was_not_read_leaves_the_sum_open() {
    let invoice = paper(
        K::CommercialInvoice,
        &[(F::TotalAmount, "2400.00")],
        &[&[(F::Amount, "1200.00")], &[(F::Description, "Cotton T-shirt")]],
    );
    assert_eq!(found("arithmetic.", vec![invoice]), NOTHING);
}

#[test]
fn lateness_needs_a_day_to_be_judged_on() {
    let isf = Document { id: "d1".into(), ..paper(K::Isf, &[(F::Etd, "2026-06-02")], &[]) };
    let late = |day: &str| {
        let findings = check_on(std::slice::from_ref(&isf), day.parse().ok(), &Lists::default());
        findings.iter().any(|finding| finding.code == "isf.late")
    };
    assert!(!late("") && !late("2026-06-01") && late("2026-06-02"));
}

#[test]
fn certificates_raise_nothing_and_an_empty_packet_neither() {
    assert_eq!(found("", vec![]), NOTHING);
    assert_eq!(found("", vec![paper(K::Unknown, &[], &[])]), NOTHING);
    assert_eq!(found("missing.", vec![paper(K::TransitDeclaration, &[], &[])]), NOTHING);
}

#[test]
fn a_difference_in_a_value_that_was_hard_to_read_says_so() {
    let invoice = paper(K::CommercialInvoice, &[(F::PackageCount, "120")], &[]);
    let mut bill = paper(K::BillOfLading, &[(F::PackageCount, "118")], &[]);
    let explanation = |bill: &Document| {
        let papers = [Document { id: "d1".into(), ..invoice.clone() }, Document { id: "d2".into(), ..bill.clone() }];
        let found = check(&papers).into_iter().find(|finding| finding.code == "match.package_count");
        found.map(|finding| finding.explanation).unwrap_or_default()
    };
    assert!(!explanation(&bill).is_empty() && !explanation(&bill).contains("hard to read"));
    for reading in bill.fields.values_mut() {
        reading.confidence = 0.6;
    }
    let said = explanation(&bill);
    assert!(said.ends_with("Look at the page first: \"packages\" on the bill of lading was hard to read."), "{said}");
}

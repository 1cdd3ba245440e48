//! Invoices as letters print them, drawn word by word: who writes to whom, what is to be paid, and which of it is tax.

use crate::domain::packet::document::{Field, Kind, Readings, TextSource};
use crate::reading::fields;
use crate::reading::layout::{Sheet, table};
use crate::reading::measure;
use crate::reading::page::{Page, Rect, Word};
use crate::reading::tilt::Tilt;
use proptest::prelude::*;

/// A page of prints, each at its place.
fn page(prints: &[(f32, f32, &str)]) -> Page {
    let mut words = Vec::new();
    for (left, top, print) in prints {
        let mut x = *left;
        for text in print.split_whitespace() {
            let width = 5.0 * measure::count(text.chars().count());
            let rect = Rect { x0: x, y0: *top, x1: x + width, y1: top + 10.0 };
            words.push(Word { text: text.into(), rect, size: 10.0, bold: false, confidence: 1.0, place: None });
            x += width + 3.0;
        }
    }
    Page {
        number: 1,
        width: 595.0,
        height: 842.0,
        source: TextSource::PdfText,
        sheet: None,
        words,
        rules: Vec::new(),
        picture: 0.0,
        tilt: Tilt::default(),
        unreadable: 0.0,
    }
}

fn read(prints: &[(f32, f32, &str)]) -> Readings {
    let sheet = Sheet::new(page(prints));
    let tables = table::tables(&sheet, None);
    fields::read(Kind::CommercialInvoice, &[sheet], &[tables], None).fields
}

fn values(prints: &[(f32, f32, &str)], wanted: &[Field]) -> Vec<Option<String>> {
    let read = read(prints);
    wanted.iter().map(|field| read.get(field).map(|reading| reading.value.words())).collect()
}

fn some(values: &[&str]) -> Vec<Option<String>> {
    values.iter().map(|value| Some((*value).to_owned())).collect()
}

const PARTIES: [Field; 2] = [Field::SellerName, Field::BuyerName];

#[test]
fn the_line_over_the_window_names_the_seller_and_the_window_the_buyer() {
    let letter = [
        (70.0, 130.0, "Nordwerk GmbH · Hafenstr. 7 · 20457 Hamburg"),
        (70.0, 150.0, "Firma"),
        (70.0, 162.0, "Optik Sommer KG"),
        (70.0, 174.0, "Marktplatz 1"),
        (70.0, 198.0, "01067 Dresden"),
        (70.0, 290.0, "Rechnung Nr. 42"),
    ];
    assert_eq!(values(&letter, &PARTIES), some(&["Nordwerk GmbH", "Optik Sommer KG"]));
}

#[test]
fn an_address_with_a_telephone_is_the_senders_own() {
    let letter = [
        (330.0, 50.0, "Keller Feinmechanik AG"),
        (330.0, 62.0, "Bahnhofstrasse 12"),
        (330.0, 74.0, "8400 Winterthur"),
        (330.0, 86.0, "Telefon 052 000 00 00"),
        (70.0, 150.0, "Herrn"),
        (70.0, 162.0, "Beat Frei"),
        (70.0, 174.0, "Seeweg 4"),
        (70.0, 186.0, "6300 Zug"),
    ];
    assert_eq!(values(&letter, &PARTIES), some(&["Keller Feinmechanik AG", "Herrn Beat Frei"]));
}

#[test]
fn an_address_under_another_label_is_nobody_s_window() {
    let letter = [
        (70.0, 60.0, "Adresse de livraison"),
        (70.0, 74.0, "Le Dépôt"),
        (70.0, 86.0, "1 rue Haute"),
        (70.0, 98.0, "69001 Lyon"),
        (330.0, 74.0, "Maison Castel"),
        (330.0, 86.0, "4 avenue Foch"),
        (330.0, 98.0, "54000 Nancy"),
    ];
    assert_eq!(values(&letter, &[Field::BuyerName]), some(&["Maison Castel"]));
}

#[test]
fn numbers_of_a_party_stand_over_its_name_and_are_none() {
    let labelled = [
        (70.0, 100.0, "Verkäufer:"),
        (70.0, 112.0, "GLN 4333741000005"),
        (70.0, 124.0, "Nordwerk Verein"),
        (70.0, 136.0, "der Freunde e.V. GmbH"),
        (70.0, 148.0, "Hafenstr. 7"),
    ];
    assert_eq!(values(&labelled, &[Field::SellerName]), some(&["Nordwerk Verein der Freunde e.V. GmbH"]));
}

#[test]
fn a_number_and_a_date_behind_the_title_are_its_own_unless_they_number_something_else() {
    let wanted = [Field::InvoiceNumber, Field::InvoiceDate];
    let title = |print| values(&[(70.0, 100.0, print)], &wanted);
    assert_eq!(title("Rechnung des Absenders (575) Nr. 01.234-1 vom 06.12.2018"), some(&["01.234-1", "2018-12-06"]));
    assert_eq!(title("Facture n° 2025-0042 du 12 février 2025"), some(&["2025-0042", "2025-02-12"]));
    assert_eq!(title("Beitragsrechnung zur Versicherung Nr. 00.123.456.7"), [None, None]);
    let wrapped = [(70.0, 100.0, "Rechnungskorrektur Nr. RK21 vom"), (70.0, 114.0, "16.09.2018")];
    assert_eq!(values(&wrapped, &wanted), some(&["RK21", "2018-09-16"]));
    let below = [(70.0, 100.0, "FACTURA"), (70.0, 112.0, "Número: A-2025/014")];
    assert_eq!(values(&below, &[Field::InvoiceNumber]), some(&["A-2025/014"]));
}

const SUMS: [Field; 3] = [Field::SubtotalAmount, Field::TaxAmount, Field::TotalAmount];

#[test]
fn what_is_left_to_pay_is_not_the_total() {
    let sums = [
        (300.0, 100.0, "Total HT"),
        (450.0, 100.0, "1070,00"),
        (300.0, 115.0, "TVA 20 %"),
        (450.0, 115.0, "214,00"),
        (300.0, 130.0, "Total TTC"),
        (450.0, 130.0, "1284,00"),
        (300.0, 145.0, "Net à payer"),
        (450.0, 145.0, "1000,00"),
    ];
    assert_eq!(values(&sums, &SUMS), some(&["1070.00", "214.00", "1284.00"]));
    assert_eq!(values(&sums[6..], &SUMS), [None, None, Some("1000.00".to_owned())]);
}

#[test]
fn a_tax_counts_only_where_it_leads_to_the_total() {
    let sums = |tax| {
        let printed = [
            (300.0, 100.0, "Summe"),
            (450.0, 100.0, "926,00"),
            (300.0, 115.0, "+ 7 % MwSt"),
            (450.0, 115.0, tax),
            (300.0, 130.0, "Endbetrag"),
            (450.0, 130.0, "990,82"),
        ];
        values(&printed, &SUMS).into_iter().nth(1).flatten()
    };
    assert_eq!(sums("64,82").as_deref(), Some("64.82"));
    assert_eq!(sums("12,00"), None);
}

#[test]
fn a_summary_by_rates_gives_the_row_of_all_rates() {
    let summary = |last: &'static str| {
        let printed = [
            (70.0, 100.0, "Nettobetrag"),
            (200.0, 100.0, "MwSt-Betrag"),
            (330.0, 100.0, "Endbetrag"),
            (90.0, 115.0, "-4,85"),
            (220.0, 115.0, "-0,92"),
            (345.0, 115.0, "-5,77"),
            (90.0, 130.0, "-2,82"),
            (220.0, 130.0, "-0,20"),
            (345.0, 130.0, "-3,02"),
            (90.0, 145.0, "-7,67"),
            (220.0, 145.0, "-1,12"),
            (345.0, 145.0, last),
        ];
        values(&printed, &SUMS)
    };
    assert_eq!(summary("-8,79"), some(&["-7.67", "-1.12", "-8.79"]));
    assert_ne!(summary("-8,99"), some(&["-7.67", "-1.12", "-8.99"]), "what does not come out is no summary");
}

proptest! {
    #[test]
    fn no_letter_troubles_the_reader(prints in proptest::collection::vec((0f32..500.0, 0f32..800.0, "[A-Za-z0-9 ·,.:%€-]{0,24}"), 0..20)) {
        let prints: Vec<(f32, f32, &str)> = prints.iter().map(|(x, y, print)| (*x, *y, print.as_str())).collect();
        let _ = read(&prints);
    }
}

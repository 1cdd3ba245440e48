//! One packet as a table: every value and every finding, as CSV and for Excel, safe to open, counted and in the log.

use super::{codes, one_packet, result, send};
use crate::harness::{House, Person, papers};
use calamine::{Data, Reader, Xlsx};
use std::collections::BTreeSet;
use std::io::Cursor;

fn table(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    reader.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn column(lines: &[Vec<String>], name: &str) -> usize {
    lines[0].iter().position(|heading| heading == name).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_value_and_every_finding_is_in_the_table_with_where_it_comes_from() {
    let (house, otto, address) = one_packet(1).await;
    let read = result(&otto, &address).await;
    let bill = read["documents"].as_array().unwrap().iter().find(|it| it["kind"] == "bill_of_lading").unwrap();
    let chosen = format!("{address}?document={}&field=package_count", bill["id"].as_str().unwrap());
    let page = otto.get(&chosen).await;
    let typed = [("value", "120"), ("reason", "=1+1")];
    assert_eq!(send(&otto, &page, &address, "/corrections", &typed).await.status, 303);
    house.work().await;
    let after = result(&otto, &address).await;
    let vera = house.signed_in(Person::Vera).await;
    let page = vera.get(&address).await;
    let menu = page.all("details.menu a", "href");
    assert_eq!(menu, ["report.pdf", "result.xlsx", "result.csv", "result.json"].map(|it| format!("{address}/{it}")));
    let file = vera.get(&format!("{address}/result.csv")).await;
    assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert!(file.header("content-disposition").ends_with(".csv"), "{}", file.header("content-disposition"));
    let lines = table(&file.bytes);
    let last = lines.last().unwrap();
    assert_eq!((last[0].as_str(), last[1].clone()), ("# end", (lines.len() - 2).to_string()));
    let values: usize = after["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let cells =
                it["lines"].as_array().unwrap().iter().map(|line| line.as_object().unwrap().len()).sum::<usize>();
            it["fields"].as_object().unwrap().len() + cells
        })
        .sum();
    assert_eq!(lines.iter().filter(|line| line[0] == "value").count(), values);
    let told: BTreeSet<&str> =
        lines.iter().filter(|line| line[0] == "finding").map(|line| line[column(&lines, "Code")].as_str()).collect();
    assert_eq!(told, codes(&after).iter().map(String::as_str).collect());
    let corrected: Vec<&Vec<String>> =
        lines.iter().filter(|line| line.get(column(&lines, "Source")).is_some_and(|it| it == "corrected")).collect();
    assert_eq!(corrected.len(), 1);
    assert_eq!(
        (corrected[0][column(&lines, "Value")].as_str(), corrected[0][column(&lines, "Field")].as_str()),
        ("120", "Packages")
    );

    let excel = vera.get(&format!("{address}/result.xlsx")).await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(excel.bytes.clone())).unwrap();
    assert_eq!(book.sheet_names(), ["Findings", "Fields", "Lines", "Documents", "About"]);
    let rows = |book: &mut Xlsx<_>, name: &str| book.worksheet_range(name).unwrap().rows().count() - 1;
    assert_eq!(rows(&mut book, "Fields") + rows(&mut book, "Lines"), values);
    assert_eq!(rows(&mut book, "Documents"), after["documents"].as_array().unwrap().len());
    let fields = book.worksheet_range("Fields").unwrap();
    let number = fields.rows().find(|row| row[7] == Data::String("corrected".to_owned())).unwrap();
    assert_eq!(number[6], Data::Float(120.0), "what people add up is a number");
    let forms = "SELECT diff -> 'after' ->> 'form' FROM audit_entries WHERE action = 'packet.export' ORDER BY 1";
    assert_eq!(house.database.texts(forms), ["result.csv", "result.xlsx"]);
    let stan = house.signed_in(Person::Stan).await;
    assert_eq!(stan.get(&format!("{address}/result.csv")).await.status, 404, "another team's");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_of_a_document_is_run_by_a_spreadsheet() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let mut files = papers(0);
    files[0].0 = "=cmd|' -C calc'!A0.pdf".to_owned();
    let address = otto.packet(files).await;
    house.work().await;
    let lines = table(&otto.get(&format!("{address}/result.csv")).await.bytes);
    assert!(lines.iter().flatten().all(|cell| !cell.starts_with('=')));
    assert!(lines.iter().flatten().any(|cell| cell.starts_with("'=cmd")));
    let excel = otto.get(&format!("{address}/result.xlsx")).await;
    let mut parts = zip::ZipArchive::new(Cursor::new(excel.bytes)).unwrap();
    for at in 0..parts.len() {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut parts.by_index(at).unwrap(), &mut text).unwrap();
        assert!(!text.contains("<f>"), "part {at} holds a formula");
    }
}

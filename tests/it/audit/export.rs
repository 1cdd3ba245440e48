//! The log as a CSV file.

use super::{add, atlas, filled, walk_back};
use crate::harness::Person;
use quayside::store::audit::Filter;

fn records(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_every_row_no_formula_and_the_head_of_the_chain_at_both_ends() {
    let house = filled().await;
    let olga = house.signed_in(Person::Olga).await;
    add(&house, "=cmd|' /C calc'!A0").await;
    add(&house, "@SUM(\"1\")\r\n").await;
    let answer = olga.get("/audit/export.csv").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert!(answer.header("content-disposition").starts_with("attachment"));
    let text = answer.text();
    assert!(text.lines().all(|line| line.starts_with(['"', '\r']) || line.is_empty()), "every cell is quoted");
    let rows = records(&text);
    let (first, last, body) = (&rows[0], rows.last().unwrap(), &rows[2..rows.len() - 1]);
    assert_eq!(first[3..], last[3..], "the head is the same at both ends");
    let hash = house.database.texts(&format!(
        "SELECT encode(hash, 'hex') FROM audit_entries WHERE seq = {} AND team_id = '{}'",
        first[3],
        atlas(&house)
    ));
    assert_eq!(hash, [first[4].as_str()]);
    assert_eq!((body.len().to_string(), last[1].as_str()), (last[1].clone(), first[3].as_str()), "304 of 304");
    let seqs: Vec<usize> = body.iter().map(|row| row[0].parse().unwrap()).collect();
    assert_eq!(seqs, (1..=body.len()).collect::<Vec<_>>());
    assert_eq!(body[77][2], "'=mallory@atlas.example");
    let subjects: Vec<&str> = body.iter().map(|row| row[6].as_str()).collect();
    assert!(subjects.contains(&"'=cmd|' /C calc'!A0") && subjects.contains(&"'@SUM(\"1\")\r\n"), "{subjects:?}");
    house.database.wait_for("SELECT count(*) FROM audit_entries WHERE action = 'audit.export'", 2);
    let entries = house.database.texts(
        "SELECT result || ' ' || coalesce(diff -> 'after' ->> 'rows', '') FROM audit_entries WHERE action = 'audit.export' ORDER BY seq",
    );
    assert_eq!(entries, ["started ".to_owned(), format!("success {}", body.len())]);
    let few = olga.get("/audit/export.csv?result=denied&action=packet.check&user=otto%40atlas.example").await;
    let filter = Filter {
        user: Some("otto@atlas.example".into()),
        action: Some("packet.check".into()),
        result: Some("denied".into()),
        ..Filter::default()
    };
    let wanted: Vec<String> =
        walk_back(&house, &filter, 50).await.iter().rev().map(|line| line.seq.to_string()).collect();
    let rows = records(&few.text());
    let found: Vec<String> = rows[2..rows.len() - 1].iter().map(|row| row[0].clone()).collect();
    assert!(!found.is_empty());
    assert_eq!(found, wanted);
}

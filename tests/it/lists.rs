//! The lists that all teams share: how they are loaded, which edition a packet is judged by, and that pages say so.

use crate::harness::database::Database;
use crate::harness::{House, Person, papers, program};
use diesel::prelude::*;
use diesel::sql_query;
use quayside::domain::access::{Action, Actor};
use quayside::domain::ids::TeamId;
use quayside::domain::packet::check::lists::Wanted;
use quayside::domain::trade::port::Place;
use quayside::domain::trade::scac::Carrier;
use quayside::domain::trade::tariff::Standing;
use quayside::store::lists;
use std::path::Path;
use std::process::{Command, Output};

const NO_TARIFF: &str = "No tariff is loaded; codes are judged by form and chapter only. Whoever runs the server loads one with quayside admin import-tariff.";

fn admin(database: &Database, folder: &Path, arguments: &[&str]) -> Output {
    Command::new(program())
        .arg("admin")
        .args(arguments)
        .env_clear()
        .env("DATABASE_URL", database.app_url())
        .env("DATABASE_OWNER_URL", database.owner_url())
        .env("QUAYSIDE_VAR", folder)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A tariff of some numbers.
fn schedule(numbers: &[&str]) -> String {
    let lines: String = numbers.iter().map(|number| format!("\"{number}\",\"1\",\"Goods\",\"\"\r\n")).collect();
    format!("\u{feff}HTS Number,Indent,Description,Unit of Quantity\r\n\"\",\"0\",\"Above\",\"\"\r\n{lines}")
}

#[test]
fn a_list_is_loaded_once_with_progress_and_bad_lines_by_number() {
    let (database, folder) = (Database::fresh(), tempfile::tempdir().unwrap());
    let numbers: Vec<String> = (10..40).map(|at| format!("6109.10.00.{at}")).collect();
    let mut numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    numbers.push("6109.1");
    std::fs::write(folder.path().join("hts.csv"), schedule(&numbers)).unwrap();
    let load = |day: &str| admin(&database, folder.path(), &["import-tariff", "hts.csv", "--valid-from", day]);
    let first = load("2026-01-01");
    assert_eq!(out(&first), "Loaded 30 tariff lines, in force from 2026-01-01.\n", "{}", said(&first));
    assert!(said(&first).contains("100 % read") && said(&first).contains("Line 33: 6109.1 is no number"), "{first:?}");
    let second = load("2026-02-01");
    assert_eq!(out(&second), "Nothing changed: this file is loaded already, in force from 2026-01-01.\n");
    assert_eq!(database.count("SELECT count(*) FROM list_editions"), 1);
    assert_eq!(database.count("SELECT line_count FROM list_editions"), 30);
    assert_eq!(database.texts("SELECT DISTINCT subheading FROM tariff_lines"), ["610910"]);
}

#[test]
fn a_file_that_is_no_such_list_leaves_nothing_behind() {
    let (database, folder) = (Database::fresh(), tempfile::tempdir().unwrap());
    let broken = format!("[{}\n{{\"htsno\": ", "{\"htsno\": \"6109.10.00.10\"},\n".repeat(5000));
    std::fs::write(folder.path().join("broken.json"), broken).unwrap();
    std::fs::write(folder.path().join("other.csv"), "colour,size\nred,1\n").unwrap();
    for (command, file, words) in [
        ("import-tariff", "broken.json", "Line 5002"),
        ("import-tariff", "other.csv", "no column HTS Number"),
        ("import-ports", "other.csv", "no column Country"),
        ("import-carriers", "other.csv", "no column SCAC"),
        ("import-carriers", "missing.csv", "missing.csv"),
    ] {
        let output = admin(&database, folder.path(), &[command, file]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(said(&output).contains(words), "{command}: {}", said(&output));
    }
    let left = "SELECT (SELECT count(*) FROM list_editions) + (SELECT count(*) FROM tariff_lines)";
    assert_eq!(database.count(left), 0);
}

#[test]
fn the_application_reads_the_lists_and_cannot_change_them() {
    let database = Database::fresh();
    let mut conn = PgConnection::establish(&database.app_url()).unwrap();
    for table in ["list_editions", "tariff_lines", "places", "carriers"] {
        assert_eq!(sql_query(format!("SELECT 1 FROM {table}")).execute(&mut conn).unwrap(), 0);
        for change in [format!("DELETE FROM {table}"), format!("INSERT INTO {table} DEFAULT VALUES")] {
            let denied = sql_query(change).execute(&mut conn).unwrap_err().to_string();
            assert!(denied.contains("permission denied"), "{table}: {denied}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packet_is_judged_by_the_edition_of_its_day_and_the_page_says_by_which() {
    let house = House::new().await;
    let folder = tempfile::tempdir().unwrap();
    let otto = house.signed_in(Person::Otto).await;
    let address = otto.packet(papers(0)).await;
    house.work().await;
    assert!(otto.get(&address).await.words().contains(NO_TARIFF));
    assert!(otto.get("/rules").await.words().contains(NO_TARIFF));

    // The packet's own numbers are in force until long after its day; what comes then has others under the same eight digits.
    let result = otto.get(&format!("{address}/result.json")).await;
    let result: serde_json::Value = serde_json::from_slice(&result.bytes).unwrap();
    let printed: Vec<String> = result["documents"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|document| document["lines"].as_array().unwrap())
        .filter_map(|line| line["hts_code"]["value"].as_str().map(str::to_owned))
        .filter(|code| code.len() == 10)
        .collect();
    let changed = format!("{}99", &printed[0][..8]);
    let own: Vec<&str> = printed.iter().map(String::as_str).collect();
    let load = |name: &str, numbers: &[&str], day: &str| {
        std::fs::write(folder.path().join(name), schedule(numbers)).unwrap();
        let output = admin(&house.database, folder.path(), &["import-tariff", name, "--valid-from", day]);
        assert!(output.status.success(), "{output:?}");
    };
    let findings = async || {
        let again = otto.post(&format!("{address}/runs"), &[]).await;
        assert_eq!(again.status, 303);
        house.work().await;
        otto.get(&address).await.words()
    };
    load("later.csv", &[&changed], "2099-01-01");
    load("today.csv", &own, "2020-01-01");
    let page = findings().await;
    assert!(page.contains("judged by the tariff in force from 2020-01-01"), "{page}");
    assert!(!page.contains("Tariff number cannot be right"), "{page}");
    assert!(otto.get("/rules").await.words().contains("judged by the tariff in force from 2099-01-01"));

    load("gone.csv", &[&changed, "9999.99.99.99"], "2021-01-01");
    let page = findings().await;
    let sentence = format!(
        "{} is not in the tariff in force from 2021-01-01; under {} it has {changed}.",
        printed[0],
        &printed[0][..8]
    );
    assert!(page.contains("Tariff number cannot be right") && page.contains(&sentence), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_asked_for_is_looked_up() {
    let house = House::new().await;
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    put("carriers.csv", "SCAC,Name\nAAAA,One\nZZZZ,Nobody's Line\n");
    put("ports.csv", "country,location,name\nUS,LAX,Los Angeles\nKR,PUS,Busan\n");
    put("hts.csv", &schedule(&["6109.10.00.10", "6110.20.20.10"]));
    for command in ["carriers", "ports", "tariff"] {
        let file = if command == "tariff" { "hts.csv".to_owned() } else { format!("{command}.csv") };
        let output = admin(&house.database, folder.path(), &[&format!("import-{command}"), &file]);
        assert!(output.status.success(), "{output:?}");
    }
    let only = |word: &str| [word.to_owned()].into();
    let wanted = Wanted { subheadings: only("610910"), ports: only("KRPUS"), carriers: only("ZZZZ"), day: None };
    let team = house.database.texts("SELECT id FROM teams LIMIT 1").remove(0);
    let system = Actor::system(TeamId(team.parse().unwrap()));
    let permit = system.permit(Action::PacketView).unwrap();
    let found = house.db.read(&permit, move |tx| lists::find(tx, &wanted)).await.unwrap();
    assert_eq!(found.ports.unwrap().found, [Place { code: "KRPUS".into(), name: "Busan".into() }]);
    assert_eq!(found.carriers.unwrap().found, [Carrier { code: "ZZZZ".into(), name: "Nobody's Line".into() }]);
    let tariff = found.tariff.unwrap();
    assert_eq!(tariff.standing("6109100010"), Standing::Listed);
    assert_eq!(tariff.standing("6110202010"), Standing::Gone(vec![]), "nobody asked for it");
}

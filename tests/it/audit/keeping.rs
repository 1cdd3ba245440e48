//! What keeps the log by itself, and the checks that people ask for.

use super::{atlas, day, filled, report};
use crate::harness::database::Database;
use crate::harness::{House, Person, program};
use chrono::{Months, Utc};
use diesel::prelude::*;
use quayside::domain::audit::fault::Fault;
use quayside::store::audit::seed::{self, Made};
use std::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn each_days_anchor_is_made_once_in_two_places_and_a_damaged_one_is_named() {
    let house = filled().await;
    let (one, other) = (house.keeper(), house.keeper());
    let (first, second) = tokio::join!(one.look_after(), other.look_after());
    assert!(first.unwrap() != second.unwrap(), "one of two servers makes it");
    let day = Utc::now().date_naive();
    let copies = ["anchors", "objects/audit/anchors"]
        .map(|place| house.database.folder().join(place).join(format!("{day}.json")));
    let texts = copies.clone().map(|path| std::fs::read_to_string(path).unwrap());
    assert_eq!(texts[0], texts[1]);
    assert_eq!(house.keeper().anchors.all().await.unwrap().len(), 1);
    // One place lost: the other still proves.
    std::fs::remove_file(&copies[0]).unwrap();
    assert_eq!(report(&house).await.anchors, 1);
    std::fs::write(&copies[0], texts[0].replace("300", "200")).unwrap();
    let found = report(&house).await;
    assert_eq!((found.faults, found.anchors), (vec![Fault::AnchorDamaged { day }], 1));
    // Both places lost: that it is missing is known.
    copies.iter().for_each(|copy| std::fs::remove_file(copy).unwrap());
    let found = report(&house).await;
    assert_eq!((found.faults, found.anchors), (vec![Fault::AnchorMissing { day }], 0));
    // A server that died over its anchor: after its time another makes it.
    house.database.run("UPDATE audit_anchors SET made_at = NULL, claimed_until = now() - interval '1 minute'");
    assert!(house.keeper().look_after().await.unwrap());
    assert!(report(&house).await.is_whole());
}

#[tokio::test(flavor = "multi_thread")]
async fn months_are_made_ahead_by_the_role_that_serves_and_an_entry_outside_them_is_reported() {
    let house = House::new().await;
    let next = (Utc::now() + Months::new(5)).format("audit_entries_%Y_%m").to_string();
    let there = format!("SELECT count(*) FROM pg_class WHERE relname = '{next}'");
    house.database.run(&format!("DROP TABLE {next}"));
    house.keeper().look_after().await.unwrap();
    assert_eq!(house.database.count(&there), 1);
    let mut conn = PgConnection::establish(&house.database.app_url()).unwrap();
    let refused = diesel::sql_query("SELECT make_audit_month('2001-01-01')").execute(&mut conn).unwrap_err();
    assert!(refused.to_string().contains("permission denied"), "{refused}");
    let policies = house.database.count(&format!("SELECT count(*) FROM pg_policy WHERE polrelid = '{next}'::regclass"));
    assert_eq!(policies, 1, "a month made ahead is as closed as the others");
    let made = Made {
        at: day("2001-01-01"),
        email: "a@b.example".into(),
        address: "::1".into(),
        role: "viewer",
        action: "packet.view",
        subject: "x".into(),
        result: "success",
        diff: None,
    };
    seed::add(&house.db, atlas(&house), vec![made]).await.unwrap();
    assert_eq!(report(&house).await.faults, [Fault::Astray]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_has_the_chain_verified_as_work_and_the_page_names_what_is_wrong() {
    let house = House::new().await;
    let adam = house.signed_in(Person::Adam).await;
    assert!(adam.get("/audit/verification").await.words().contains("Not verified yet"));
    for (tamper, says) in
        [("SELECT 1", "Whole"), ("UPDATE audit_entries SET role = 'owner' WHERE seq = 1", "Entry 1 was changed")]
    {
        house.database.run(tamper);
        let asked = adam.request("post", "/audit/verification").await;
        assert_eq!(asked.location.as_deref(), Some("/audit/verification"));
        assert_eq!(adam.request("post", "/audit/verification").await.status, 303, "asking twice is asking once");
        assert!(adam.get("/audit/verification").await.words().contains("Verifying"));
        assert_eq!(house.work().await, 1);
        assert!(adam.get("/audit/verification").await.words().contains(says), "{says}");
    }
    assert_eq!(house.database.audit().last().unwrap(), "system audit.verify broken");
    assert!(adam.get("/audit").await.words().contains("Broken"));
}

#[test]
fn the_command_verifies_every_team_and_its_exit_status_says_how_it_stands() {
    let database = Database::fresh();
    let verify = |more: &[&str]| {
        let mut command = Command::new(program());
        command.args(["audit", "verify"]).args(more).env_clear();
        command.env("DATABASE_URL", database.app_url()).env("QUAYSIDE_VAR", database.folder().join("var"));
        command.env("QUAYSIDE_SECRET", std::str::from_utf8(crate::harness::SECRET).unwrap());
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (status, said) = verify(&[]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("Atlas Customs: whole. 0 entries") && said.contains("Other Brokers: whole"), "{said}");
    database
        .run("INSERT INTO audit_heads (team_id, seq, hash) SELECT id, 3, 'x' FROM teams WHERE name = 'Atlas Customs'");
    let (status, said) = verify(&["--team", "Atlas Customs"]);
    assert_eq!(status, Some(1));
    assert!(said.contains("Atlas Customs: BROKEN") && said.contains("Entries 1 to 3 are missing at the end"), "{said}");
    assert_eq!(verify(&["--team", "Nobody"]).0, Some(2));
}

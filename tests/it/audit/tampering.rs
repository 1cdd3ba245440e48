//! Whoever changes the log behind the application is found.

use super::{atlas, filled, report};
use crate::harness::House;
use chrono::{Datelike, Utc};
use quayside::domain::audit::fault::Fault;

/// Tampers behind the policies, sees what is found, and puts everything back.
async fn after(house: &House, tamper: &str) -> Vec<Fault> {
    let database = &house.database;
    for table in ["audit_entries", "audit_heads", "audit_identities", "audit_kinds"] {
        database.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"));
    }
    let team = atlas(house);
    for statement in tamper.split(';') {
        database.run(&statement.replace("OURS", &format!("team_id = '{team}'")));
    }
    let faults = report(house).await.faults;
    for table in ["audit_entries", "audit_heads", "audit_identities", "audit_kinds"] {
        database.run(&format!("DELETE FROM {table}"));
        database.run(&format!("INSERT INTO {table} SELECT * FROM kept_{table}"));
        database.run(&format!("DROP TABLE kept_{table}"));
    }
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_removed_swapped_cut_off_and_hidden_entries_are_each_found_and_named() {
    let house = filled().await;
    assert!(house.keeper().look_after().await.unwrap(), "the day's anchor is made");
    let day = Utc::now().date_naive();
    let whole = report(&house).await;
    assert_eq!((whole.is_whole(), whole.entries, whole.anchors), (true, 300, 1), "{:?}", whole.faults);
    let lower = "UPDATE audit_heads SET seq = 290, hash = (SELECT hash FROM audit_entries e WHERE e.seq = 290 AND e.OURS) WHERE OURS";
    let (month, action, result) = (day.with_day(1).unwrap(), "packet.check", "success");
    for (tamper, found) in [
        ("UPDATE audit_entries SET result = 'success' WHERE seq = 12 AND OURS", vec![Fault::Changed { seq: 12 }]),
        ("UPDATE audit_entries SET diff = '{}' WHERE seq = 1 AND OURS", vec![Fault::Changed { seq: 1 }]),
        (
            "UPDATE audit_entries SET at = at + interval '1 second' WHERE seq = 300 AND OURS",
            vec![Fault::Changed { seq: 300 }],
        ),
        ("DELETE FROM audit_entries WHERE seq BETWEEN 20 AND 30 AND OURS", vec![Fault::Removed { from: 20, to: 30 }]),
        (
            "UPDATE audit_entries SET seq = 83 - seq WHERE seq IN (41, 42) AND OURS",
            vec![Fault::Moved { seq: 41, written_as: 42 }, Fault::Moved { seq: 42, written_as: 41 }],
        ),
        (
            "UPDATE audit_entries SET seq = 300 - seq WHERE seq IN (100, 200) AND OURS",
            vec![Fault::Moved { seq: 100, written_as: 200 }, Fault::Moved { seq: 200, written_as: 100 }],
        ),
        ("DELETE FROM audit_entries WHERE seq > 290 AND OURS", vec![Fault::CutOff { from: 291, to: 300 }]),
        (
            &format!("{lower};DELETE FROM audit_entries WHERE seq > 290 AND OURS"),
            vec![Fault::CutOffAndHidden { from: 291, to: 300, day }],
        ),
        (
            "DELETE FROM audit_entries WHERE OURS;DELETE FROM audit_heads WHERE OURS",
            vec![Fault::CutOffAndHidden { from: 1, to: 300, day }],
        ),
        (lower, vec![Fault::HeadChanged { says: 290, to: 300 }]),
    ] {
        assert_eq!(after(&house, tamper).await, found, "{tamper}");
    }
    let other = "(SELECT person FROM audit_identities i WHERE email LIKE 'olga%' LIMIT 1)";
    let misfiled = format!("UPDATE audit_entries SET person = {other} WHERE seq = 78 AND OURS");
    assert!(after(&house, &misfiled).await.contains(&Fault::Misfiled { seq: 78 }));
    let renamed =
        after(&house, "UPDATE audit_identities SET email = 'eve@x.example' WHERE address = '192.0.2.1' AND OURS").await;
    assert!(renamed.len() >= 2 && renamed.iter().all(|fault| matches!(fault, Fault::Renamed { .. })), "{renamed:?}");
    let unlisted = after(&house, &format!("DELETE FROM audit_kinds WHERE action = '{action}' AND OURS")).await;
    assert!(
        !unlisted.is_empty() && unlisted.iter().all(|fault| matches!(fault, Fault::Unlisted { .. })),
        "{month} {result}"
    );
    // Erasing a person touches nothing of the chain.
    assert_eq!(after(&house, "UPDATE audit_identities SET email = NULL, address = NULL, user_id = NULL").await, []);
    assert!(report(&house).await.is_whole(), "everything is back");
}

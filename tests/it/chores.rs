//! What is over goes by itself, though nobody asks for anything any more.

use crate::harness::House;
use quayside::domain::ids::TeamId;
use quayside::store::readings::{Of, find, keep};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_scan_was_read_as_is_forgotten_after_a_month() {
    let house = House::new().await;
    let team: TeamId = house.database.texts("SELECT id FROM teams ORDER BY id").remove(0).parse().unwrap();
    let of = |digit: &str| Of { sha256: digit.repeat(64), arrangement: String::new() };
    for digit in ["a", "b"] {
        keep(&house.db, team, of(digit), json!({ "read": digit })).await.unwrap();
    }
    house.database.run("UPDATE readings SET made_at = now() - interval '31 days' WHERE sha256 LIKE 'a%'");
    house.database.run("UPDATE readings SET made_at = now() - interval '29 days' WHERE sha256 LIKE 'b%'");
    house.work().await;
    assert_eq!(find(&house.db, team, of("a")).await.unwrap(), None);
    assert_eq!(find(&house.db, team, of("b")).await.unwrap(), Some(json!({ "read": "b" })));
}

//! Waivers: findings that pass, by whom, why and until when.

use super::{one_packet, result};
use crate::harness::browser::Page;
use crate::harness::{Browser, Person};

const CODE: &str = "match.package_count";

/// The finding of a code as the result writes it.
fn finding<'r>(result: &'r serde_json::Value, code: &str) -> &'r serde_json::Value {
    result["findings"].as_array().unwrap().iter().find(|it| it["code"] == code).unwrap()
}

/// What the page shows for a code: the attributes of its article.
fn article(page: &Page, code: &str) -> String {
    let text = page.text();
    let all = text.split("<article").skip(1).find(|article| article.contains(&format!("#{code}\""))).unwrap();
    all.split("</article>").next().unwrap().to_owned()
}

/// The name of the finding in its form.
fn key(page: &Page, code: &str) -> String {
    let article = article(page, code);
    article.split("name=\"finding\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn waive(browser: &Browser, address: &str, code: &str, reason: &str, until: &str) -> Page {
    let key = key(&browser.get(address).await, code);
    browser.post(&format!("{address}/waivers"), &[("finding", &key), ("reason", reason), ("until", until)]).await
}

fn standing(house: &crate::harness::House) -> String {
    house.database.texts("SELECT verdict || ' ' || score || ' ' || criticals FROM packets").remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waived_finding_stays_visible_and_counts_for_nothing() {
    let (house, otto, address) = one_packet(1).await;
    let before = result(&otto, &address).await;
    let score = before["packet"]["score"].as_u64().unwrap();
    assert_eq!(waive(&otto, &address, CODE, "the carrier counts pallets", "2099-12-31").await.status, 303);
    let page = otto.get(&address).await;
    let shown = article(&page, CODE);
    assert!(shown.contains("data-waived") && shown.contains("<s>"), "{shown}");
    for part in ["until 31 Dec 2099 by Otto Tester", "the carrier counts pallets", "1 waived", "1 finding is waived"] {
        assert!(page.words().contains(part), "{part}: {}", page.words());
    }
    let after = result(&otto, &address).await;
    assert_eq!(after["packet"]["score"].as_u64().unwrap(), score + 12);
    assert_eq!(finding(&after, CODE)["waiver"]["reason"], "the carrier counts pallets");
    assert_eq!(before["findings"].as_array().unwrap().len(), after["findings"].as_array().unwrap().len());
    assert_eq!(standing(&house), format!("blocked {} 1", score + 12), "the list says so, too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiver_holds_in_every_run_and_is_taken_back_by_a_person() {
    let (house, otto, address) = one_packet(1).await;
    let untouched = standing(&house);
    waive(&otto, &address, CODE, "known", "").await;
    let waived = standing(&house);
    otto.post(&format!("{address}/runs"), &[]).await;
    house.work().await;
    assert_eq!(standing(&house), waived);
    let page = otto.get(&address).await;
    assert!(page.words().contains("Waived for good by Otto Tester"), "{}", page.words());
    let waiver = page.all("input[name=waiver]", "value").remove(0);
    assert_eq!(otto.post(&format!("{address}/waivers/back"), &[("waiver", &waiver)]).await.status, 303);
    assert_eq!(standing(&house), untouched);
    assert!(!article(&otto.get(&address).await, CODE).contains("data-waived"));
    let twice = otto.post(&format!("{address}/waivers/back"), &[("waiver", &waiver)]).await;
    assert_eq!(twice.status, 409);
    assert!(twice.words().contains("This waiver has ended already."), "{}", twice.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiver_ends_by_itself_when_its_last_day_is_over() {
    let (house, otto, address) = one_packet(1).await;
    let untouched = standing(&house);
    waive(&otto, &address, CODE, "until the corrected bill comes", "2099-12-31").await;
    assert_eq!(house.database.texts("SELECT due_at::date FROM work"), ["2100-01-01"]);
    assert_eq!(house.work().await, 0, "nothing is due before");
    house.database.run("UPDATE waivers SET until = current_date - 1");
    assert!(!article(&otto.get(&address).await, CODE).contains("data-waived"), "the page knows at once");
    house.database.run("UPDATE work SET due_at = now()");
    assert_eq!(house.work().await, 1);
    assert_eq!(standing(&house), untouched, "and the list when the work is done");
    assert_eq!(house.database.audit().last().unwrap(), "system packet.waive success");
    assert_eq!(house.database.count("SELECT count(*) FROM waivers WHERE ended_at IS NOT NULL AND ended_by IS NULL"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiver_has_a_reason_and_a_day_that_is_not_over() {
    let (house, otto, address) = one_packet(1).await;
    for (reason, until, sentence) in [
        ("", "", "Say why"),
        ("known", "2020-01-01", "Choose today or a later day"),
        ("known", "soon", "Write the day as 2026-12-31"),
    ] {
        let refused = waive(&otto, &address, CODE, reason, until).await;
        assert_eq!(refused.status, 422);
        assert!(refused.words().contains(sentence), "{}", refused.words());
    }
    let nothing = otto.post(&format!("{address}/waivers"), &[("finding", "x"), ("reason", "known")]).await;
    assert_eq!(nothing.status, 409);
    assert!(nothing.words().contains("does not stand any more"), "{}", nothing.words());
    assert_eq!(house.database.count("SELECT count(*) FROM waivers"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_people_who_waive_at_once_one_is_told_and_the_first_reason_stands() {
    let (house, otto, address) = one_packet(1).await;
    let olga = house.signed_in(Person::Olga).await;
    let key = key(&otto.get(&address).await, CODE);
    let path = format!("{address}/waivers");
    let form = |reason| [("finding", key.as_str()), ("reason", reason), ("until", "")];
    let (his, hers) = (form("his"), form("hers"));
    let (one, other) = tokio::join!(otto.post(&path, &his), olga.post(&path, &hers));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert_eq!(house.database.count("SELECT count(*) FROM waivers"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiver_is_in_the_log_with_the_score_before_and_after_and_no_viewer_gives_one() {
    let (house, otto, address) = one_packet(1).await;
    waive(&otto, &address, CODE, "known", "2099-12-31").await;
    let diff = house.database.texts("SELECT diff FROM audit_entries WHERE action = 'packet.waive'").remove(0);
    let diff: serde_json::Value = serde_json::from_str(&diff).unwrap();
    assert_eq!((&diff["before"]["waiver"], &diff["before"]["code"]), (&serde_json::Value::Null, &CODE.into()));
    assert_eq!(diff["after"]["waiver"], serde_json::json!({ "reason": "known", "until": "2099-12-31" }));
    assert_eq!(
        diff["after"]["score"].as_u64().unwrap(),
        diff["before"]["score"].as_u64().unwrap() + 12,
        "what it changed"
    );
    let vera = house.signed_in(Person::Vera).await;
    let page = vera.get(&address).await;
    assert!(page.words().contains("Waived until 31 Dec 2099 by Otto Tester"), "{}", page.words());
    assert!(!page.words().contains("Waive with a reason") && page.all("input[name=waiver]", "value").is_empty());
    assert_eq!(vera.post(&format!("{address}/waivers"), &[]).await.status, 403);
    assert_eq!(vera.post(&format!("{address}/waivers/back"), &[]).await.status, 403);
}

//! The runs of a packet side by side: the course of its score, and what one run finds and reads otherwise than another.

use super::{one_packet, result};
use crate::harness::Person;

/// Corrects the package count of a document of a kind.
async fn right_the_count(otto: &crate::harness::Browser, address: &str, kind: &str) {
    let result = result(otto, address).await;
    let found = result["documents"].as_array().unwrap().iter().find(|document| document["kind"] == kind).unwrap();
    let id = found["id"].as_str().unwrap();
    let page = otto.get(&format!("{address}?document={id}&field=package_count")).await;
    let typed = [("value", "120"), ("reason", "seen on the page")];
    assert_eq!(super::send(otto, &page, address, "/corrections", &typed).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_score_of_each_run_is_a_point_that_leads_to_what_changed_in_it() {
    let (house, otto, address) = one_packet(1).await;
    assert!(otto.get(&address).await.all("figure.course", "class").is_empty(), "one run has no course");
    let alone = otto.get(&format!("{address}/compare")).await;
    assert!(alone.status == 200 && alone.words().contains("Nothing to compare yet"), "{}", alone.words());
    for kind in ["bill_of_lading", "arrival_notice"] {
        right_the_count(&otto, &address, kind).await;
        house.work().await;
    }
    let page = otto.get(&address).await;
    let points = page.all("figure.course svg a", "href");
    let last = format!("{address}/compare?from=2&to=3");
    assert_eq!(points, [format!("{address}/compare?from=1&to=2"), last.clone()]);
    let compared = otto.get(&last).await;
    for part in ["Run 2", "Run 3", "Not found any more: 1", "Package", "118", "120"] {
        assert!(compared.words().contains(part), "{part}: {}", compared.words());
    }
    assert_eq!(otto.get(&format!("{address}/compare")).await.all("option[selected]", "value"), ["2", "3"]);
    assert_eq!(
        otto.get(&format!("{address}/compare?from=3&to=1")).await.all("option[selected]", "value"),
        ["1", "3"],
        "whichever way round they were chosen"
    );
    assert_eq!(otto.get(&format!("{address}/compare?from=9&to=1")).await.status, 404);
    assert_eq!(otto.get(&format!("{address}/compare?from=x")).await.status, 404);
    let stan = house.signed_in(Person::Stan).await;
    assert_eq!(stan.get(&last).await.status, 404, "another team's");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_that_say_the_same_are_told_to_and_a_waiver_counts_for_the_run_of_its_time() {
    let (house, otto, address) = one_packet(1).await;
    otto.post(&format!("{address}/runs"), &[]).await;
    house.work().await;
    let compared = otto.get(&format!("{address}/compare?from=1&to=2")).await;
    assert!(compared.words().contains("Nothing changed"), "{}", compared.words());
    let key = otto.get(&address).await.all("form[action$='/waivers'] input[name=finding]", "value").remove(0);
    otto.post(&format!("{address}/waivers"), &[("finding", &key), ("reason", "known")]).await;
    let scores = || house.database.texts("SELECT score::text FROM runs ORDER BY number");
    let packet = house.database.texts("SELECT score::text FROM packets").remove(0);
    assert!(scores()[0] < scores()[1] && scores()[1] == packet, "{:?} {packet}", scores());
    assert!(otto.get(&format!("{address}/compare?from=1&to=2")).await.words().contains("waived"));
}

//! Who has no packet yet can try one: invented papers, read and checked like any other.

use crate::harness::{House, Person};

#[tokio::test(flavor = "multi_thread")]
async fn a_team_without_packets_tries_a_sample_whose_finding_leads_to_its_proof() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let list = otto.get("/packets").await;
    let key = list.all("form[action='/packets/sample'] input[name=key]", "value").remove(0);
    let form = [("key", key.as_str())];
    let made = otto.post("/packets/sample", &form).await;
    assert_eq!(made.status, 303, "{}", made.words());
    let packet = made.location.unwrap();
    assert_eq!(otto.post("/packets/sample", &form).await.location.as_deref(), Some(packet.as_str()), "once");
    house.work().await;
    let page = otto.get(&packet).await;
    let words = page.words();
    assert!(words.contains("Sample: invented shipment") && words.contains("Blocked"), "{words}");
    let evidence = page.all(".finding .versus a", "href").remove(0);
    assert_eq!(otto.get(evidence.split('#').next().unwrap()).await.status, 200);
    let pages = house.database.texts("SELECT DISTINCT (position('an invented shipment' IN text) > 0)::text FROM pages");
    assert_eq!(pages, ["true"], "every page says what it is");
    assert_eq!(house.database.count("SELECT count(*) FROM files"), 5, "nothing of the second one stays");
    assert!(house.database.audit().contains(&"operator packet.create success".to_owned()));
    let again = otto.get("/packets").await;
    assert!(again.all("form[action='/packets/sample']", "method").is_empty(), "only where there is no packet");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_upload_is_offered_no_sample() {
    let house = House::new().await;
    let vera = house.signed_in(Person::Vera).await;
    let list = vera.get("/packets").await;
    assert!(list.words().contains("No packets yet") && list.words().contains("An Operator of your team"));
    assert_eq!(vera.post("/packets/sample", &[]).await.status, 403);
}

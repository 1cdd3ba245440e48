//! What a team expects of its clients' papers, from the form to the finding.

use crate::harness::{House, Person, papers};
use quayside::print::invented::SHIPMENTS;

async fn first(house: &House, otto: &crate::harness::Browser) -> String {
    let packet = otto.packet(papers(0)).await;
    house.work().await;
    packet
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_expected_of_a_client_is_found_missing_and_said_by_name() {
    let house = House::new().await;
    let (adam, otto) = (house.signed_in(Person::Adam).await, house.signed_in(Person::Otto).await);
    let before = otto.get(&first(&house, &otto).await).await.words();
    assert!(!before.contains("It is judged by what is expected"), "{before}");
    let buyer = house.database.texts("SELECT result #>> '{documents,0,fields,buyer_name,value}' FROM runs").remove(0);
    let shouted = buyer.to_uppercase();
    let form = [
        ("name", "Our client"),
        ("aliases", shouted.as_str()),
        ("document", "transit_declaration"),
        ("field", "commercial_invoice.payment_terms"),
        ("field", "packing_list.payment_terms"),
        ("severity.match.gross_weight", "info"),
        ("weight", "0,5 %"),
    ];
    let saved = adam.post("/clients", &form).await;
    assert_eq!(saved.location.as_deref(), Some("/clients?done=saved"), "{}", saved.words());
    let kept = house.database.texts("SELECT profile FROM clients").remove(0);
    assert!(kept.contains("0.5") && !kept.contains("packing_list\""), "a packing list has no terms of payment: {kept}");
    assert!(otto.get("/clients").await.words().contains("1 document · 1 field · weights ± 0.5 %"));
    let page = otto.get(&first(&house, &otto).await).await;
    assert!(page.words().contains("It is judged by what is expected of Our client."), "{}", page.words());
    assert!(page.words().contains("Packets of Our client need the transit declaration."), "{}", page.words());
    let verdicts = house.database.texts("SELECT verdict FROM packets ORDER BY created_at");
    assert_eq!(verdicts, ["ready", "blocked"], "{} shipments", SHIPMENTS.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_at_one_client_overwrite_nothing_and_what_was_typed_stays() {
    let house = House::new().await;
    let (adam, olga) = (house.signed_in(Person::Adam).await, house.signed_in(Person::Olga).await);
    adam.post("/clients", &[("name", "Harbor Retail")]).await;
    let id = house.database.texts("SELECT id FROM clients").remove(0);
    let address = format!("/clients/{id}");
    let version = adam.get(&address).await.all("input[name=version]", "value").remove(0);
    let change = |name: &'static str| [("name", name), ("version", version.as_str())].map(|(a, b)| (a, b.to_owned()));
    let send = |browser: &crate::harness::Browser, name: &'static str| {
        let form = change(name);
        let (address, browser) = (address.clone(), browser.at(&house.base));
        async move {
            let form: Vec<(&str, &str)> = form.iter().map(|(a, b)| (*a, b.as_str())).collect();
            browser.post(&address, &form).await
        }
    };
    let (one, two) = tokio::join!(send(&adam, "Harbor One"), send(&olga, "Harbor Two"));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    let refused = if one.status == 422 { one } else { two };
    assert!(refused.words().contains("Somebody else has changed this client meanwhile"), "{}", refused.words());
    assert!(refused.all("#name", "value").remove(0).starts_with("Harbor "), "what was typed stays");
    let wrong = adam.post("/clients", &[("name", " "), ("weight", "much"), ("aliases", "HR")]).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.all(".summary a", "href"), ["#name", "#weight"]);
    assert_eq!(wrong.all("#weight", "value"), ["much"]);
    let double = adam.post("/clients", &[("name", "harbor retail")]).await;
    let taken = house.database.count("SELECT count(*) FROM clients WHERE lower(name) = 'harbor retail'");
    assert_eq!((double.status, taken), (303, 1), "the old name is free again");
    assert_eq!(adam.post("/clients", &[("name", "HARBOR RETAIL")]).await.status, 422, "one of a name");
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_and_viewers_see_what_is_expected_and_change_nothing() {
    let house = House::new().await;
    let (adam, otto, vera) =
        (house.signed_in(Person::Adam).await, house.signed_in(Person::Otto).await, house.signed_in(Person::Vera).await);
    adam.post("/clients", &[("name", "Harbor Retail")]).await;
    let id = house.database.texts("SELECT id FROM clients").remove(0);
    for browser in [&otto, &vera] {
        assert!(browser.get("/clients").await.words().contains("Harbor Retail"));
        let page = browser.get(&format!("/clients/{id}")).await;
        assert!(page.status == 200 && !page.text().contains("Save</button>"));
        assert_eq!(browser.post(&format!("/clients/{id}"), &[("name", "Theirs"), ("version", "1")]).await.status, 403);
        assert_eq!(browser.post(&format!("/clients/{id}/remove"), &[]).await.status, 403);
    }
    assert_eq!(adam.post(&format!("/clients/{id}/remove"), &[]).await.status, 303);
    let log =
        house.database.texts("SELECT diff FROM audit_entries WHERE action = 'client.remove' AND result = 'success'");
    assert!(log.iter().any(|diff| diff.contains("Harbor Retail")), "{log:?}");
}

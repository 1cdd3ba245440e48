//! Two names that a broker says are one company: remembered, told, and taken back.

use crate::harness::{Browser, House, Person, Upload};

/// An invoice and an ISF that name the buyer in two ways.
fn differing() -> Vec<Upload> {
    let invoice = "COMMERCIAL INVOICE\nInvoice No.: INV-7\nInvoice Date: 2026-06-02\nSeller: Hongda Plastics Ltd.\n\
        Buyer: Silver Bay Trading LLC\nTotal Amount: USD 230.00\n";
    let isf = "IMPORTER SECURITY FILING (ISF 10+2)\nSeller: Hongda Plastics Ltd.\nBuyer: Harbor Retail Group Inc.\n";
    [("invoice.txt", invoice), ("isf.txt", isf)].map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into()
}

async fn buyer(browser: &Browser, packet: &str) -> serde_json::Value {
    let result: serde_json::Value =
        serde_json::from_str(&browser.get(&format!("{packet}/result.json")).await.text()).unwrap();
    let findings = result["findings"].as_array().unwrap().clone();
    findings.iter().find(|finding| finding["code"] == "match.buyer").cloned().unwrap_or(result)
}

/// What the form under the finding would send.
async fn form(browser: &Browser, packet: &str) -> Vec<(String, String)> {
    let page = browser.get(packet).await;
    let field = |name: &str| page.all(&format!("form[action$='/aliases'] input[name={name}]"), "value").remove(0);
    vec![("finding".to_owned(), field("finding")), ("names".to_owned(), field("names"))]
}

async fn confirm(browser: &Browser, packet: &str, form: &[(String, String)]) -> u16 {
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(&format!("{packet}/aliases"), &form).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_pair_is_a_note_in_every_packet_of_the_team_until_it_is_taken_back() {
    let house = House::new().await;
    let (otto, stan) = (house.signed_in(Person::Otto).await, house.signed_in(Person::Stan).await);
    let packet = otto.packet(differing()).await;
    let theirs = stan.packet(differing()).await;
    house.work().await;
    assert_eq!(buyer(&otto, &packet).await["code"], "match.buyer", "{:?}", buyer(&otto, &packet).await);
    let said = form(&otto, &packet).await;
    assert!(said[1].1.contains("Harbor Retail Group Inc.") && said[1].1.contains("Silver Bay Trading LLC"), "{said:?}");
    let other = [said[0].clone(), ("names".to_owned(), "Harbor Retail = Somebody Else".to_owned())];
    assert_ne!(confirm(&otto, &packet, &other).await, 303, "other names than the page showed");
    assert_eq!(confirm(&otto, &packet, &said).await, 303);
    house.work().await;
    let note = buyer(&otto, &packet).await;
    assert_eq!(note["severity"], "info");
    assert!(note["explanation"].as_str().unwrap().contains("Same company as confirmed by Otto Tester on"), "{note}");

    let next = otto.packet(differing()).await;
    stan.post(&format!("{theirs}/runs"), &[]).await;
    house.work().await;
    assert_eq!(buyer(&otto, &next).await["severity"], "info", "the next packet of the team");
    assert_ne!(buyer(&stan, &theirs).await["severity"], "info", "another team has said nothing");

    let clients = otto.get("/clients").await;
    assert!(clients.words().contains("Silver Bay Trading LLC") && clients.words().contains("Otto Tester"));
    let remove = clients.all("#same form", "action").remove(0);
    assert_eq!(stan.post(&remove, &[]).await.status, 404);
    assert_eq!(otto.post(&remove, &[]).await.location.as_deref(), Some("/clients?done=apart"));
    otto.post(&format!("{next}/runs"), &[]).await;
    house.work().await;
    assert_ne!(buyer(&otto, &next).await["severity"], "info");
    let log = house.database.audit();
    for entry in ["operator alias.save success", "operator alias.remove success"] {
        assert!(log.iter().any(|line| line == entry), "{entry}: {log:?}");
    }
    assert_eq!(house.database.count("SELECT count(*) FROM party_aliases"), 0);
}

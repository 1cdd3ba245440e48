//! Asking the importer: the prepared letter, what is typed into it, the way it takes, and what is kept of it.

use super::{one_packet, send};
use crate::harness::browser::Page;
use crate::harness::post_office::PostOffice;
use crate::harness::{House, Person, papers};

const TO: (&str, &str) = ("to", "imports@harbor.example");

/// Where the importer is asked about a finding.
fn way(page: &Page, title: &str) -> String {
    let text = page.text();
    let all = text.split("<article").skip(1).find(|article| article.contains(title)).unwrap();
    let href = all.split("/ask?finding=").nth(1).unwrap().split('"').next().unwrap();
    format!("/ask?finding={href}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prepared_letter_leaves_with_the_persons_own_address_for_the_answer_and_stays_in_the_history() {
    let office = PostOffice::open();
    let house = House::with(&[("QUAYSIDE_MAIL", &office.url)]);
    let otto = house.signed_in(Person::Otto).await;
    let address = otto.packet(papers(1)).await;
    house.work().await;
    let packet = otto.get(&address).await;
    let form = otto.get(&format!("{address}{}", way(&packet, "match.package_count"))).await;
    for part in [
        "we are preparing the customs entry",
        "Bill of lading",
        "118",
        "120",
        "Otto Tester",
        "Atlas Customs",
        "invoice ",
    ] {
        assert!(form.text().contains(part), "{part}: {}", form.text());
    }
    assert!(form.all("#subject", "value").remove(0).starts_with("Shipment "));
    let typed =
        [TO, ("subject", "The count\r\nBcc: x@evil.example"), ("text", "Which count is right?\n.\n118 or 120?")];
    let sent = send(&otto, &form, &address, "/ask", &typed).await;
    assert_eq!((sent.status, sent.location), (303, Some(format!("{address}#comments"))));
    assert!(otto.get(&address).await.words().contains("(on its way)"));
    assert_eq!(house.postman().run_until_idle().await.unwrap(), 1);
    let arrived = office.arrived().remove(0);
    assert_eq!(arrived.to, ["RCPT TO:<imports@harbor.example>"]);
    let has = |line: &str| arrived.data.lines().any(|it| it == line);
    assert!(has("Reply-To: otto@atlas.example") && has("Subject: The count Bcc: x@evil.example"), "{}", arrived.data);
    assert!(arrived.data.contains("Which count is right?") && !arrived.data.lines().any(|it| it.starts_with("Bcc")));
    let vera = house.signed_in(Person::Vera).await;
    let told = vera.get(&address).await;
    for part in ["Asked the importer", "Otto Tester to imports@harbor.example", "Which count is right?"] {
        assert!(told.words().contains(part), "{part}: {}", told.words());
    }
    assert!(told.all("a[href*='/ask']", "href").is_empty(), "who only looks does not ask");
    let diff = house.database.texts("SELECT diff FROM audit_entries WHERE action = 'packet.ask'").remove(0);
    assert!(diff.contains("imports@harbor.example") && diff.contains("sha256") && !diff.contains("Which"), "{diff}");
    let next = otto.packet(papers(1)).await;
    house.work().await;
    let proposed = otto.get(&format!("{next}/ask")).await.all("#to", "value");
    assert_eq!(proposed, ["imports@harbor.example"], "the address that was used last for this client");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_is_said_beside_its_field_and_what_was_typed_is_kept() {
    let (house, otto, address) = one_packet(1).await;
    let form = otto.get(&format!("{address}/ask")).await;
    let typed = [("to", "harbor"), ("subject", " "), ("text", "My own words & more")];
    let refused = send(&otto, &form, &address, "/ask", &typed).await;
    assert_eq!(refused.status, 422);
    assert!(refused.words().contains("Enter an e-mail address like name@company.com."), "{}", refused.words());
    assert_eq!(refused.all("#to, #subject", "aria-invalid"), ["true", "true"]);
    assert_eq!(refused.all("#to", "value"), ["harbor"]);
    assert!(refused.words().contains("My own words & more"));
    assert_eq!(house.database.count("SELECT count(*) FROM questions") + house.letters().await.len() as i64, 0);
    let unknown = otto.get(&format!("{address}/ask?finding={}", "a".repeat(64))).await;
    assert!(unknown.status == 409 && unknown.words().contains("does not stand any more"), "{}", unknown.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_form_sends_one_letter_and_two_people_do_not_ask_the_same_unseen() {
    let (house, otto, address) = one_packet(1).await;
    let olga = house.signed_in(Person::Olga).await;
    let (one, other) = (otto.get(&format!("{address}/ask")).await, olga.get(&format!("{address}/ask")).await);
    let typed = [TO, ("subject", "Your papers"), ("text", "Otto asks")];
    for _ in 0..2 {
        assert_eq!(send(&otto, &one, &address, "/ask", &typed).await.status, 303);
    }
    assert_eq!(house.letters().await.len(), 1, "a form that is sent twice");
    let typed = [TO, ("subject", "Your papers"), ("text", "Olga asks")];
    let conflict = send(&olga, &other, &address, "/ask", &typed).await;
    assert_eq!(conflict.status, 409);
    for part in ["Somebody was faster", "Otto Tester wrote to imports@harbor.example", "Olga asks"] {
        assert!(conflict.words().contains(part), "{part}: {}", conflict.words());
    }
    assert_eq!(
        send(&olga, &conflict, &address, "/ask", &typed).await.status,
        303,
        "who knows of it may ask all the same"
    );
    assert_eq!(house.letters().await.len(), 2);
    otto.post(&format!("{address}/delete"), &[]).await;
    assert_eq!(otto.get(&format!("{address}/ask")).await.status, 409, "in the bin");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_importer_is_not_flooded() {
    let (house, otto, address) = one_packet(1).await;
    for number in 0..11 {
        let form = otto.get(&format!("{address}/ask")).await;
        let text = format!("Letter {number}");
        let sent = send(&otto, &form, &address, "/ask", &[TO, ("subject", "x"), ("text", &text)]).await;
        assert_eq!(sent.status, if number < 10 { 303 } else { 429 }, "{number}");
    }
    assert_eq!(house.letters().await.len(), 10);
}

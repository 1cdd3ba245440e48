//! Corrections: the value of a person over the reading of a machine, in every later run.

use super::{codes, one_packet, result, send};
use crate::harness::browser::Page;
use crate::harness::{Browser, Person};

/// The document of a kind, its id and what it says.
fn document<'r>(result: &'r serde_json::Value, kind: &str) -> &'r serde_json::Value {
    result["documents"].as_array().unwrap().iter().find(|document| document["kind"] == kind).unwrap()
}

/// The page on which one value is chosen.
async fn chosen(browser: &Browser, address: &str, kind: &str, field: &str, line: Option<usize>) -> Page {
    let result = result(browser, address).await;
    let id = document(&result, kind)["id"].as_str().unwrap().to_owned();
    let line = line.map(|line| format!("&line={line}")).unwrap_or_default();
    browser.get(&format!("{address}?document={id}&field={field}{line}")).await
}

/// The two papers of the second demo shipment that were drawn with too few packages, and what they say.
const WRONG: [&str; 2] = ["bill_of_lading", "arrival_notice"];

/// Corrects them to what the others say.
async fn right_the_counts(otto: &Browser, address: &str) -> Page {
    let first = chosen(otto, address, WRONG[0], "package_count", None).await;
    let second = chosen(otto, address, WRONG[1], "package_count", None).await;
    let typed = [("value", "120"), ("reason", "seen on the page")];
    assert_eq!(send(otto, &first, address, "/corrections", &typed).await.status, 303);
    send(otto, &second, address, "/corrections", &typed).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_what_the_checks_see_and_the_reading_stays_beside_it() {
    let (house, otto, address) = one_packet(1).await;
    let before = result(&otto, &address).await;
    assert!(codes(&before).contains(&"match.package_count".to_owned()));
    let sent = right_the_counts(&otto, &address).await;
    let way = sent.location.unwrap();
    let waiting = otto.get(way.trim_end_matches("#viewer")).await;
    assert!(waiting.text().contains("field=package_count\""), "the way back to the value is kept: {}", waiting.text());
    house.work().await;
    let after = result(&otto, &address).await;
    assert!(!codes(&after).contains(&"match.package_count".to_owned()), "{:?}", codes(&after));
    assert!(codes(&after).contains(&"arithmetic.line_amount".to_owned()), "the other finding stands");
    assert!(after["packet"]["score"].as_u64() > before["packet"]["score"].as_u64());
    let corrected = document(&after, WRONG[1]);
    assert_eq!(corrected["fields"]["package_count"]["value"], "120");
    assert_eq!(corrected["corrections"][0]["read"]["value"], "118");
    let words = otto.get(way.trim_end_matches("#viewer")).await.words();
    assert!(words.contains("read: 118 · corrected by Otto Tester, seen on the page"), "{words}");
    let runs = "SELECT number || ' ' || state FROM runs ORDER BY number";
    assert_eq!(house.database.texts(runs), ["1 done", "2 done", "3 done"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_survives_every_later_run_until_it_is_taken_back() {
    let (house, otto, address) = one_packet(1).await;
    right_the_counts(&otto, &address).await;
    house.work().await;
    otto.post(&format!("{address}/runs"), &[]).await;
    house.work().await;
    assert!(!codes(&result(&otto, &address).await).contains(&"match.package_count".to_owned()));
    let page = chosen(&otto, &address, WRONG[0], "package_count", None).await;
    assert_eq!(send(&otto, &page, &address, "/corrections/back", &[]).await.status, 303);
    house.work().await;
    let after = result(&otto, &address).await;
    assert!(codes(&after).contains(&"match.package_count".to_owned()));
    assert_eq!(document(&after, WRONG[0])["fields"]["package_count"]["value"], "118");
    assert!(document(&after, WRONG[0]).get("corrections").is_none());
    let page = chosen(&otto, &address, WRONG[0], "package_count", None).await;
    assert!(page.words().contains("Correction taken back by Otto Tester"), "the history stays: {}", page.words());
    assert!(page.all("form[action$='/corrections/back']", "action").is_empty(), "what was taken back is back");
    assert_eq!(house.database.count("SELECT count(*) FROM corrections"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_added_and_a_cell_of_a_line_is_a_value_like_any() {
    let (house, otto, address) = one_packet(0).await;
    let read = result(&otto, &address).await;
    assert!(document(&read, "commercial_invoice")["fields"].get("insurance_amount").is_none());
    let page = chosen(&otto, &address, "commercial_invoice", "insurance_amount", None).await;
    assert!(page.words().contains("nothing was read"), "{}", page.words());
    send(&otto, &page, &address, "/corrections", &[("value", "1,204.50"), ("reason", "printed by hand")]).await;
    house.work().await;
    let page = chosen(&otto, &address, "commercial_invoice", "quantity", Some(0)).await;
    send(&otto, &page, &address, "/corrections", &[("value", "7"), ("reason", "a seven")]).await;
    house.work().await;
    let after = result(&otto, &address).await;
    let invoice = document(&after, "commercial_invoice");
    assert_eq!(invoice["fields"]["insurance_amount"]["value"], "1204.50");
    assert_eq!(invoice["lines"][0]["quantity"]["value"], "7");
    assert!(codes(&after).contains(&"arithmetic.line_amount".to_owned()), "7 is wrong, and the check says so");
    let words = chosen(&otto, &address, "commercial_invoice", "quantity", Some(0)).await.words();
    assert!(words.contains("read: 1,200 · corrected by Otto Tester, a seven"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_document_does_not_print_can_be_taken_away() {
    let (house, otto, address) = one_packet(0).await;
    let page = chosen(&otto, &address, "commercial_invoice", "vessel", None).await;
    send(&otto, &page, &address, "/corrections", &[("absent", "on"), ("value", ""), ("reason", "a stamp")]).await;
    house.work().await;
    let after = result(&otto, &address).await;
    assert!(document(&after, "commercial_invoice")["fields"].get("vessel").is_none());
    let words = chosen(&otto, &address, "commercial_invoice", "vessel", None).await.words();
    assert!(words.contains("not printed Corrected"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_value_of_its_field_is_refused_beside_it_and_nothing_is_lost() {
    let (house, otto, address) = one_packet(0).await;
    let entries = house.database.count("SELECT count(*) FROM audit_entries");
    for (field, value, reason, sentence) in [
        ("package_count", "many", "seen", "Write a whole number such as 120."),
        ("invoice_date", "06/04/2026", "seen", "Write the date as 2026-06-04."),
        ("country_of_origin", "Atlantis", "seen", "That is no country."),
        ("package_count", "77", " ", "Say why"),
    ] {
        let page = chosen(&otto, &address, "commercial_invoice", field, None).await;
        let refused = send(&otto, &page, &address, "/corrections", &[("value", value), ("reason", reason)]).await;
        assert_eq!(refused.status, 422, "{field} {value}");
        assert!(refused.words().contains(sentence), "{}", refused.words());
        assert!(refused.text().contains("<title>Error: "));
        assert_eq!(refused.all("#correct-value", "value"), [value], "what was typed is still there");
    }
    let page = chosen(&otto, &address, "commercial_invoice", "package_count", None).await;
    let now = page.all("#correct-value", "value").remove(0);
    let same = send(&otto, &page, &address, "/corrections", &[("value", &now), ("reason", "seen")]).await;
    assert!(same.words().contains("That is what the document says already."), "{}", same.words());
    let lost = otto.post(&format!("{address}/corrections"), &[("field", "vessel"), ("value", "x")]).await;
    assert_eq!(lost.status, 400);
    assert_eq!(house.database.count("SELECT count(*) FROM corrections"), 0);
    assert_eq!(house.database.count("SELECT count(*) FROM audit_entries"), entries);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_people_at_once_the_second_sees_both_values_and_overwrites_nothing() {
    let (house, otto, address) = one_packet(0).await;
    let olga = house.signed_in(Person::Olga).await;
    let (his, hers) = (
        chosen(&otto, &address, "packing_list", "vessel", None).await,
        chosen(&olga, &address, "packing_list", "vessel", None).await,
    );
    send(&olga, &hers, &address, "/corrections", &[("value", "MV HERS"), ("reason", "her reason")]).await;
    let told = send(&otto, &his, &address, "/corrections", &[("value", "MV HIS"), ("reason", "his reason")]).await;
    assert_eq!(told.status, 409);
    let words = told.words();
    for part in ["Somebody was faster", "Olga Tester Corrected to MV HERS her reason", "You MV HIS his reason"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(house.database.texts("SELECT value::text FROM corrections"), ["\"MV HERS\""]);
    house.work().await;
    let typed = [("value", "MV HIS"), ("reason", "his reason")];
    assert_eq!(send(&otto, &told, &address, "/corrections", &typed).await.status, 303, "now he knows of hers");
    house.work().await;
    let after = result(&otto, &address).await;
    assert_eq!(document(&after, "packing_list")["fields"]["vessel"]["value"], "MV HIS");
    let mut old = super::hidden(&hers, "/corrections");
    old.retain(|(name, _)| name != "version");
    let old: Vec<(&str, &str)> = old.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let back = olga.post(&format!("{address}/corrections/back"), &[&old[..], &[("version", "1")]].concat()).await;
    assert_eq!(back.status, 409, "an old form takes nothing back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_while_the_packet_is_read_overtakes_the_run_that_does_not_know_it() {
    let (house, otto, address) = one_packet(0).await;
    let first = chosen(&otto, &address, "packing_list", "vessel", None).await;
    let second = chosen(&otto, &address, "packing_list", "voyage", None).await;
    send(&otto, &first, &address, "/corrections", &[("value", "MV ONE"), ("reason", "seen")]).await;
    let sent = send(&otto, &second, &address, "/corrections", &[("value", "007W"), ("reason", "seen")]).await;
    assert_eq!(sent.status, 303, "nobody waits for a run");
    assert_eq!(house.work().await, 2);
    let after = result(&otto, &address).await;
    let fields = &document(&after, "packing_list")["fields"];
    assert_eq!((&fields["vessel"]["value"], &fields["voyage"]["value"]), (&"MV ONE".into(), &"007W".into()));
    let newest = "SELECT (p.run_id = r.id)::text FROM packets p JOIN runs r ON r.packet_id = p.id ORDER BY r.number";
    assert_eq!(house.database.texts(newest), ["false", "false", "true"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_in_the_log_with_what_was_before_and_what_is_now() {
    let (house, otto, address) = one_packet(0).await;
    let page = chosen(&otto, &address, "packing_list", "vessel", None).await;
    let before = page.all("#correct-value", "value").remove(0);
    send(&otto, &page, &address, "/corrections", &[("value", "MV NEW"), ("reason", "seen")]).await;
    assert_eq!(house.database.audit().last().unwrap(), "operator packet.correct success");
    let diff = house.database.texts("SELECT diff FROM audit_entries WHERE action = 'packet.correct'").remove(0);
    let diff: serde_json::Value = serde_json::from_str(&diff).unwrap();
    assert_eq!(diff["before"]["value"], before.as_str());
    assert_eq!((&diff["after"]["value"], &diff["after"]["reason"]), (&"MV NEW".into(), &"seen".into()));
    assert_eq!((&diff["after"]["field"], &diff["after"]["document"]), (&"vessel".into(), &"packing_list".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_sees_what_was_corrected_and_corrects_nothing() {
    let (house, otto, address) = one_packet(0).await;
    let page = chosen(&otto, &address, "packing_list", "vessel", None).await;
    send(&otto, &page, &address, "/corrections", &[("value", "MV <b>NEW</b>"), ("reason", "<i>seen</i>")]).await;
    house.work().await;
    let vera = house.signed_in(Person::Vera).await;
    let seen = chosen(&vera, &address, "packing_list", "vessel", None).await;
    assert!(seen.words().contains("corrected by Otto Tester, <i>seen</i>"), "{}", seen.words());
    assert!(!seen.text().contains("<b>NEW") && !seen.text().contains("<i>seen"), "it is text wherever it is shown");
    assert!(!seen.words().contains("Correct this value") && seen.all(".versus a.correct", "href").is_empty());
    assert_eq!(vera.post(&format!("{address}/corrections"), &[]).await.status, 403);
}

//! Arranging pages: which are a document, of which kind and which way up, in every later run.

use super::{codes, result, send};
use crate::harness::browser::Page;
use crate::harness::{Browser, House, Person, Upload, papers};
use serde_json::Value;
use std::path::PathBuf;

/// A file of the shared packets, where they are here.
fn shared(packet: &str, file: &str) -> Option<Upload> {
    let place = std::env::var_os("QUAYSIDE_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let bytes = std::fs::read(place.join("packets").join(packet).join(file)).ok();
    if bytes.is_none() {
        println!("skipped: ../shared is not here");
    }
    Some((file.to_owned(), bytes?))
}

/// A house with a packet that was read, and Otto, who works on it.
async fn packet_of(files: Vec<Upload>) -> (House, Browser, String) {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let address = otto.packet(files).await;
    house.work().await;
    (house, otto, address)
}

/// Where the pages of the packet's only file are arranged.
async fn desk(browser: &Browser, address: &str) -> String {
    let page = browser.get(address).await;
    page.all("a[href$='/arrangement']", "href").remove(0)
}

/// Takes one step by the forms of the page as it is now.
async fn step(browser: &Browser, desk: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.get(desk).await;
    let seen = page.all("form input[name=seen]", "value").remove(0);
    browser.post(desk, &[&[("seen", seen.as_str())], fields].concat()).await
}

/// The documents of a result: kind and pages.
fn documents(result: &Value) -> Vec<(String, Vec<u64>)> {
    let of = |document: &Value| {
        let pages = document["pages"].as_array().unwrap().iter().map(|page| page.as_u64().unwrap()).collect();
        (document["kind"].as_str().unwrap().to_owned(), pages)
    };
    result["documents"].as_array().unwrap().iter().map(of).collect()
}

fn named(kinds: &[(&str, &[u64])]) -> Vec<(String, Vec<u64>)> {
    kinds.iter().map(|(kind, pages)| ((*kind).to_owned(), pages.to_vec())).collect()
}

/// Everything that was read: each document's kind, fields and lines.
fn readings(result: &Value) -> Vec<(Value, Value, Value)> {
    let documents = result["documents"].as_array().unwrap().iter();
    documents.map(|it| (it["kind"].clone(), it["fields"].clone(), it["lines"].clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_of_one_file_are_joined_split_and_named_and_the_persons_word_binds_every_run() {
    let Some(file) = shared("p009-windrow-1558", "1558 docs.pdf") else { return };
    let (house, otto, address) = packet_of(vec![file]).await;
    let read = result(&otto, &address).await;
    let as_read = named(&[("commercial_invoice", &[1, 2]), ("packing_list", &[3]), ("bill_of_lading", &[4])]);
    assert_eq!(documents(&read)[..3], as_read[..]);
    let desk = desk(&otto, &address).await;
    // Wrongly joined, named and checked again twice: the packet is wrong as long as the person says so.
    assert_eq!(step(&otto, &desk, &[("step", "join"), ("document", "1")]).await.status, 303);
    house.work().await;
    let wrong = result(&otto, &address).await;
    assert_eq!(documents(&wrong)[0].1, [1, 2, 3]);
    assert_eq!(step(&otto, &desk, &[("step", "kind"), ("document", "0"), ("kind", "isf")]).await.status, 303);
    house.work().await;
    otto.post(&format!("{address}/runs"), &[]).await;
    house.work().await;
    let wrong = result(&otto, &address).await;
    assert_eq!(documents(&wrong)[0], ("isf".to_owned(), vec![1, 2, 3]));
    assert_eq!(wrong["documents"][0]["kind_confidence"], 1.0);
    let opinion = &wrong["documents"][0]["arranged"]["read"];
    assert_eq!(
        opinion[1],
        serde_json::json!({ "kind": "packing_list", "pages": [3] }),
        "the reader's own stays beside"
    );
    let words = otto.get(&format!("{address}?document=d1")).await.words();
    let told = "Read as commercial invoice on pages 1 and 2, packing list on page 3. Arranged by Otto Tester.";
    assert!(words.contains(told), "{words}");
    // Split rightly, it is as good as the reader's own.
    assert_eq!(step(&otto, &desk, &[("step", "split"), ("page", "3")]).await.status, 303);
    assert_eq!(step(&otto, &desk, &[("step", "kind"), ("document", "0"), ("kind", "")]).await.status, 303);
    house.work().await;
    let right = result(&otto, &address).await;
    assert_eq!(readings(&right), readings(&read));
    assert_eq!(codes(&right), codes(&read));
    // Taken back as a whole, nothing of it is left but its history.
    let page = otto.get(&desk).await;
    let seen = page.all("form input[name=seen]", "value").remove(0);
    assert_eq!(otto.post(&format!("{desk}/back"), &[("seen", &seen)]).await.status, 303);
    house.work().await;
    let back = result(&otto, &address).await;
    assert!(back["documents"].as_array().unwrap().iter().all(|document| document.get("arranged").is_none()));
    assert_eq!(readings(&back), readings(&read));
    assert_eq!(house.database.count("SELECT count(*) FROM arrangements"), 5);
    assert_eq!(otto.post(&format!("{desk}/back"), &[("seen", "5")]).await.status, 404, "there is nothing to take back");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_in_the_wrong_order_are_put_right() {
    let Some(file) = shared("p009-windrow-1558", "1558 docs.pdf") else { return };
    let (house, otto, address) = packet_of(vec![file]).await;
    let desk = desk(&otto, &address).await;
    step(&otto, &desk, &[("step", "earlier"), ("page", "2")]).await;
    step(&otto, &desk, &[("step", "later"), ("page", "1")]).await;
    house.work().await;
    let moved = result(&otto, &address).await;
    assert_eq!((documents(&moved)[0].1.clone(), documents(&moved)[1].1.clone()), (vec![2], vec![1, 3]));
    let page = otto.get(&format!("{address}?document=d2")).await;
    let tabs = page.all("nav[aria-label=Pages] a", "href");
    assert_eq!(tabs.len(), 2, "{tabs:?}");
    assert!(tabs[0].contains("page=1"), "in the order that was said: {tabs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_text_that_lies_on_its_side_is_turned_with_its_boxes() {
    let Some(file) = shared("p009-windrow-1558", "1558 docs.pdf") else { return };
    let (house, otto, address) = packet_of(vec![file]).await;
    let read = result(&otto, &address).await;
    let desk = desk(&otto, &address).await;
    let upright = otto.get(&otto.get(&address).await.all("svg image", "href").remove(0)).await.bytes;
    step(&otto, &desk, &[("step", "right"), ("page", "4")]).await;
    house.work().await;
    let page = otto.get(&format!("{address}?document=d3")).await;
    let picture = page.all("svg image", "href").remove(0);
    assert!(picture.ends_with("/pages/4.png?turn=90"), "{picture}");
    let size = |bytes: &[u8]| image::load_from_memory(bytes).map(|it| (it.width(), it.height())).unwrap();
    let (turned, portrait) = (size(&otto.get(&picture).await.bytes), size(&upright));
    assert_eq!(turned, (portrait.1, portrait.0), "the picture is turned as well");
    let (width, height) = (page.all("svg image", "width").remove(0), page.all("svg image", "height").remove(0));
    assert!(width.parse::<f64>().unwrap() > height.parse::<f64>().unwrap());
    assert_eq!(otto.get(&picture.replace("90", "91")).await.status, 404);
    step(&otto, &desk, &[("step", "left"), ("page", "4")]).await;
    house.work().await;
    assert_eq!(readings(&result(&otto, &address).await), readings(&read));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_is_turned_upside_down_is_turned_back() {
    let Some(file) = shared("p005-copperfield-4760", "SXFS79209253.pdf") else { return };
    let (house, otto, address) = packet_of(vec![file]).await;
    let read = result(&otto, &address).await;
    assert_eq!(read["documents"][0]["text_source"], "ocr");
    let desk = desk(&otto, &address).await;
    step(&otto, &desk, &[("step", "over"), ("page", "1")]).await;
    house.work().await;
    let over = result(&otto, &address).await;
    let place =
        |result: &Value| result["documents"][0]["fields"]["bl_number"]["evidence"][0]["bbox"][1].as_f64().unwrap();
    let number = |result: &Value| result["documents"][0]["fields"]["bl_number"]["value"].clone();
    assert_eq!(number(&over), number(&read), "the engine reads it all the same");
    assert!(place(&read) < 300.0 && place(&over) > 450.0, "{} {}", place(&read), place(&over));
    step(&otto, &desk, &[("step", "over"), ("page", "1")]).await;
    house.work().await;
    assert_eq!(readings(&result(&otto, &address).await), readings(&read));
    let kept = "SELECT count(*) FROM readings";
    assert_eq!(house.database.count(kept), 3, "each arrangement is a reading of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_sheet_only_the_kind_changes() {
    let Some(file) = shared("p003-vantage-7334", "7334_1.xlsx") else { return };
    let (house, otto, address) = packet_of(vec![file]).await;
    let desk = desk(&otto, &address).await;
    let page = otto.get(&desk).await;
    assert!(page.all("button[value=split], button[value=left], button[value=join]", "value").is_empty());
    assert_eq!(step(&otto, &desk, &[("step", "left"), ("page", "1")]).await.status, 422);
    assert_eq!(step(&otto, &desk, &[("step", "kind"), ("document", "0"), ("kind", "packing_list")]).await.status, 303);
    house.work().await;
    assert_eq!(documents(&result(&otto, &address).await)[0].0, "packing_list");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_people_at_once_the_second_sees_what_the_first_did() {
    let (house, otto, address) = packet_of(vec![papers(0).remove(0)]).await;
    let olga = house.signed_in(Person::Olga).await;
    let desk = desk(&otto, &address).await;
    let kind = |kind| [("seen", "0"), ("step", "kind"), ("document", "0"), ("kind", kind)];
    assert_eq!(olga.post(&desk, &kind("isf")).await.status, 303);
    let told = otto.post(&desk, &kind("packing_list")).await;
    assert_eq!(told.status, 409);
    let words = told.words();
    for part in ["Somebody was faster", "Olga Tester: Document 1 named ISF.", "You: Document 1 named packing list."] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(told.all("select[name=kind] option[selected]", "value"), ["isf"], "it is the file as it is now");
    assert_eq!(house.database.count("SELECT count(*) FROM arrangements"), 1);
    assert_eq!(house.database.audit().last().unwrap(), "operator packet.arrange conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_said_and_nothing_is_kept() {
    let (house, otto, address) = packet_of(vec![papers(0).remove(0)]).await;
    let desk = desk(&otto, &address).await;
    for (fields, status, sentence) in [
        ([("step", "split"), ("page", "1")], 422, "A document begins with this page already."),
        ([("step", "join"), ("document", "0")], 422, "There is no document before this one"),
        ([("step", "later"), ("page", "1")], 422, "The page is the last of its file already."),
        ([("step", "split"), ("page", "9")], 422, "no such page or document any more"),
        ([("step", "fold"), ("page", "1")], 400, "This form is too old"),
        ([("step", "kind"), ("kind", "isf")], 400, "This form is too old"),
    ] {
        let refused = step(&otto, &desk, &fields).await;
        assert_eq!(refused.status, status, "{fields:?}");
        assert!(refused.words().contains(sentence), "{}", refused.words());
    }
    assert_eq!(otto.post(&desk, &[]).await.status, 400);
    assert_eq!(house.database.count("SELECT count(*) FROM arrangements"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_arrangement_is_in_the_log_with_before_and_after_and_a_viewer_makes_none() {
    let (house, otto, address) = packet_of(vec![papers(0).remove(0)]).await;
    let desk = desk(&otto, &address).await;
    step(&otto, &desk, &[("step", "kind"), ("document", "0"), ("kind", "isf")]).await;
    assert_eq!(house.database.audit().last().unwrap(), "operator packet.arrange success");
    let diff = house.database.texts("SELECT diff FROM audit_entries WHERE action = 'packet.arrange'").remove(0);
    let diff: Value = serde_json::from_str(&diff).unwrap();
    assert_eq!(diff["before"]["documents"], serde_json::json!([{ "leaves": [{ "page": 1 }] }]));
    assert_eq!(diff["after"]["documents"], serde_json::json!([{ "kind": "isf", "leaves": [{ "page": 1 }] }]));
    assert_eq!(diff["after"]["step"], "Document 1 named ISF");
    house.work().await;
    let vera = house.signed_in(Person::Vera).await;
    assert!(vera.get(&address).await.all("a[href$='/arrangement']", "href").is_empty());
    for (method, path) in [("get", desk.clone()), ("post", desk.clone()), ("post", format!("{desk}/back"))] {
        assert_eq!(vera.request(method, &path).await.status, 403, "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decided_packet_is_not_arranged() {
    let (house, otto, address) = packet_of(papers(0)).await;
    let desk = desk(&otto, &address).await;
    house.database.run("UPDATE packets SET decision = 'rejected'");
    let page = otto.get(&desk).await;
    assert!(page.words().contains("The packet is decided. Reopen it"), "{}", page.words());
    assert!(page.all("main form", "action").is_empty());
    let kind = [("seen", "0"), ("step", "kind"), ("document", "0"), ("kind", "isf")];
    assert_eq!(otto.post(&desk, &kind).await.status, 409);
}

/// The page on which a value of the first document is chosen.
async fn chosen(browser: &Browser, address: &str, document: &str, field: &str, line: &str) -> Page {
    browser.get(&format!("{address}?document={document}&field={field}{line}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_keeps_its_document_and_is_told_where_it_has_lost_its_place() {
    let Some(file) = shared("p009-windrow-1558", "1558 docs.pdf") else { return };
    let (house, otto, address) = packet_of(vec![file]).await;
    // One in the head of the invoice on pages 1 and 2, one in its first line, one in the head of the packing list on page 3.
    for (document, field, line, value) in [
        ("d1", "payment_terms", "", "Net 7"),
        ("d1", "description", "&line=0", "Other goods"),
        ("d2", "package_count", "", "777"),
    ] {
        let page = chosen(&otto, &address, document, field, line).await;
        let typed = [("value", value), ("reason", "seen on the page")];
        assert_eq!(send(&otto, &page, &address, "/corrections", &typed).await.status, 303);
        house.work().await;
    }
    let desk = desk(&otto, &address).await;
    // Another document of the file is named: nothing of these is touched.
    step(&otto, &desk, &[("step", "kind"), ("document", "2"), ("kind", "isf")]).await;
    house.work().await;
    let after = result(&otto, &address).await;
    assert!(after.get("unplaced").is_none(), "{}", after["unplaced"]);
    assert_eq!(after["documents"][0]["fields"]["payment_terms"]["value"], "Net 7");
    // The packing list is no document of its own any more, and the lines of the invoice come in another order.
    step(&otto, &desk, &[("step", "join"), ("document", "1")]).await;
    step(&otto, &desk, &[("step", "earlier"), ("page", "2")]).await;
    house.work().await;
    let after = result(&otto, &address).await;
    let lost: Vec<&str> = after["unplaced"].as_array().unwrap().iter().map(|it| it["why"].as_str().unwrap()).collect();
    assert_eq!(
        lost,
        ["document", "document", "document"],
        "the joined document begins on page 2: {}",
        after["unplaced"]
    );
    let page = otto.get(&address).await;
    let told = "Packages of 1558 docs.pdf, page 3: 777, said by Otto Tester (seen on the page). It does not count: \
                no document begins on that page any more.";
    assert!(page.words().contains(told), "{}", page.words());
    // Page 1 comes first again: the head of the document is the invoice's, its first line may be another and is what it was.
    step(&otto, &desk, &[("step", "earlier"), ("page", "1")]).await;
    house.work().await;
    let after = result(&otto, &address).await;
    assert_eq!(after["documents"][0]["fields"]["payment_terms"]["value"], "Net 7");
    assert_eq!(after["unplaced"].as_array().unwrap().len(), 1, "{}", after["unplaced"]);
    // What has lost its place can be taken back where it is told.
    let page = otto.get(&address).await;
    assert_eq!(send(&otto, &page, &address, "/corrections/back", &[]).await.status, 303);
    house.work().await;
    assert!(result(&otto, &address).await.get("unplaced").is_none());
}

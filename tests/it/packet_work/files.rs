//! The files of a packet through time: added later, replaced, left out of the checks, and found again in other packets.

use super::{codes, one_packet, result, send};
use crate::harness::browser::Page;
use crate::harness::{Browser, House, Person, Upload, papers};
use serde_json::Value;

/// The papers of the first demo shipment without the packing list, which comes alone.
fn without_the_packing_list() -> (Vec<Upload>, Upload) {
    let (list, rest): (Vec<Upload>, Vec<Upload>) = papers(0).into_iter().partition(|(name, _)| name.contains("acking"));
    (rest, list.into_iter().next().unwrap())
}

async fn packet_of(files: Vec<Upload>) -> (House, Browser, String) {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let address = otto.packet(files).await;
    house.work().await;
    (house, otto, address)
}

fn kinds(result: &Value) -> Vec<String> {
    result["documents"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap().to_owned()).collect()
}

/// The id of the file of a name that is checked, or the newest of that name.
fn file(house: &House, name: &str) -> String {
    let sql = format!("SELECT id FROM files WHERE name = '{name}' ORDER BY replaced_at NULLS FIRST, created_at DESC");
    house.database.texts(&sql).remove(0)
}

/// The summary of what is wrong, of a form that was refused.
fn refused(page: &Page, sentence: &str) {
    assert_eq!(page.status, 422, "{}", page.words());
    assert!(page.text().contains("<title>Error: ") && page.words().contains(sentence), "{}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_comes_later_is_added_and_the_packet_is_checked_again() {
    let (rest, list) = without_the_packing_list();
    let (house, otto, address) = packet_of(rest).await;
    assert!(!kinds(&result(&otto, &address).await).contains(&"packing_list".to_owned()));
    let sent = otto.send_files(&format!("{address}/files"), vec![list.clone()]).await;
    assert_eq!((sent.status, sent.location.as_deref()), (303, Some(address.as_str())));
    house.work().await;
    let after = result(&otto, &address).await;
    assert!(kinds(&after).contains(&"packing_list".to_owned()));
    assert_eq!(codes(&after), codes(&whole().await), "as if all had come at once");
    assert_eq!(house.database.texts("SELECT file_count::text FROM packets"), ["5"]);
    let diff = house.database.texts("SELECT diff FROM audit_entries WHERE action = 'packet.files'").remove(0);
    assert!(diff.contains(&list.0) && diff.contains("sha256"), "{diff}");
    let objects = house.database.count("SELECT count(*) FROM files");
    let again = otto.send_files(&format!("{address}/files"), vec![("other name.pdf".into(), list.1)]).await;
    refused(&again, &format!("other name.pdf is the same file as {}, which is in this packet already.", list.0));
    assert_eq!(house.database.count("SELECT count(*) FROM files"), objects);
}

/// The result of the whole shipment.
async fn whole() -> Value {
    let (_house, otto, address) = one_packet(0).await;
    result(&otto, &address).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_replaced_by_a_newer_version_and_the_old_one_stays_to_be_looked_at() {
    let (house, otto, address) = packet_of(papers(1)).await;
    let wrong = result(&otto, &address).await;
    assert!(codes(&wrong).contains(&"match.package_count".to_owned()));
    // The bill of the second shipment says too few packages; that of another one comes in its place.
    let bill = by_kind(&wrong, "bill_of_lading")["file"].as_str().unwrap().to_owned();
    let old = file(&house, &bill);
    let bytes = papers(1).into_iter().find(|(name, _)| *name == bill).unwrap().1;
    let at = papers(1).iter().position(|(name, _)| *name == bill).unwrap();
    let newer = papers(0).remove(at).1;
    let path = format!("{address}/files/{old}/replacement");
    let same = otto.send_files(&path, vec![(bill.clone(), bytes.clone())]).await;
    refused(&same, "byte for byte: there is nothing to replace.");
    let two = vec![("a.pdf".to_owned(), newer.clone()), ("b.pdf".to_owned(), papers(2).remove(0).1)];
    refused(&otto.send_files(&path, two).await, "Choose one file: the newer version.");
    let sent = otto.send_files(&path, vec![(format!("new {bill}"), newer)]).await;
    assert_eq!(sent.status, 303, "{}", sent.words());
    let late = otto.send_files(&path, vec![("late.pdf".to_owned(), papers(2).remove(1).1)]).await;
    assert_eq!(late.status, 409);
    assert!(late.words().contains("Somebody replaced this file by a newer version meanwhile."), "{}", late.words());
    house.work().await;
    let after = result(&otto, &address).await;
    let files: Vec<&str> =
        after["documents"].as_array().unwrap().iter().map(|it| it["file"].as_str().unwrap()).collect();
    assert!(files.contains(&format!("new {bill}").as_str()) && !files.contains(&bill.as_str()), "{files:?}");
    let before: Vec<&str> =
        wrong["documents"].as_array().unwrap().iter().map(|it| it["file"].as_str().unwrap()).collect();
    let place = |files: &[&str], ending: &str| files.iter().position(|file| file.ends_with(ending)).unwrap();
    assert_eq!(place(&files, &bill), place(&before, &bill), "it has the place of the old one");
    let original = otto.get(&format!("{address}/files/{old}")).await;
    assert_eq!(original.bytes, bytes, "the old version can still be had, byte for byte");
    let page = otto.get(&format!("{address}/files")).await;
    let words = page.words();
    assert!(words.contains("version 2") && words.contains("Older versions: 1"), "{words}");
    assert!(words.contains(original.header("x-content-sha256")), "{words}");
    let id = after["documents"][place(&files, &bill)]["id"].as_str().unwrap().to_owned();
    let viewer = otto.get(&format!("{address}?document={id}")).await;
    assert!(viewer.words().contains("not checked · SHA-256"), "{}", viewer.words());
    assert_eq!(house.database.texts("SELECT file_count::text FROM packets"), ["5"]);
}

/// Corrects a value on its page.
async fn correct(otto: &Browser, address: &str, document: &str, field: &str, value: &str) {
    let page = otto.get(&format!("{address}?document={document}&field={field}")).await;
    let typed = [("value", value), ("reason", "seen on the page")];
    assert_eq!(send(otto, &page, address, "/corrections", &typed).await.status, 303);
}

fn by_kind<'r>(result: &'r Value, kind: &str) -> &'r Value {
    result["documents"].as_array().unwrap().iter().find(|document| document["kind"] == kind).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn corrections_of_an_old_version_hold_where_the_new_one_reads_the_same_and_are_told_where_not() {
    let (house, otto, address) = packet_of(papers(0)).await;
    let read = result(&otto, &address).await;
    let list = by_kind(&read, "packing_list");
    let (id, name) = (list["id"].as_str().unwrap().to_owned(), list["file"].as_str().unwrap().to_owned());
    // Other shipments are drawn by the same hand: what they print alike is read the same.
    let other = papers(1).into_iter().find(|(name, _)| name.contains("acking")).unwrap();
    let (_their_house, olga, theirs) = packet_of(vec![other.clone()]).await;
    let theirs = by_kind(&result(&olga, &theirs).await, "packing_list")["fields"].clone();
    let fields = list["fields"].as_object().unwrap();
    let alike = |wanted: bool| {
        let is = |field: &&String| {
            theirs.get(field.as_str()).map(|it| &it["value"]) == fields.get(*field).map(|it| &it["value"])
        };
        let text = [
            "vessel",
            "voyage",
            "port_of_loading",
            "port_of_discharge",
            "seller_name",
            "buyer_name",
            "packing_list_number",
            "shipper_name",
            "consignee_name",
            "invoice_number",
        ];
        fields.keys().find(|field| text.contains(&field.as_str()) && is(field) == wanted).cloned()
    };
    let (same, differs) = (alike(true), alike(false).unwrap());
    for field in same.iter().chain([&differs]) {
        correct(&otto, &address, &id, field, "WHAT A PERSON SAYS").await;
    }
    house.work().await;
    let old = file(&house, &name);
    assert_eq!(otto.send_files(&format!("{address}/files/{old}/replacement"), vec![other]).await.status, 303);
    house.work().await;
    let after = result(&otto, &address).await;
    let list = by_kind(&after, "packing_list");
    if let Some(same) = &same {
        assert_eq!(list["fields"][same]["value"], "WHAT A PERSON SAYS");
    }
    assert_eq!(list["fields"][&differs]["value"], theirs[&differs]["value"], "it is not laid over another text");
    assert_eq!(after["unplaced"].as_array().unwrap().len(), 1, "{}", after["unplaced"]);
    assert_eq!(after["unplaced"][0]["why"], "otherwise");
    let page = otto.get(&address).await;
    let words = page.words();
    assert!(words.contains("said by Otto Tester of an older version (seen on the page). It does not count"), "{words}");
    // Made anew on what is read now, it counts.
    let id = list["id"].as_str().unwrap();
    correct(&otto, &address, id, &differs, "SAID ONCE MORE").await;
    house.work().await;
    let after = result(&otto, &address).await;
    assert_eq!(by_kind(&after, "packing_list")["fields"][&differs]["value"], "SAID ONCE MORE");
    assert!(after.get("unplaced").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_left_out_of_the_checks_and_taken_in_again_with_its_corrections() {
    let (house, otto, address) = packet_of(papers(0)).await;
    let read = result(&otto, &address).await;
    let list = by_kind(&read, "packing_list");
    correct(&otto, &address, list["id"].as_str().unwrap(), "vessel", "MV OTHER").await;
    house.work().await;
    let id = file(&house, list["file"].as_str().unwrap());
    let (aside, back) = (format!("{address}/files/{id}/aside"), format!("{address}/files/{id}/return"));
    assert_eq!(otto.post(&back, &[]).await.status, 409);
    assert_eq!(otto.post(&aside, &[]).await.status, 303);
    house.work().await;
    let after = result(&otto, &address).await;
    assert!(!kinds(&after).contains(&"packing_list".to_owned()));
    assert!(after.get("unplaced").is_none(), "what was said of it waits");
    let page = otto.get(&format!("{address}/files")).await;
    assert!(
        page.words().contains("left out") && page.words().contains("Take into the checks again"),
        "{}",
        page.words()
    );
    let bytes = otto.get(&format!("{address}/files/{id}")).await.bytes;
    let again = otto.send_files(&format!("{address}/files"), vec![("again.pdf".into(), bytes)]).await;
    refused(&again, "left out of the checks. Take that one into them again.");
    assert_eq!(otto.post(&aside, &[]).await.status, 409);
    assert_eq!(otto.post(&back, &[]).await.status, 303);
    house.work().await;
    let after = result(&otto, &address).await;
    assert_eq!(by_kind(&after, "packing_list")["fields"]["vessel"]["value"], "MV OTHER");
    assert_eq!(
        house.database.count("SELECT count(*) FROM audit_entries WHERE action = 'packet.files' AND result = 'success'"),
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_file_stays_and_a_decided_packet_keeps_its_files() {
    let (house, otto, address) = packet_of(vec![papers(0).remove(0)]).await;
    let id = house.database.texts("SELECT id FROM files").remove(0);
    let last = otto.post(&format!("{address}/files/{id}/aside"), &[]).await;
    assert_eq!(last.status, 409);
    assert!(last.words().contains("It is the only file that is checked."), "{}", last.words());
    house.database.run("UPDATE packets SET decision = 'rejected'");
    for path in ["files".to_owned(), format!("files/{id}/replacement")] {
        let sent = otto.send_files(&format!("{address}/{path}"), vec![papers(0).remove(1)]).await;
        assert_eq!(sent.status, 409, "{path}");
        assert!(sent.words().contains("Reopen it before anything of it is changed."), "{}", sent.words());
    }
    let page = otto.get(&format!("{address}/files")).await;
    assert!(page.words().contains("The packet is decided. Reopen it before its files are changed."));
    assert!(page.all("main form", "action").is_empty());
    assert_eq!(house.database.count("SELECT count(*) FROM files"), 1, "nothing of the refused is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_packet_may_hold_bounds_what_is_added() {
    let house = House::with(&[("QUAYSIDE_FILES", "2")]);
    let otto = house.signed_in(Person::Otto).await;
    let mut papers = papers(0);
    let third = papers.remove(2);
    papers.truncate(2);
    let address = otto.packet(papers).await;
    let sent = otto.send_files(&format!("{address}/files"), vec![third]).await;
    refused(&sent, "The packet would have more than 2 files.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_sees_every_version_and_changes_none() {
    let (house, otto, address) = packet_of(papers(0)).await;
    drop(otto);
    let vera = house.signed_in(Person::Vera).await;
    let page = vera.get(&format!("{address}/files")).await;
    assert_eq!((page.status, page.all("main form", "action").len()), (200, 0));
    let id = house.database.texts("SELECT id FROM files").remove(0);
    for path in ["files".to_owned(), format!("files/{id}/replacement")] {
        let sent = vera.send_files(&format!("{address}/{path}"), vec![papers(1).remove(0)]).await;
        assert_eq!(sent.status, 403, "{path}");
    }
    assert_eq!(vera.post(&format!("{address}/files/{id}/aside"), &[]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_in_another_packet_of_the_team_is_pointed_out_with_a_link() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    let first = olga.packet(papers(0)).await;
    house.work().await;
    assert!(!olga.get(&first).await.words().contains("In other packets, too"));
    let otto = house.signed_in(Person::Otto).await;
    let second = otto.packet(vec![papers(0).remove(0), papers(1).remove(1)]).await;
    let told = |page: &Page| {
        let words = page.words();
        assert!(words.contains("the same file is in packet"), "{words}");
        assert!(words.contains("uploaded now by Olga Tester."), "{words}");
        assert_eq!(page.all("main section.notice a", "href"), std::slice::from_ref(&first));
    };
    told(&otto.get(&second).await);
    house.work().await;
    told(&otto.get(&second).await);
    told(&otto.get(&format!("{second}/files")).await);
    // A packet in the bin is none, and another team's never was.
    olga.post(&format!("{first}/delete"), &[]).await;
    assert!(!otto.get(&second).await.words().contains("In other packets, too"));
    let stan = house.signed_in(Person::Stan).await;
    let foreign = stan.packet(papers(0)).await;
    assert!(!stan.get(&foreign).await.words().contains("In other packets, too"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_are_found_by_an_index() {
    let (house, _otto, _address) = packet_of(vec![papers(0).remove(0)]).await;
    house.database.run(
        "INSERT INTO files (team_id, id, packet_id, position, name, sha256, size_bytes, object_key) \
         SELECT team_id, gen_random_uuid(), packet_id, n + 10, 'x', lpad(to_hex(n), 64, '0'), 1, 'x' FROM files, generate_series(1, 20000) n",
    );
    house.database.run("ANALYZE files");
    let team = house.database.texts("SELECT team_id FROM files LIMIT 1").remove(0);
    house.database.run(&format!(
        "CREATE FUNCTION plan() RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE \
         'EXPLAIN SELECT 1 FROM files WHERE team_id = ''{team}'' AND sha256 = ''{}'''; END $$",
        "0".repeat(64)
    ));
    let plan = house.database.texts("SELECT plan()");
    assert!(plan.join("\n").contains("files_content"), "{plan:?}");
}

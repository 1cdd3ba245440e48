//! Packets through the API: from files to a result, and everything that is refused on the way.

use super::{System, system};
use crate::harness::{House, Person, papers};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

#[tokio::test(flavor = "multi_thread")]
async fn a_system_sends_a_shipment_and_fetches_what_does_not_agree() {
    let house = House::new().await;
    let erp = system(&house, Person::Adam, &["read", "write"]).await;
    let files = papers(1);
    let made = erp.create(&files, Some("Shipment 4421"), None).await;
    assert_eq!(made.status, 201);
    let (at, packet) = (made.header("location").to_owned(), made.json());
    assert_eq!(packet["href"], json!(at));
    assert_eq!(
        (&packet["name"], &packet["state"], &packet["verdict"]),
        (&json!("Shipment 4421"), &json!("checking"), &Value::Null)
    );
    assert_eq!(packet["progress"], json!({ "running": false, "files_read": 0, "pages_read": 0 }));
    let early = erp.get(&format!("{at}/result")).await;
    assert_eq!((early.header("retry-after"), early.problem().1.as_str()), ("2", "still-checking"));
    assert_eq!(erp.get(&format!("{at}/report.pdf")).await.problem().1, "still-checking");
    let again = erp.send(erp.request("post", &format!("{at}/runs"))).await;
    assert_eq!((again.header("retry-after"), again.problem().1.as_str()), ("2", "still-checking"));

    house.work().await;
    let packet = erp.get(&at).await.json();
    assert_eq!(
        (&packet["state"], &packet["verdict"], &packet["progress"]),
        (&json!("checked"), &json!("blocked"), &Value::Null)
    );
    let result = erp.get(&format!("{at}/result")).await.json();
    assert_eq!((&result["schema"], &result["packet"]["score"]), (&json!("quayside.packet/1"), &packet["score"]));
    assert_eq!(result["packet"]["name"], json!("Shipment 4421"));
    assert!(result["findings"].as_array().unwrap().iter().any(|finding| finding["severity"] == "critical"));
    // A person at a browser sees the same.
    let page = house.signed_in(Person::Vera).await.get(&at.replace("/api/v1", "")).await;
    assert!(page.status == 200 && page.words().contains("Shipment 4421"));

    for (file, (name, bytes)) in packet["files"].as_array().unwrap().iter().zip(&files) {
        assert_eq!((&file["name"], &file["size_bytes"]), (&json!(name), &json!(bytes.len())));
        assert_eq!(file["sha256"], json!(hex::encode(Sha256::digest(bytes))));
        let request = erp.request("get", file["href"].as_str().unwrap()).header("Accept-Encoding", "gzip");
        let original = erp.send(request).await;
        assert_eq!(&original.bytes, bytes);
        assert!(
            original.header("repr-digest").starts_with("sha-256=:")
                && original.header("content-disposition").contains("attachment")
        );
    }
    let report = erp.get(&format!("{at}/report.pdf")).await;
    assert!(report.header("content-type") == "application/pdf" && report.bytes.starts_with(b"%PDF-"));

    let again = erp.send(erp.request("post", &format!("{at}/runs"))).await;
    assert_eq!((again.status, again.header("location")), (202, at.as_str()));
    assert_eq!(again.json()["state"], "checking");
    house.work().await;
    assert_eq!(erp.get(&at).await.json()["state"], "checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_packet_is_refused_with_a_sentence_and_leaves_nothing() {
    let house = House::with(&[("QUAYSIDE_FILES", "2"), ("QUAYSIDE_FILE_MB", "1")]);
    let erp = system(&house, Person::Adam, &["write"]).await;
    let file = |name: &str, size: usize| Part::bytes(vec![7; size]).file_name(name.to_owned());
    for (form, status, kind, word) in [
        (Form::new(), 400, "bad-request", "broke off"),
        (Form::new().text("name", "x"), 422, "not-accepted", "at least one file"),
        (Form::new().text("files", "no file"), 422, "not-accepted", "at least one file"),
        (Form::new().part("file", file("a.pdf", 9)), 422, "not-accepted", "no part \"file\""),
        (Form::new().text("key", "x").part("files", file("a.pdf", 9)), 422, "not-accepted", "no part \"key\""),
        (
            Form::new().text("name", "x".repeat(201)).part("files", file("a.pdf", 9)),
            422,
            "not-accepted",
            "200 characters",
        ),
        (Form::new().part("files", file("big.pdf", 1_048_577)), 413, "too-large", "big.pdf is larger than 1 MB"),
        (
            Form::new().part("files", file("a", 1)).part("files", file("b", 1)).part("files", file("c", 1)),
            422,
            "not-accepted",
            "More than 2 files",
        ),
    ] {
        let answer = erp.send(erp.request("post", "/api/v1/packets").multipart(form)).await;
        let (got, sort, detail) = answer.problem();
        assert!((got, sort.as_str()) == (status, kind) && detail.contains(word), "{got} {sort}: {detail}");
    }
    let broken = erp
        .request("post", "/api/v1/packets")
        .header("Content-Type", "multipart/form-data; boundary=x")
        .body("--x\r\nnothing");
    assert_eq!(erp.send(broken).await.problem().1, "bad-request");
    let json = erp.request("post", "/api/v1/packets").header("Content-Type", "application/json").body("{\"files\": [");
    assert_eq!(erp.send(json).await.problem().1, "wrong-media-type");
    assert_eq!(house.database.count("SELECT count(*) FROM packets"), 0);
    // A name of nothing but what no name has is none.
    let odd = erp.create(&[(".pdf".to_owned(), vec![1])], Some(" \u{1}\u{7f} "), None).await;
    assert_eq!((odd.status, &odd.json()["name"]), (201, &json!(".pdf")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_walked_by_key_and_filtered() {
    let house = House::new().await;
    let erp = system(&house, Person::Adam, &["read", "write"]).await;
    let mut sent = Vec::new();
    for shipment in [0, 1, 0, 1, 0] {
        sent.push(erp.packet(&papers(shipment)[..1]).await);
    }
    house.database.run("UPDATE packets SET state = 'checked', verdict = 'ready' WHERE id IN (SELECT id FROM packets ORDER BY created_at LIMIT 2)");
    let mut seen = Vec::new();
    let mut path = "/api/v1/packets?limit=2".to_owned();
    loop {
        let page = erp.get(&path).await;
        let body = page.json();
        seen.extend(
            body["packets"].as_array().unwrap().iter().map(|packet| packet["href"].as_str().unwrap().to_owned()),
        );
        let Some(next) = body["next"].as_str() else {
            assert_eq!(page.header("link"), "");
            break;
        };
        assert!(
            page.header("link").contains(next) && page.header("link").contains("limit=2"),
            "{}",
            page.header("link")
        );
        path = page.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
    }
    sent.reverse();
    assert_eq!(seen, sent);
    let count = async |query: &str| {
        erp.get(&format!("/api/v1/packets{query}")).await.json()["packets"].as_array().unwrap().len()
    };
    assert_eq!(
        (count("?verdict=ready").await, count("?state=checking").await, count("?state=failed").await),
        (2, 3, 0)
    );
    let before = house.db.queries();
    erp.get("/api/v1/packets?limit=1").await;
    let one = house.db.queries() - before;
    erp.get("/api/v1/packets?limit=100").await;
    assert_eq!(house.db.queries() - before - one, one, "as many queries for one as for all");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_says_why_and_what_is_in_the_bin_is_not_listed() {
    let house = House::new().await;
    let erp = system(&house, Person::Adam, &["read", "write"]).await;
    let at = erp.packet(&papers(0)[..1]).await;
    house.database.run("UPDATE packets SET state = 'failed'");
    house.database.run("UPDATE work SET state = 'failed', failure = 'The store was away.'");
    assert_eq!(erp.get(&at).await.json()["failure"], json!("The store was away."));
    let answer = erp.get(&format!("{at}/result")).await;
    assert_eq!((answer.header("retry-after"), answer.problem().1.as_str()), ("", "check-failed"));
    house.database.run("UPDATE packets SET deleted_at = now()");
    assert_eq!(erp.get("/api/v1/packets").await.json()["packets"], json!([]));
    assert_eq!(erp.get(&at).await.json()["deleted"], json!(true));
    let (status, kind, detail) = erp.send(erp.request("post", &format!("{at}/runs"))).await.problem();
    assert_eq!((status, kind.as_str()), (409, "conflict"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_asks_too_much_waits_and_another_does_not() {
    let house = House::new().await;
    let hasty = system(&house, Person::Adam, &["read", "write"]).await;
    let calm = system(&house, Person::Adam, &["read", "write"]).await;
    // More at once than any machine answers in the time in which as many become free again.
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..2_000 {
        let hasty: System = hasty.clone();
        asked.spawn(async move { hasty.get("/api/v1/packets").await });
    }
    let answers = asked.join_all().await;
    let slowed: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert!(!slowed.is_empty() && answers.iter().all(|answer| [200, 429].contains(&answer.status)));
    for answer in slowed {
        assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
        assert_eq!(answer.problem().1, "too-many-requests");
    }
    assert_eq!(calm.get("/api/v1/packets").await.status, 200);

    // What costs much is counted for all servers together.
    house.database.run("DELETE FROM limits");
    assert_eq!(calm.create(&papers(0)[..1], None, None).await.status, 201);
    house.database.run("UPDATE limits SET count = 600, blocked_until = now() + interval '9 seconds', last_at = now()");
    let other = System::new(&house.another_server(&[]), &calm.token);
    let slowed = other.create(&papers(0)[..1], None, None).await;
    assert!(slowed.header("retry-after").parse::<u32>().unwrap() <= 9);
    assert_eq!(slowed.problem().1, "too-many-requests");
    assert_eq!(other.get("/api/v1/packets").await.status, 200, "reading goes on");
}

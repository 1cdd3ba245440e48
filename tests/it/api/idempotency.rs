//! The same request sent again makes nothing more.

use super::system;
use crate::harness::{House, Person, papers};

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_and_files_give_the_first_answer_again() {
    let house = House::new().await;
    let erp = system(&house, Person::Adam, &["read", "write"]).await;
    let first = erp.create(&papers(0), None, Some("order-4421")).await;
    house.work().await;
    let again = erp.create(&papers(0), None, Some("order-4421")).await;
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    assert_eq!((again.status, again.header("location"), &again.bytes), (201, first.header("location"), &first.bytes));
    assert_eq!(house.database.count("SELECT count(*) FROM packets"), 1);
    let kept = std::fs::read_dir(house.database.folder().join("objects")).unwrap().count();
    assert!(kept > 0);
    assert_eq!(house.database.audit().iter().filter(|entry| entry.contains("packet.create")).count(), 1);

    for (files, name) in [(papers(1), None), (papers(0), Some("another name"))] {
        let other = erp.create(&files, name, Some("order-4421")).await;
        assert_eq!((other.status, other.problem().1.as_str()), (422, "idempotency-key-reused"));
    }
    let at = first.header("location");
    let run = erp.send(erp.request("post", &format!("{at}/runs")).header("Idempotency-Key", "order-4421")).await;
    assert_eq!(run.problem().1, "idempotency-key-reused", "another route is another request");
    // Another token's keys are its own, and a day later a key is free again.
    let other = system(&house, Person::Adam, &["write"]).await;
    assert_eq!(other.create(&papers(0), None, Some("order-4421")).await.header("idempotency-replayed"), "");
    house.database.run("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'");
    let later = erp.create(&papers(1), None, Some("order-4421")).await;
    assert_eq!((later.status, later.header("idempotency-replayed")), (201, ""));
    let keys = || house.database.count("SELECT count(*) FROM idempotency_keys");
    assert_eq!(keys(), 2);
    house.work().await;
    assert_eq!(keys(), 1, "what is over goes, though nobody sends a key any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_at_once_on_two_servers_make_one_packet_and_one_check() {
    let house = House::new().await;
    let erp = system(&house, Person::Adam, &["read", "write"]).await;
    let other = super::System::new(&house.another_server(&[]), &erp.token);
    let mut sending = tokio::task::JoinSet::new();
    for number in 0..20 {
        let system = if number % 2 == 0 { erp.clone() } else { other.clone() };
        sending.spawn(async move { system.create(&papers(0), None, Some("once")).await });
    }
    let answers = sending.join_all().await;
    assert!(
        answers.iter().all(|answer| answer.status == 201),
        "{:?}",
        answers.iter().map(|a| a.status).collect::<Vec<_>>()
    );
    let at = answers[0].header("location").to_owned();
    assert!(answers.iter().all(|answer| answer.header("location") == at));
    assert_eq!(answers.iter().filter(|answer| answer.header("idempotency-replayed").is_empty()).count(), 1);
    assert_eq!(house.database.count("SELECT count(*) FROM packets"), 1);
    let files = i64::try_from(papers(0).len()).unwrap();
    assert_eq!(house.database.count("SELECT count(*) FROM files"), files);
    house.work().await;

    let mut sending = tokio::task::JoinSet::new();
    for number in 0..20 {
        let system = if number % 2 == 0 { erp.clone() } else { other.clone() };
        let path = format!("{at}/runs");
        sending.spawn(async move { system.send(system.request("post", &path).header("Idempotency-Key", "run")).await });
    }
    let answers = sending.join_all().await;
    assert!(
        answers.iter().all(|answer| answer.status == 202),
        "{:?}",
        answers.iter().map(|a| a.status).collect::<Vec<_>>()
    );
    assert_eq!(house.database.count("SELECT count(*) FROM runs"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_key_is_refused_and_a_refused_request_keeps_none() {
    let house = House::new().await;
    let erp = system(&house, Person::Adam, &["write"]).await;
    for key in ["", " ", "two words", "ümlaut", &"x".repeat(201)] {
        let request = erp.request("post", "/api/v1/packets").multipart(super::System::form(&papers(0), None));
        let answer = erp.send(request.header("Idempotency-Key", key.as_bytes())).await;
        assert_eq!(answer.problem().1, "bad-request", "{key}");
    }
    let twice = erp.request("post", "/api/v1/packets").header("Idempotency-Key", "a").header("Idempotency-Key", "b");
    assert_eq!(erp.send(twice).await.problem().1, "bad-request");
    let key = "x".repeat(200);
    assert_eq!(erp.create(&[], Some("x"), Some(&key)).await.status, 422);
    assert_eq!(erp.create(&papers(0), None, Some(&key)).await.status, 201, "the refused one did not use it up");
}

//! The queue: leases, fences, fairness, tries, and the page that shows it.

use crate::harness::{House, Person, papers};
use quayside::store::{StoreError, queue};

#[tokio::test(flavor = "multi_thread")]
async fn work_that_keeps_failing_stays_visible_and_can_be_tried_again() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let address = otto.packet(papers(0)).await;
    let object = house.database.texts("SELECT object_key FROM files ORDER BY position LIMIT 1").remove(0);
    let path = house.database.folder().join("objects").join(&object);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    for _ in 0..5 {
        house.database.run("UPDATE work SET due_at = now()");
        assert_eq!(house.work().await, 1);
    }
    assert_eq!(house.work().await, 0, "after the last try it waits for a person");
    let page = otto.get("/work").await;
    assert!(page.words().contains("Failed") && page.words().contains("Try again"), "{}", page.words());
    let packet = otto.get(&address).await;
    assert!(packet.words().contains("could not be checked"), "{}", packet.words());
    std::fs::write(&path, bytes).unwrap();
    let retry = page.all("form[action$=retry]", "action").remove(0);
    assert_eq!(otto.post(&retry, &[]).await.status, 303);
    assert_eq!(otto.post(&retry, &[]).await.status, 404, "it is not failed any more");
    assert_eq!(house.work().await, 1);
    assert!(otto.get(&address).await.words().contains("of 100"));
    assert!(otto.get("/work").await.words().contains("Nothing waits, runs or has failed"));
    let log = house.database.audit();
    assert!(log.contains(&"operator work.retry success".to_owned()), "{log:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_lost_its_lease_can_no_longer_write() {
    let house = House::new().await;
    house.signed_in(Person::Otto).await.packet(papers(0)).await;
    let first = queue::claim(&house.db, "first".into()).await.unwrap().unwrap();
    assert!(queue::claim(&house.db, "second".into()).await.unwrap().is_none(), "one worker a piece");
    house.database.run("UPDATE work SET lease_until = now() - interval '1 second'");
    let second = queue::claim(&house.db, "second".into()).await.unwrap().unwrap();
    assert_eq!((second.id, second.attempt), (first.id, 2));
    assert!(!first.renew(&house.db, None).await.unwrap());
    let kept = first.keep(&house.db, "step".into(), serde_json::json!(1)).await;
    assert!(matches!(kept, Err(StoreError::Conflict(key)) if key == "work.fence"));
    second.keep(&house.db, "step".into(), serde_json::json!(2)).await.unwrap();
    second.keep(&house.db, "step".into(), serde_json::json!(3)).await.unwrap();
    assert_eq!(
        second.step(&house.db, "step".into()).await.unwrap(),
        Some(serde_json::json!(2)),
        "the first word stays"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_stops_hands_its_work_back_at_once_and_uncounted() {
    let house = House::new().await;
    house.signed_in(Person::Otto).await.packet(papers(0)).await;
    let claim = queue::claim(&house.db, "first".into()).await.unwrap().unwrap();
    claim.hand_back(&house.db, None, 0.0).await.unwrap();
    let again = queue::claim(&house.db, "second".into()).await.unwrap().unwrap();
    assert_eq!(again.attempt, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_with_much_work_does_not_keep_another_waiting() {
    let house = House::new().await;
    let (otto, stan) = (house.signed_in(Person::Otto).await, house.signed_in(Person::Stan).await);
    for _ in 0..6 {
        otto.packet(papers(0)).await;
    }
    stan.packet(papers(0)).await;
    let mut teams = Vec::new();
    for _ in 0..3 {
        teams.push(queue::claim(&house.db, "one".into()).await.unwrap().unwrap().team);
    }
    teams.sort();
    teams.dedup();
    assert_eq!(teams.len(), 2, "Stan's one packet is among the first claimed");
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_kills_its_worker_each_time_is_not_given_to_another_for_ever() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let address = otto.packet(papers(0)).await;
    for _ in 0..5 {
        queue::claim(&house.db, "doomed".into()).await.unwrap().unwrap();
        house.database.run("UPDATE work SET lease_until = now() - interval '1 second'");
    }
    assert_eq!(house.work().await, 1);
    assert_eq!(house.database.texts("SELECT state FROM work"), ["failed"]);
    assert!(otto.get(&address).await.words().contains("could not be checked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn new_work_is_announced() {
    let house = House::new().await;
    let url = house.database.app_url();
    let (heard, hearing) = std::sync::mpsc::channel();
    let listener = std::thread::spawn(move || {
        queue::listen(&url, || {
            heard.send(()).unwrap();
            false
        })
    });
    house.database.wait_for("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'", 1);
    house.signed_in(Person::Otto).await.packet(papers(0)).await;
    hearing.recv_timeout(std::time::Duration::from_secs(10)).unwrap();
    listener.join().unwrap().unwrap();
}

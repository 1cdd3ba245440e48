//! Many packets at once: counted before, done for each that allows it, told in the log of each, and taken back.

use crate::harness::{Browser, House, Person, papers};

/// Otto in a house with three packets that were read: one is blocked or to review, two are clean.
async fn three_packets() -> (House, Browser, Vec<String>) {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    for shipment in [0, 1, 1] {
        otto.packet(papers(shipment)).await;
    }
    house.work().await;
    let ids = house.database.texts("SELECT id FROM packets ORDER BY id");
    (house, otto, ids)
}

fn id_of(house: &House, person: Person) -> String {
    house.database.texts(&format!("SELECT id FROM users WHERE email = '{}'", person.email())).remove(0)
}

/// Asks once more with what was ticked, and sends that page's form.
async fn go_on(otto: &Browser, asked: &str, typed: &[(&str, &str)]) -> crate::harness::browser::Page {
    let page = otto.get(&format!("/packets/batch?{asked}")).await;
    assert_eq!(page.status, 200, "{}", page.words());
    let of = |attribute: &str| page.all("form.batch[method='post'] input[type=hidden]", attribute);
    let hidden: Vec<(String, String)> = of("name").into_iter().zip(of("value")).collect();
    let mut form: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.extend(typed);
    otto.post("/packets/batch", &form).await
}

/// Presses Undo on the list that the answer led to.
async fn undo(otto: &Browser, list: &str) -> crate::harness::browser::Page {
    let page = otto.get(list).await;
    let path = page.all(".toast form", "action").remove(0);
    otto.post(&path, &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn chosen_packets_are_given_to_a_member_and_back_again_and_each_has_its_entry() {
    let (house, otto, ids) = three_packets().await;
    let adam = id_of(&house, Person::Adam);
    let list = otto.get("/packets").await;
    assert_eq!(list.all("input[name=packet][form=batch]", "value").len(), 3);
    let done = go_on(&otto, &format!("task=assign&packet={}&packet={}", ids[0], ids[2]), &[("owner", &adam)]).await;
    assert_eq!(done.status, 303);
    let there = done.location.unwrap();
    assert!(otto.get(&there).await.words().contains("2 packets are assigned. Undo"));
    let owned = || house.database.texts("SELECT id FROM packets WHERE owner_id IS NOT NULL ORDER BY id");
    assert_eq!(owned(), [ids[0].clone(), ids[2].clone()]);
    let entries = |result: &str| {
        house.database.count(&format!(
            "SELECT count(*) FROM audit_entries WHERE action = 'packet.assign' AND result = '{result}' AND subject IN ('{}', '{}')",
            ids[0], ids[2]
        ))
    };
    assert_eq!(entries("success"), 2);
    house.database.run(&format!(
        "UPDATE packets SET owner_id = '{}' WHERE id = '{}'",
        id_of(&house, Person::Olga),
        ids[0]
    ));
    let back = undo(&otto, &there).await;
    let said = otto.get(&back.location.unwrap()).await.words();
    assert!(said.contains("Taken back for 1 packet. 1 was left as it was"), "{said}");
    assert_eq!(owned(), [ids[0].clone()], "what somebody else was given meanwhile stays theirs");
    assert_eq!(entries("success"), 3);
    assert_eq!(otto.post(&there.replace("/packets?batch=", "/packets/batch/"), &[]).await.status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_filter_is_deleted_as_it_was_counted_and_restored() {
    let (house, otto, ids) = three_packets().await;
    let here = || house.database.count("SELECT count(*) FROM packets WHERE deleted_at IS NULL");
    let page = otto.get("/packets/batch?task=delete&all=yes&query=verdict%3Dready").await;
    let ready = page.all("main .steps a", "href").len();
    assert!(page.words().contains(&format!("Delete {ready} packet")), "{}", page.words());
    // Another one fits the filter before the button is pressed.
    let stale = otto
        .post(
            "/packets/batch",
            &[("task", "delete"), ("all", "yes"), ("query", "verdict=ready"), ("count", &(ready + 1).to_string())],
        )
        .await;
    assert_eq!((stale.status, here()), (409, 3), "{}", stale.words());
    let done = go_on(&otto, "task=delete&all=yes&query=verdict%3Dready", &[]).await;
    assert_eq!(here(), i64::try_from(ids.len() - ready).unwrap());
    let there = done.location.unwrap();
    assert!(there.starts_with("/packets?verdict=ready&batch="), "{there}");
    undo(&otto, &there).await;
    assert_eq!(here(), 3);
    let twice = otto.post(&format!("/packets/batch/{}/undo", there.rsplit('=').next().unwrap()), &[]).await;
    assert_eq!(twice.status, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_ready_is_approved_together_and_the_rest_says_why_not() {
    let (house, otto, ids) = three_packets().await;
    let ready = house.database.count("SELECT count(*) FROM packets WHERE verdict = 'ready'");
    assert!((1..3).contains(&ready), "the papers hold both");
    let all = ids.iter().map(|id| format!("&packet={id}")).collect::<String>();
    let done = go_on(&otto, &format!("task=approve{all}"), &[]).await;
    let there = done.location.unwrap();
    let approved = || house.database.count("SELECT count(*) FROM packets WHERE decision = 'approved'");
    assert_eq!(approved(), ready);
    let list = otto.get(&there).await;
    let why = otto.get(&list.all(".toast p a", "href").remove(0)).await;
    assert!(why.words().contains("Only a packet that is ready is approved together"), "{}", why.words());
    undo(&otto, &there).await;
    assert_eq!(approved(), 0);
    let told =
        house.database.count("SELECT count(*) FROM decisions WHERE step = 'reopen' AND reason LIKE '%taken back%'");
    assert_eq!(told, ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn chosen_packets_are_checked_again_and_nothing_chosen_is_told() {
    let (house, otto, ids) = three_packets().await;
    let done = go_on(&otto, &format!("task=check&packet={}&packet={}", ids[0], ids[1]), &[]).await;
    let there = done.location.unwrap();
    assert!(otto.get(&there).await.all(".toast form", "action").is_empty(), "a check is not taken back");
    assert_eq!(house.database.count("SELECT count(*) FROM runs"), 5);
    let again = go_on(&otto, &format!("task=check&packet={}&packet={}", ids[0], ids[2]), &[]).await;
    let said = otto.get(&again.location.unwrap()).await.words();
    assert!(said.contains("1 packet is being checked again. 1 was left as it was"), "{said}");
    house.work().await;
    assert_eq!(house.database.count("SELECT count(*) FROM packets WHERE state = 'checked'"), 3);
    let nothing = otto.get("/packets/batch?task=delete").await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.words().contains("No packet is chosen."), "{}", nothing.words());
    let vera = house.signed_in(Person::Vera).await;
    assert!(vera.get("/packets").await.all("input[name=packet]", "value").is_empty());
    assert_eq!(vera.post("/packets/batch", &[("task", "delete"), ("packet", &ids[0])]).await.status, 403);
    let stan = house.signed_in(Person::Stan).await;
    let strange = stan.post("/packets/batch", &[("task", "delete"), ("packet", &ids[0]), ("count", "1")]).await;
    assert_eq!(strange.status, 409, "another team's packet is not there");
    assert_eq!(house.database.count("SELECT count(*) FROM packets WHERE deleted_at IS NOT NULL"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_did_again_by_themselves_is_not_taken_back_with_the_batch() {
    let (house, otto, _) = three_packets().await;
    let ready = house.database.texts("SELECT id FROM packets WHERE verdict = 'ready' ORDER BY id");
    let one = &ready[0];
    let run = house.database.texts(&format!("SELECT run_id FROM packets WHERE id = '{one}'")).remove(0);
    let olga = house.signed_in(Person::Olga).await;
    let step = async |path: &str, form: &[(&str, &str)]| {
        assert_eq!(olga.post(&format!("/packets/{one}/{path}"), form).await.status, 303, "{path}");
    };

    let approved = go_on(&otto, &format!("task=approve&packet={one}"), &[]).await.location.unwrap();
    step("decision", &[("step", "reopen"), ("run", &run), ("reason", "A closer look.")]).await;
    step("decision", &[("step", "approve"), ("run", &run)]).await;
    let said = otto.get(&undo(&otto, &approved).await.location.unwrap()).await.words();
    assert!(said.contains("1 was left as it was"), "{said}");
    let is = |what: &str| house.database.count(&format!("SELECT count(*) FROM packets WHERE id = '{one}' AND {what}"));
    assert_eq!(is("decision = 'approved'"), 1, "Olga's approval stands");

    step("decision", &[("step", "reopen"), ("run", &run), ("reason", "Not this one.")]).await;
    let deleted = go_on(&otto, &format!("task=delete&packet={one}"), &[]).await.location.unwrap();
    step("restore", &[]).await;
    step("delete", &[]).await;
    let said = otto.get(&undo(&otto, &deleted).await.location.unwrap()).await.words();
    assert!(said.contains("1 was left as it was"), "{said}");
    assert_eq!(is("deleted_at IS NOT NULL"), 1, "Olga put it into the bin");
}

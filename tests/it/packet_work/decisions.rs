//! Decisions: approved, rejected, reopened, on which run; and who works on what.

use super::{one_packet, result};
use crate::harness::browser::Page;
use crate::harness::{Browser, House, Person, papers};

async fn decide(browser: &Browser, address: &str, step: &str, reason: &str) -> Page {
    let page = browser.get(address).await;
    let run = page.all("form[action$='/decision'] input[name=run]", "value").remove(0);
    browser.post(&format!("{address}/decision"), &[("run", &run), ("step", step), ("reason", reason)]).await
}

fn decision(house: &House) -> String {
    house.database.texts("SELECT coalesce(decision, 'open') FROM packets").remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packet_is_approved_and_nothing_of_it_changes_until_somebody_reopens_it() {
    let (house, otto, address) = one_packet(0).await;
    assert_eq!(decide(&otto, &address, "approve", "").await.status, 303);
    assert_eq!(decision(&house), "approved");
    let page = otto.get(&address).await;
    assert!(page.words().contains("Approved by Otto Tester on run 1"), "{}", page.words());
    assert!(otto.get("/packets").await.words().contains("Approved"), "the list says so");
    let id = result(&otto, &address).await["documents"][0]["id"].as_str().unwrap().to_owned();
    let chosen = otto.get(&format!("{address}?document={id}&field=vessel")).await;
    assert!(!chosen.words().contains("Correct this value"));
    let file = house.database.texts("SELECT id FROM files ORDER BY position LIMIT 1").remove(0);
    let form =
        [("file", file.as_str()), ("page", "1"), ("field", "vessel"), ("value", "MV NEW"), ("reason", "because")];
    let refused = otto.post(&format!("{address}/corrections"), &form).await;
    assert_eq!(refused.status, 409);
    assert!(refused.words().contains("Reopen it before anything of it is changed."), "{}", refused.words());
    let why = decide(&otto, &address, "reopen", "").await;
    assert_eq!((why.status, why.all("#reopen-reason", "aria-invalid").len()), (422, 1), "why?");
    assert_eq!(decide(&otto, &address, "reopen", "a new invoice comes").await.status, 303);
    assert_eq!(decision(&house), "open");
    assert!(otto.get(&address).await.words().contains("Reopened by Otto Tester on run 1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_packet_is_approved_over_a_critical_finding_that_nobody_waived() {
    let (house, otto, address) = one_packet(1).await;
    let page = otto.get(&address).await;
    let offered = |page: &Page| page.all(".work input[name=step]", "value");
    assert_eq!(offered(&page), ["reject"], "what would be refused is not offered");
    assert!(page.words().contains("Critical findings stand. Correct what is wrong, or waive them"), "{}", page.words());
    let refused = decide(&otto, &address, "approve", "").await;
    assert_eq!(refused.status, 409);
    assert!(refused.words().contains("Critical findings stand."), "{}", refused.words());
    assert_eq!(house.database.audit().last().unwrap(), "operator packet.decide criticals");
    for key in otto.get(&address).await.all("input[name=finding]", "value") {
        otto.post(&format!("{address}/waivers"), &[("finding", &key), ("reason", "known"), ("until", "")]).await;
    }
    let page = otto.get(&address).await;
    assert_eq!(offered(&page), ["approve", "reject"]);
    assert!(!page.words().contains("Critical findings stand."), "{}", page.words());
    assert_eq!(decide(&otto, &address, "approve", "").await.status, 303);
    assert_eq!(decision(&house), "approved");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_says_why() {
    let (house, otto, address) = one_packet(1).await;
    let why = decide(&otto, &address, "reject", " ").await;
    assert_eq!((why.status, why.all("#reject-reason", "aria-invalid").len()), (422, 1));
    let long = decide(&otto, &address, "reject", &"why ".repeat(200)).await;
    assert!(
        long.status == 422 && long.all("#reject-reason", "value").remove(0).starts_with("why why"),
        "what was typed is kept"
    );
    assert_eq!(decide(&otto, &address, "reject", "the bill is another shipment's").await.status, 303);
    assert_eq!(decision(&house), "rejected");
    let words = otto.get(&address).await.words();
    assert!(words.contains("Rejected by Otto Tester on run 1"), "{words}");
    assert!(words.contains("the bill is another shipment's"), "{words}");
    let diff = house
        .database
        .texts("SELECT diff FROM audit_entries WHERE action = 'packet.decide' AND result = 'success'")
        .pop();
    let diff: serde_json::Value = serde_json::from_str(&diff.unwrap()).unwrap();
    assert_eq!(
        (&diff["before"]["decision"], &diff["after"]["decision"]),
        (&serde_json::Value::Null, &"rejected".into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_stands_on_its_run_and_a_run_that_finds_something_else_reopens_the_packet() {
    let (house, otto, address) = one_packet(0).await;
    decide(&otto, &address, "approve", "").await;
    otto.post(&format!("{address}/runs"), &[]).await;
    house.work().await;
    assert_eq!(decision(&house), "approved", "the same findings change nothing");
    house.database.run(
        "UPDATE runs SET result = jsonb_set(result, '{findings}', '[{\"code\":\"match.x\",\"severity\":\"warning\",\
        \"title\":\"x\",\"explanation\":\"x\",\"fix\":\"x\",\"citation\":\"x\",\"values\":[]}]') WHERE number = 1",
    );
    otto.post(&format!("{address}/runs"), &[]).await;
    house.work().await;
    assert_eq!(decision(&house), "open");
    let words = otto.get(&address).await.words();
    assert!(words.contains("Reopened by Quayside on run 3"), "{words}");
    assert!(words.contains("found something else"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiver_that_ends_reopens_what_was_approved_on_it() {
    let (house, otto, address) = one_packet(1).await;
    for key in otto.get(&address).await.all("input[name=finding]", "value") {
        let form = [("finding", key.as_str()), ("reason", "known"), ("until", "2099-12-31")];
        otto.post(&format!("{address}/waivers"), &form).await;
    }
    decide(&otto, &address, "approve", "").await;
    house.database.run("UPDATE waivers SET until = current_date - 1");
    house.database.run("UPDATE work SET due_at = now()");
    house.work().await;
    assert_eq!(decision(&house), "open");
    assert!(otto.get(&address).await.words().contains("A waiver ended, and a critical finding stands again."));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_decides_on_an_old_result_or_beside_somebody_else_is_told() {
    let (house, otto, address) = one_packet(0).await;
    let olga = house.signed_in(Person::Olga).await;
    let old = otto.get(&address).await.all("form[action$='/decision'] input[name=run]", "value").remove(0);
    otto.post(&format!("{address}/runs"), &[]).await;
    house.work().await;
    let path = format!("{address}/decision");
    let late = otto.post(&path, &[("run", &old), ("step", "approve")]).await;
    assert_eq!(late.status, 409);
    assert!(late.words().contains("checked again meanwhile"), "{}", late.words());
    let run = otto.get(&address).await.all("form[action$='/decision'] input[name=run]", "value").remove(0);
    let (approve, reject) = (
        [("run", run.as_str()), ("step", "approve")].to_vec(),
        [("run", run.as_str()), ("step", "reject"), ("reason", "no")].to_vec(),
    );
    let (one, other) = tokio::join!(otto.post(&path, &approve), olga.post(&path, &reject));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert_eq!(house.database.count("SELECT count(*) FROM decisions"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packet_is_claimed_given_to_somebody_else_and_handed_back() {
    let (house, otto, address) = one_packet(0).await;
    let olga = house.signed_in(Person::Olga).await;
    let owner = || {
        house.database.texts("SELECT coalesce(u.name, 'nobody') FROM packets p LEFT JOIN users u ON u.id = p.owner_id")
    };
    assert_eq!(owner(), ["nobody"]);
    let id = |person: Person| {
        house.database.texts(&format!("SELECT id FROM users WHERE email = '{}'", person.email())).remove(0)
    };
    let path = format!("{address}/owner");
    assert!(otto.get(&address).await.words().contains("Claim it"));
    let claim = |person: Person| [("owner", id(person)), ("seen", String::new())];
    for (browser, person, status) in [(&otto, Person::Otto, 303), (&olga, Person::Olga, 409)] {
        let form = claim(person);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = browser.post(&path, &form).await;
        assert_eq!(answer.status, status, "{person:?}");
        assert!(status == 303 || answer.words().contains("Load it again to see who has it."), "{}", answer.words());
    }
    assert_eq!(owner(), ["Otto Tester"]);
    assert!(otto.get("/packets").await.words().contains("You"));
    let give = |to: String, seen: String| [("owner", to), ("seen", seen)];
    for (to, status) in
        [(id(Person::Vera), 409), (id(Person::Stan), 409), ("somebody".to_owned(), 400), (id(Person::Adam), 303)]
    {
        let form = give(to, id(Person::Otto));
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(otto.post(&path, &form).await.status, status, "{form:?}");
    }
    assert_eq!(owner(), ["Adam Tester"]);
    otto.post(&path, &[("owner", ""), ("seen", &id(Person::Adam))]).await;
    assert_eq!(owner(), ["nobody"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_packet_is_the_oldest_that_is_nobodys_and_two_people_get_two() {
    let (house, otto, first) = one_packet(0).await;
    let olga = house.signed_in(Person::Olga).await;
    let second = otto.packet(papers(0)).await;
    house.work().await;
    let (one, other) = tokio::join!(otto.post("/packets/claim", &[]), olga.post("/packets/claim", &[]));
    let mut given = [one.location.unwrap(), other.location.unwrap()];
    given.sort();
    let mut wanted = [first, second];
    wanted.sort();
    assert_eq!(given, wanted);
    let nothing = otto.post("/packets/claim", &[]).await;
    assert_eq!(nothing.status, 409);
    assert!(nothing.words().contains("No packet waits for somebody"), "{}", nothing.words());
    assert_eq!(house.database.audit().last().unwrap(), "operator packet.assign nothing_to_claim");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_the_team_leaves_no_packet_behind_and_a_viewer_decides_nothing() {
    let (house, otto, address) = one_packet(0).await;
    otto.post("/packets/claim", &[]).await;
    let id = house.database.texts("SELECT id FROM users WHERE email = 'otto@atlas.example'").remove(0);
    let olga = house.signed_in(Person::Olga).await;
    assert_eq!(olga.post(&format!("/team/members/{id}/remove"), &[]).await.status, 303);
    assert_eq!(house.database.count("SELECT count(*) FROM packets WHERE owner_id IS NULL"), 1);
    let vera = house.signed_in(Person::Vera).await;
    let page = vera.get(&address).await;
    assert!(!page.words().contains("Approve") && page.all("form[action$='/owner']", "action").is_empty());
    for ending in ["/decision", "/owner"] {
        assert_eq!(vera.post(&format!("{address}{ending}"), &[]).await.status, 403);
    }
}

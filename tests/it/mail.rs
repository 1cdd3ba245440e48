//! Mail: the outbox, a real conversation with a mail server, and the page of a development server.

use crate::harness::post_office::PostOffice;
use crate::harness::{House, Person, SECRET};
use quayside::domain::access::{Action, Actor};
use quayside::domain::account::Email;
use quayside::domain::ids::TeamId;
use quayside::domain::mail::{Letter, MailKind, SealedLetter, Words};
use quayside::domain::secret::Secret;
use quayside::gateways::mail::{Mail, MailError};
use quayside::store::{Change, StoreError, outbox};

fn letter(to: &str, subject: &str, team: Option<TeamId>) -> SealedLetter {
    let letter = Letter {
        kind: MailKind::Alarm,
        to: Email::parse(to).unwrap(),
        subject: subject.to_owned(),
        text: "The code is 123456.\n.\nGrüße\n".to_owned(),
        useless_after: None,
    };
    letter.seal(&Secret::new(SECRET), team).unwrap()
}

fn atlas(house: &House) -> TeamId {
    house.database.texts("SELECT id FROM teams WHERE name = 'Atlas Customs'").remove(0).parse().unwrap()
}

async fn post_to_team(house: &House, to: &str) -> Result<(), StoreError> {
    let permit = Actor::system(atlas(house)).permit(Action::WorkRetry).unwrap();
    let letter = letter(to, "Unusual activity", Some(atlas(house)));
    house.db.write(permit, "test", move |tx| Ok::<_, StoreError>(Change::to(outbox::add(tx, &letter)?))).await
}

fn states(house: &House) -> Vec<String> {
    house.database.texts(
        "SELECT state || ' ' || attempts || ' ' || coalesce(answer, '') || ' ' || (sealed IS NULL) FROM outbox ORDER BY id",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_reaches_the_mail_server_and_its_words_leave_the_database() {
    let office = PostOffice::open();
    let house = House::with(&[("QUAYSIDE_MAIL", &office.url)]);
    outbox::post(&house.db, letter("olga@atlas.example", "Ein Brief für Olga\r\nBcc: x@evil.example", None))
        .await
        .unwrap();
    let kept = house.database.texts("SELECT encode(sealed, 'escape') FROM outbox").remove(0);
    assert!(!kept.contains("123456"), "what waits is sealed");
    assert_eq!(house.postman().run_until_idle().await.unwrap(), 1);
    let arrived = office.arrived().remove(0);
    assert_eq!(arrived.to, ["RCPT TO:<olga@atlas.example>"]);
    assert!(arrived.from.contains("<quayside@q.example>"), "{}", arrived.from);
    assert!(!arrived.data.lines().any(|line| line.starts_with("Bcc")), "{}", arrived.data);
    assert!(arrived.data.contains("The code is 123456."));
    assert_eq!(states(&house), ["sent 1 250 Queued as 4711 true"]);
    assert_eq!(house.postman().run_until_idle().await.unwrap(), 0, "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_rolled_back_never_leaves() {
    let house = House::new().await;
    let permit = Actor::system(atlas(&house)).permit(Action::WorkRetry).unwrap();
    let letter = letter("olga@atlas.example", "No", Some(atlas(&house)));
    let undone: Result<(), StoreError> = house
        .db
        .write(permit, "test", move |tx| {
            outbox::add(tx, &letter)?;
            Err(StoreError::NotFound)
        })
        .await;
    assert!(undone.is_err());
    assert!(house.letters().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_is_asked_again_and_a_refusal_stays_visible_with_its_words() {
    let office = PostOffice::open();
    let house = House::with(&[("QUAYSIDE_MAIL", &office.url)]);
    office.answer_next("451 Greylisted, come back later");
    post_to_team(&house, "olga@atlas.example").await.unwrap();
    house.postman().run_until_idle().await.unwrap();
    assert!(
        states(&house)[0].starts_with("waiting 1 ") && states(&house)[0].contains("Greylisted"),
        "{:?}",
        states(&house)
    );
    assert_eq!(house.database.count("SELECT count(*) FROM outbox WHERE due_at > now() + interval '3 seconds'"), 1);
    house.database.run("UPDATE outbox SET due_at = now()");
    office.answer_next("550 No such mailbox here");
    house.postman().run_until_idle().await.unwrap();
    let otto = house.signed_in(Person::Otto).await;
    let page = otto.get("/work").await;
    assert!(page.words().contains("No such mailbox here") && page.words().contains("2 of 10"), "{}", page.words());
    let stan = house.signed_in(Person::Stan).await;
    assert!(!stan.get("/work").await.words().contains("No such mailbox"), "another team's letters stay theirs");
    let retry = page.all("form[action$=retry]", "action").remove(0);
    assert_eq!(otto.post(&retry, &[]).await.status, 303);
    assert_eq!(otto.post(&retry, &[]).await.status, 404, "it is not failed any more");
    house.postman().run_until_idle().await.unwrap();
    assert_eq!(office.arrived().len(), 1);
    assert!(otto.get("/work").await.words().contains("Nothing waits"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_fails_to_the_end_says_so_and_one_that_lost_its_use_is_not_sent() {
    let office = PostOffice::open();
    let house = House::with(&[("QUAYSIDE_MAIL", &office.url)]);
    outbox::post(&house.db, letter("olga@atlas.example", "Late", None)).await.unwrap();
    for _ in 0..10 {
        office.answer_next("451 Not now");
        house.database.run("UPDATE outbox SET due_at = now()");
        assert_eq!(house.postman().run_until_idle().await.unwrap(), 1);
    }
    assert_eq!(house.postman().run_until_idle().await.unwrap(), 0);
    assert!(states(&house)[0].starts_with("failed 10 ") && states(&house)[0].ends_with("true"), "{:?}", states(&house));
    house.database.run("UPDATE outbox SET state = 'waiting', sealed = 'x', attempts = 0, useless_after = now()");
    house.postman().run_until_idle().await.unwrap();
    assert!(states(&house)[0].contains("lost its use"), "{:?}", states(&house));
    assert!(office.arrived().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn senders_share_the_outbox_and_a_dead_ones_letter_goes_on() {
    let house = House::new().await;
    for number in 0..20 {
        outbox::post(&house.db, letter("olga@atlas.example", &format!("Letter {number}"), None)).await.unwrap();
    }
    let first = outbox::claim(&house.db).await.unwrap().unwrap();
    let (one, two) = (house.postman(), house.postman());
    let (one, two) = tokio::join!(one.run_until_idle(), two.run_until_idle());
    assert_eq!(one.unwrap() + two.unwrap(), 19, "each letter once, and the claimed one not at all");
    house.database.run("UPDATE outbox SET lease_until = now() - interval '1 second' WHERE state = 'running'");
    assert_eq!(house.postman().run_until_idle().await.unwrap(), 1);
    first.failed(&house.db, "I am late".to_owned()).await.unwrap();
    assert_eq!(
        house.database.count("SELECT count(*) FROM outbox WHERE state = 'sent'"),
        20,
        "an old fence writes nothing"
    );
    assert_eq!(house.letters().await.len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_prove_its_name_gets_nothing() {
    let office = PostOffice::open();
    let mail = Mail::at(&office.url.replace("smtp://", "smtps://").into(), "q@q.example").unwrap();
    let to = Email::parse("olga@atlas.example").unwrap();
    let words = Words { subject: "Subject".to_owned(), text: "Text".to_owned(), answer_to: None };
    let refused = mail.send(letter("a@b.example", "x", None).id, &to, &words).await;
    assert!(matches!(refused, Err(MailError::Later(_))), "{refused:?}");
    assert!(office.arrived().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_development_page_shows_letters_to_this_machine_only_and_only_without_a_mail_server() {
    let house = House::new().await;
    outbox::post(&house.db, letter("olga@atlas.example", "<b>Hello</b>", None)).await.unwrap();
    house.letters().await;
    let page = house.nobody().get("/development/mail").await;
    assert_eq!(page.status, 200);
    assert!(page.words().contains("The code is 123456.") && page.words().contains("<b>Hello</b>"), "{}", page.words());
    let rebound = house.nobody().get_as("rebound.example", "/development/mail").await;
    assert_eq!(rebound.status, 404);
    let office = PostOffice::open();
    let served = House::with(&[("QUAYSIDE_MAIL", &office.url)]);
    assert_eq!(served.nobody().get("/development/mail").await.status, 404);
}

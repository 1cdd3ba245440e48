//! A person's own page: second factor, sessions, password, address, and the proof that some changes need.

use crate::harness::browser::Page;
use crate::harness::{Browser, House, PASSWORD, Person};
use std::time::{SystemTime, UNIX_EPOCH};
use totp_rs::{Builder, Secret};

const FRESH: &str = "another good sentence";

/// The code that an app with the secret shows, so many steps from now.
fn code(words: &str, steps: i64) -> String {
    let secret = Secret::try_from_base32(words.replace(' ', "")).unwrap();
    let totp = Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    totp.generate(u64::try_from(now + 30 * steps).unwrap()).to_string()
}

fn text_of(page: &Page, selector: &str) -> Vec<String> {
    let html = scraper::Html::parse_document(&page.text());
    let selector = scraper::Selector::parse(selector).unwrap();
    html.select(&selector).map(|element| element.text().collect::<String>().trim().to_owned()).collect()
}

/// Sets an app up: its secret, and the recovery codes.
async fn set_up(browser: &Browser) -> (String, Vec<String>) {
    let offered = browser.post("/account/app", &[]).await;
    assert_eq!((offered.status, offered.location.as_deref()), (303, Some("/account/app")));
    let page = browser.get("/account/app").await;
    assert!(page.text().contains("<svg"), "the picture");
    let secret = text_of(&page, "#secret").remove(0);
    let wrong = browser.post("/account/app/confirm", &[("code", "000000")]).await;
    assert!(wrong.status == 422 && wrong.words().contains("That code is not right"), "{}", wrong.words());
    let kept = browser.post("/account/app/confirm", &[("code", &code(&secret, 0))]).await;
    assert_eq!(kept.status, 200, "{}", kept.words());
    let codes = text_of(&kept, ".codes li");
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

async fn half(house: &House, person: Person) -> Browser {
    let browser = house.nobody();
    let answer = browser.post("/sign-in", &[("email", person.email()), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/sign-in/second")));
    browser
}

async fn second(browser: &Browser, code: &str) -> (u16, Option<String>, String) {
    let answer = browser.post("/sign-in/second", &[("code", code)]).await;
    (answer.status, answer.location.clone(), answer.words())
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_app_a_password_alone_opens_nothing() {
    let house = House::new().await;
    let elsewhere = house.signed_in(Person::Otto).await;
    let browser = house.signed_in(Person::Otto).await;
    let (secret, recovery) = set_up(&browser).await;
    assert_eq!(browser.get("/packets").await.status, 200, "this session goes on");
    assert_eq!(elsewhere.get("/packets").await.status, 303, "the others have ended");
    let sealed = house.database.texts("SELECT encode(sealed, 'hex') FROM totp_secrets").remove(0);
    assert!(!sealed.is_empty() && house.database.count("SELECT count(*) FROM recovery_codes") == 10);

    let phone = half(&house, Person::Otto).await;
    assert_eq!(phone.get("/packets").await.status, 303, "half signed in is not signed in");
    assert_eq!(phone.get("/account").await.status, 303);
    assert_eq!(second(&phone, "000000").await.0, 422);
    let now = code(&secret, 0);
    let used = second(&phone, &now).await;
    assert!(used.0 == 422 && used.2.contains("was used before"), "the code that set it up: {}", used.2);
    let next = code(&secret, 1);
    assert_eq!(second(&phone, &next).await, (303, Some("/packets".to_owned()), String::new()));
    assert_eq!(phone.get("/packets").await.status, 200);

    let thief = half(&house, Person::Otto).await;
    assert!(second(&thief, &next).await.2.contains("was used before"));
    let letters = house.letters().await;
    assert!(letters.iter().any(|letter| letter.to == Person::Olga.email() && letter.text.contains("used before")));

    let lost = half(&house, Person::Otto).await;
    assert_eq!(second(&lost, &recovery[3].to_lowercase()).await.0, 303, "a recovery code signs in");
    let again = half(&house, Person::Otto).await;
    assert_eq!(second(&again, &recovery[3]).await.0, 422, "once");
    assert!(lost.get("/account").await.words().contains("9 of 10 recovery codes are left"));
    let letters = house.letters().await;
    assert!(
        letters
            .iter()
            .any(|letter| letter.to == Person::Otto.email() && letter.text.contains("a recovery code was used"))
    );
    let log = house.database.audit();
    for entry in [
        "operator factor.add success",
        "operator session.start wrong_factor",
        "operator session.start reused_factor",
        "operator factor.recover success",
    ] {
        assert!(log.contains(&entry.to_owned()), "{entry}: {log:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_requests_with_one_code_sign_in_once_and_wrong_codes_are_slowed() {
    let house = House::new().await;
    let browser = house.signed_in(Person::Otto).await;
    let (secret, _) = set_up(&browser).await;
    let (one, two) = (half(&house, Person::Otto).await, half(&house, Person::Otto).await);
    let next = code(&secret, 1);
    let (a, b) = tokio::join!(second(&one, &next), second(&two, &next));
    let mut statuses = [a.0, b.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422]);
    let guesser = half(&house, Person::Otto).await;
    let mut answers = Vec::new();
    for _ in 0..7 {
        answers.push(second(&guesser, "111111").await.0);
    }
    assert!(answers.contains(&429), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_does_not_skip_the_second_factor() {
    let house = House::new().await;
    let browser = house.signed_in(Person::Otto).await;
    set_up(&browser).await;
    let stranger = house.nobody();
    stranger.post("/reset-password", &[("email", Person::Otto.email())]).await;
    let letters = house.letters().await;
    let letter = letters.iter().find(|letter| letter.text.contains("/reset-password/")).unwrap();
    let link = letter.text.lines().find(|line| line.contains("/reset-password/")).unwrap().trim();
    stranger.get(link.strip_prefix(&house.base).unwrap()).await;
    assert_eq!(stranger.post("/new-password", &[("password", FRESH)]).await.status, 303);
    let answer = stranger.post("/sign-in", &[("email", Person::Otto.email()), ("password", FRESH)]).await;
    assert_eq!(answer.location.as_deref(), Some("/sign-in/second"));
    assert_eq!(stranger.get("/packets").await.status, 303);
}

fn grow_old(house: &House) {
    let old = r#"UPDATE sessions SET state = jsonb_set(state, '{proved}', to_jsonb('"2026-01-01T00:00:00Z"'::text))"#;
    assert_eq!(house.database.run(old), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_would_keep_an_account_ask_for_the_password_again() {
    let house = House::new().await;
    let browser = house.signed_in(Person::Otto).await;
    for path in ["/account/app", "/account/app/remove", "/account/recovery", "/account/email"] {
        grow_old(&house);
        let answer = browser.post(path, &[("email", "new@atlas.example")]).await;
        assert_eq!(answer.location.as_deref(), Some("/account/proof?next=%2Faccount"), "{path}");
    }
    let page = browser.get("/account/proof?next=%2Faccount").await;
    assert_eq!(page.all("input[name=next]", "value"), ["/account"]);
    let evil = browser.get("/account/proof?next=https%3A%2F%2Fevil.example").await;
    assert_eq!(evil.all("input[name=next]", "value"), ["/packets"]);
    let wrong = browser.post("/account/proof", &[("password", "not this one"), ("next", "/account")]).await;
    assert!(wrong.status == 422 && wrong.words().contains("The password is not right"));
    let before = house.database.texts("SELECT encode(id_hash, 'hex') FROM sessions");
    let right = browser.post("/account/proof", &[("password", PASSWORD), ("next", "/account")]).await;
    assert_eq!(right.location.as_deref(), Some("/account"));
    assert_ne!(house.database.texts("SELECT encode(id_hash, 'hex') FROM sessions"), before, "a new cookie");
    assert_eq!(browser.post("/account/app", &[]).await.location.as_deref(), Some("/account/app"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_where_they_are_signed_in_and_ends_any_session() {
    let house = House::new().await;
    let (desk, phone, third) =
        (house.signed_in(Person::Otto).await, house.signed_in(Person::Otto).await, house.signed_in(Person::Otto).await);
    let vera = house.signed_in(Person::Vera).await;
    let page = desk.get("/account").await;
    assert_eq!(text_of(&page, "#sessions ~ div tbody tr").len(), 3);
    assert!(page.words().contains("127.0.0.1") && page.words().contains("this one"));
    let ends = page.all("form[action^='/account/sessions/']", "action");
    let one = ends.iter().find(|action| action.ends_with("/end")).unwrap();
    assert_eq!(vera.post(one, &[]).await.status, 404, "nobody ends another's session");
    assert_eq!(desk.post(one, &[]).await.status, 303);
    let alive = [phone.get("/packets").await.status, third.get("/packets").await.status];
    assert_eq!(alive.iter().filter(|status| **status == 303).count(), 1, "one of the two has ended: {alive:?}");
    assert_eq!(desk.post("/account/sessions/end-others", &[]).await.status, 303);
    assert_eq!((phone.get("/packets").await.status, third.get("/packets").await.status), (303, 303));
    assert_eq!((desk.get("/packets").await.status, vera.get("/packets").await.status), (200, 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_a_time_without_a_request_and_after_days_whatever_happens() {
    let house = House::new().await;
    let browser = house.signed_in(Person::Otto).await;
    house.database.run(
        "UPDATE sessions SET last_seen_at = now() - interval '2 minutes', expires_at = now() + interval '1 minute'",
    );
    assert_eq!(browser.get("/packets").await.status, 200);
    assert_eq!(
        house.database.count("SELECT count(*) FROM sessions WHERE expires_at > now() + interval '1 hour'"),
        1,
        "a request keeps it"
    );
    house.database.run("UPDATE sessions SET expires_at = now() - interval '1 second'");
    assert_eq!(browser.get("/packets").await.status, 303, "idle for too long");
    let browser = house.signed_in(Person::Otto).await;
    house.database.run("UPDATE sessions SET created_at = now() - interval '8 days' WHERE expires_at > now()");
    assert_eq!(browser.get("/packets").await.status, 303, "too old");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_rights_come_with_a_new_cookie() {
    let house = House::new().await;
    let browser = house.signed_in(Person::Otto).await;
    browser.get("/packets").await;
    let hash = || house.database.texts("SELECT encode(id_hash, 'hex') || ' ' || created_at FROM sessions").remove(0);
    let before = hash();
    let set = |role: &str| {
        house
            .database
            .run(&format!("UPDATE memberships SET role = '{role}' WHERE user_id = (SELECT user_id FROM sessions)"));
    };
    set("viewer");
    assert_eq!(browser.get("/packets").await.status, 200);
    assert_eq!(hash(), before, "less needs none");
    set("admin");
    assert_eq!(browser.get("/packets").await.status, 200);
    let after = hash();
    assert_ne!(after.split(' ').next(), before.split(' ').next());
    assert_eq!(after.split_once(' ').unwrap().1, before.split_once(' ').unwrap().1, "its age goes on");
    assert_eq!(browser.get("/packets").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_needs_the_old_one_and_ends_the_other_sessions() {
    let house = House::new().await;
    let (browser, elsewhere) = (house.signed_in(Person::Otto).await, house.signed_in(Person::Otto).await);
    let change = async |current: &str, new: &str| {
        let answer = browser.post("/account/password", &[("current", current), ("new", new)]).await;
        (answer.status, answer.words())
    };
    let (status, words) = change("not this one", FRESH).await;
    assert!(status == 422 && words.contains("The current password is not right"), "{words}");
    let (status, words) = change(PASSWORD, "short").await;
    assert!(status == 422 && words.contains("at least 8"), "{words}");
    assert_eq!(change(PASSWORD, FRESH).await.0, 303);
    assert_eq!((browser.get("/packets").await.status, elsewhere.get("/packets").await.status), (200, 303));
    let nobody = house.nobody();
    assert_eq!(nobody.post("/sign-in", &[("email", Person::Otto.email()), ("password", PASSWORD)]).await.status, 422);
    assert_eq!(nobody.post("/sign-in", &[("email", Person::Otto.email()), ("password", FRESH)]).await.status, 303);
    let letters = house.letters().await;
    assert!(letters.iter().any(|letter| letter.to == Person::Otto.email() && letter.text.contains("password")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_is_proved_by_a_code_and_told_to_the_old_one() {
    let house = House::new().await;
    let browser = house.signed_in(Person::Otto).await;
    let taken = browser.post("/account/email", &[("email", Person::Vera.email())]).await;
    let fresh = browser.post("/account/email", &[("email", "o.t.to@atlas.example")]).await;
    assert_eq!((taken.status, taken.location.clone()), (fresh.status, fresh.location.clone()), "the same answer");
    let letters = house.letters().await;
    let to_vera = letters.iter().find(|letter| letter.to == Person::Vera.email()).unwrap();
    assert!(
        to_vera.text.contains("account")
            && !to_vera.text.chars().any(|c| c.is_ascii_digit() && to_vera.text.contains("code is"))
    );
    let letter = letters.iter().find(|letter| letter.to == "o.t.to@atlas.example").unwrap();
    let code = letter
        .text
        .split_whitespace()
        .find(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()))
        .unwrap()
        .to_owned();
    let elsewhere = house.signed_in(Person::Otto).await;
    assert_eq!(
        elsewhere.post("/account/email/code", &[("code", &code)]).await.status,
        422,
        "in the browser that asked only"
    );
    let wrong = if code == "123456" { "654321" } else { "123456" };
    assert_eq!(browser.post("/account/email/code", &[("code", wrong)]).await.status, 422);
    assert_eq!(
        browser.post("/account/email/code", &[("code", &code)]).await.location.as_deref(),
        Some("/account?done=email")
    );
    assert!(browser.get("/account").await.words().contains("o.t.to@atlas.example"));
    let sign_in = |email: &'static str| {
        let nobody = house.nobody();
        async move { nobody.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await.status }
    };
    assert_eq!((sign_in("o.t.to@atlas.example").await, sign_in("otto@atlas.example").await), (303, 422));
    let letters = house.letters().await;
    assert!(letters.iter().any(|letter| letter.to == "otto@atlas.example" && letter.text.contains("address of your Quayside account")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_that_wants_a_second_factor_shows_nothing_without_one() {
    let house = House::new().await;
    let browser = house.signed_in(Person::Otto).await;
    house.database.run("UPDATE teams SET requires_factor = true WHERE name = 'Atlas Customs'");
    let turned = browser.get("/packets").await;
    assert_eq!(turned.location.as_deref(), Some("/account?needs=factor"));
    assert_eq!(browser.get("/work").await.status, 303);
    assert!(browser.get("/account?needs=factor").await.words().contains("Atlas Customs wants a second factor"));
    set_up(&browser).await;
    assert_eq!(browser.get("/packets").await.status, 200);
    let stan = house.signed_in(Person::Stan).await;
    assert_eq!(stan.get("/packets").await.status, 200, "another team does not");
}

//! A new password by a link.

use crate::harness::{Browser, House, PASSWORD, Person};
use std::time::{Duration, Instant};

const FRESH: &str = "another good sentence";

async fn ask(browser: &Browser, email: &str) -> (Duration, u16, String) {
    let since = Instant::now();
    let answer = browser.post("/reset-password", &[("email", email)]).await;
    (since.elapsed(), answer.status, answer.words())
}

/// The path of the newest link.
async fn link(house: &House) -> String {
    let letter = house.letters().await.remove(0);
    let line =
        letter.text.lines().find(|line| line.contains("/reset-password/")).unwrap_or_else(|| panic!("{}", letter.text));
    line.trim().strip_prefix(&house.base).unwrap().to_owned()
}

async fn follow(browser: &Browser, link: &str) {
    let arrived = browser.get(link).await;
    assert_eq!((arrived.status, arrived.location.as_deref()), (303, Some("/new-password")));
}

async fn set(browser: &Browser, password: &str) -> (u16, Option<String>, String) {
    let answer = browser.post("/new-password", &[("password", password)]).await;
    (answer.status, answer.location.clone(), answer.words())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_sets_the_password_once_and_ends_every_session() {
    let house = House::new().await;
    let elsewhere = house.signed_in(Person::Otto).await;
    let others = house.signed_in(Person::Vera).await;
    let browser = house.nobody();
    assert_eq!(ask(&browser, " OTTO@atlas.example ").await.1, 200);
    let link = link(&house).await;
    let token = link.rsplit('/').next().unwrap();
    assert_eq!(token.len(), 64, "256 bits");
    let kept = house.database.texts("SELECT encode(token_hash, 'hex') FROM password_resets").remove(0);
    assert_ne!(kept, token, "stored as its hash");
    follow(&browser, &link).await;
    let page = browser.get("/new-password").await;
    assert_eq!(page.all("input", "autocomplete"), ["username", "new-password"]);
    assert!(!page.text().contains(token), "the token is in no page");
    for (password, sentence) in
        [("atlascustoms1", "built on a name"), ("short", "at least 8"), ("Welcome123", "among the first")]
    {
        let (status, _, words) = set(&browser, password).await;
        assert!(status == 422 && words.contains(sentence), "{password}: {words}");
    }
    assert_eq!(elsewhere.get("/packets").await.status, 200);
    let (status, location, words) = set(&browser, FRESH).await;
    assert_eq!((status, location.as_deref()), (303, Some("/sign-in?password=set")), "{words}");
    assert_eq!(elsewhere.get("/packets").await.status, 303, "every session has ended");
    assert_eq!(others.get("/packets").await.status, 200, "but nobody else's");
    assert_eq!(browser.get("/packets").await.status, 303, "the link opens no session");
    assert!(browser.get("/sign-in?password=set").await.words().contains("Your new password is set"));
    follow(&browser, &link).await;
    assert_eq!(set(&browser, "a third good sentence").await.0, 422, "once");
    assert_eq!(browser.post("/sign-in", &[("email", Person::Otto.email()), ("password", PASSWORD)]).await.status, 422);
    assert_eq!(browser.post("/sign-in", &[("email", Person::Otto.email()), ("password", FRESH)]).await.status, 303);
    let log = house.database.audit();
    assert!(log.contains(&"operator password_reset.request success".to_owned()), "{log:?}");
    assert!(log.contains(&"operator password_reset.use success".to_owned()), "{log:?}");
    let letters = house.letters().await;
    assert!(letters.iter().any(|letter| letter.to == Person::Otto.email() && letter.subject.contains("was changed")));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_race_with_one_link_set_one_password() {
    let house = House::new().await;
    let browser = house.nobody();
    ask(&browser, Person::Otto.email()).await;
    follow(&browser, &link(&house).await).await;
    let tries = futures_util::future::join_all((0..4).map(|_| set(&browser, FRESH))).await;
    assert_eq!(tries.iter().filter(|(status, ..)| *status == 303).count(), 1, "{tries:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_gets_the_same_answer_after_the_same_time_and_no_letter() {
    let house = House::new().await;
    let browser = house.nobody();
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..5 {
        house.database.run("DELETE FROM limits");
        let known = ask(&browser, Person::Otto.email()).await;
        let unknown = ask(&browser, "nobody@atlas.example").await;
        assert_eq!((known.1, known.2.replace("otto@", "nobody@")), (unknown.1, unknown.2));
        times[0].push(known.0);
        times[1].push(unknown.0);
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort();
        times[2]
    });
    println!("reset: known {known:?}, unknown {unknown:?}");
    assert!(known.abs_diff(unknown) < Duration::from_millis(100), "{known:?} {unknown:?}");
    assert!(house.letters().await.iter().all(|letter| letter.to == Person::Otto.email()));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_newest_link_is_good_and_only_for_an_hour() {
    let house = House::new().await;
    let browser = house.nobody();
    ask(&browser, Person::Otto.email()).await;
    let older = link(&house).await;
    ask(&browser, Person::Otto.email()).await;
    let newer = link(&house).await;
    assert_ne!(older, newer);
    follow(&browser, &older).await;
    let (status, _, words) = set(&browser, FRESH).await;
    assert!(status == 422 && words.contains("a newer one was sent"), "{words}");
    let minutes = "SELECT round(extract(epoch FROM expires_at - created_at) / 60) FROM password_resets";
    assert_eq!(house.database.count(minutes), 60);
    house.database.run("UPDATE password_resets SET expires_at = now()");
    follow(&browser, &newer).await;
    assert_eq!(set(&browser, FRESH).await.0, 422);
    follow(&browser, "/reset-password/no-token-at-all").await;
    assert_eq!(house.nobody().get("/new-password").await.words().matches("not good any more").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_in_meanwhile_needs_no_link_any_more() {
    let house = House::new().await;
    let browser = house.nobody();
    ask(&browser, Person::Otto.email()).await;
    let link = link(&house).await;
    house.signed_in(Person::Otto).await;
    follow(&browser, &link).await;
    assert_eq!(set(&browser, FRESH).await.0, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn wishes_for_links_are_limited_for_an_address_known_or_not() {
    let house = House::new().await;
    let browser = house.nobody();
    for email in [Person::Otto.email(), "nobody@atlas.example"] {
        for _ in 0..3 {
            assert_eq!(ask(&browser, email).await.1, 200);
        }
        let (_, status, words) = ask(&browser, email).await;
        assert!(status == 429 && words.contains("Try again in 2 minutes"), "{words}");
    }
}

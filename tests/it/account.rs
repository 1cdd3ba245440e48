//! Signing in and out.

use crate::harness::browser::Page;
use crate::harness::{House, PASSWORD, Person};

#[tokio::test(flavor = "multi_thread")]
async fn a_member_signs_in_and_is_led_to_where_they_wanted_to_go() {
    let house = House::new().await;
    let browser = house.nobody();
    let turned_away = browser.get("/packets?verdict=blocked").await;
    assert_eq!(turned_away.status, 303);
    let form = browser.get(&turned_away.location.unwrap()).await;
    let next = form.all("input[name=next]", "value").remove(0);
    assert_eq!(next, "/packets?verdict=blocked");
    let answer =
        browser.post("/sign-in", &[("email", " OTTO@atlas.example "), ("password", PASSWORD), ("next", &next)]).await;
    assert_eq!(answer.location.as_deref(), Some("/packets?verdict=blocked"));
    assert_eq!(browser.get("/packets").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let house = House::new().await;
    let browser = house.nobody();
    let wrong = browser.post("/sign-in", &[("email", Person::Otto.email()), ("password", "not this one")]).await;
    let unknown = browser.post("/sign-in", &[("email", "nobody@atlas.example"), ("password", "not this one")]).await;
    let long = browser.post("/sign-in", &[("email", Person::Otto.email()), ("password", &"x".repeat(100))]).await;
    assert_eq!([wrong.status, unknown.status, long.status], [422; 3]);
    assert!(wrong.words().contains("The e-mail address or the password is not right."));
    assert_eq!(wrong.words(), unknown.words());
    assert_eq!(wrong.words(), long.words());
    assert_eq!(browser.get("/packets").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_stays_but_the_password_does_not() {
    let house = House::new().await;
    let answer = house.nobody().post("/sign-in", &[("email", "<b>@x.example"), ("password", "not this one")]).await;
    assert_eq!(answer.all("input[name=email]", "value"), ["<b>@x.example"]);
    assert!(!answer.text().contains("<b>@x"), "what was typed comes back as text");
    assert!(!answer.text().contains("not this one"));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_on_the_server() {
    let house = House::new().await;
    let browser = house.signed_in(Person::Vera).await;
    assert_eq!(browser.get("/packets").await.status, 200);
    let sessions = house.database.count("SELECT count(*) FROM sessions");
    assert_eq!(sessions, 1);
    let answer = browser.post("/sign-out", &[]).await;
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/sign-in")));
    assert_eq!(house.database.count("SELECT count(*) FROM sessions"), 0);
    assert_eq!(browser.get("/packets").await.status, 303);
    assert_eq!(browser.post("/sign-out", &[]).await.status, 303, "twice is harmless");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_new_at_sign_in_and_its_cookie_is_closed_to_scripts() {
    let house = House::new().await;
    let browser = house.nobody();
    let answer = browser.post("/sign-in", &[("email", Person::Olga.email()), ("password", PASSWORD)]).await;
    let cookies = |answer: &Page| -> Vec<String> {
        answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap().to_owned()).collect()
    };
    let session = |answer: &Page| cookies(answer).into_iter().find(|cookie| cookie.starts_with("quayside=")).unwrap();
    let cookie = session(&answer);
    for cookie in cookies(&answer) {
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    }
    let again = browser.post("/sign-in", &[("email", Person::Olga.email()), ("password", PASSWORD)]).await;
    assert_ne!(session(&again), cookie, "a new cookie at every sign-in");
    assert_eq!(house.database.count("SELECT count(*) FROM sessions"), 1, "the old session has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_member_is_out_within_one_request() {
    let house = House::new().await;
    let browser = house.signed_in(Person::Otto).await;
    assert_eq!(browser.get("/packets").await.status, 200);
    house
        .database
        .run("DELETE FROM memberships WHERE user_id = (SELECT id FROM users WHERE email = 'otto@atlas.example')");
    assert_eq!(browser.get("/packets").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_from_another_site_is_refused() {
    let house = House::new().await;
    let answer =
        house.nobody().post_from("https://evil.example", "/sign-in", &[("email", "a"), ("password", "b")]).await;
    assert_eq!(answer.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_and_out_is_in_the_audit_log() {
    let house = House::new().await;
    let browser = house.signed_in(Person::Vera).await;
    browser.post("/sign-out", &[]).await;
    let log = house.database.audit();
    assert_eq!(log, ["viewer session.start success", "viewer session.end success"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_sign_ins_is_shed_and_other_pages_still_answer() {
    let house = House::new().await;
    let vera = house.signed_in(Person::Vera).await;
    let mut storm = Vec::new();
    for number in 0..60 {
        let browser = house.nobody();
        storm.push(tokio::spawn(async move {
            let email = format!("x{number}@y.example");
            browser.post("/sign-in", &[("email", &email), ("password", "wrong one")]).await
        }));
    }
    assert_eq!(vera.get("/packets").await.status, 200);
    let mut shed = 0;
    for answer in storm {
        let answer = answer.await.unwrap();
        match answer.status {
            422 | 429 => {}
            503 => {
                shed += 1;
                assert_eq!(answer.header("retry-after"), "5");
            }
            other => panic!("{other}"),
        }
    }
    assert!(shed > 0, "no more than twenty wait");
}

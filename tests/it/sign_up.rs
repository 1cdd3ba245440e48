//! Signing up: a code by mail makes an account, and nothing else does.

use crate::harness::{Browser, House, PASSWORD, Person};
use quayside::gateways::mail::Landed;

const NEW: &str = "nina@newbrokers.example";

async fn sign_up(browser: &Browser, email: &str) {
    let fields = [("name", "Nina New"), ("email", email), ("organisation", "New Brokers"), ("password", PASSWORD)];
    let answer = browser.post("/sign-up", &fields).await;
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/sign-up/code")), "{}", answer.words());
}

/// The code of a letter.
fn code(letter: &Landed) -> String {
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|digit| digit.is_ascii_digit());
    letter.text.lines().map(str::trim).find(is_code).unwrap_or_else(|| panic!("{}", letter.text)).to_owned()
}

fn other_than(code: &str) -> String {
    if code == "123456" { "654321".to_owned() } else { "123456".to_owned() }
}

async fn enter(browser: &Browser, code: &str) -> (u16, String) {
    let answer = browser.post("/sign-up/code", &[("code", code)]).await;
    (answer.status, answer.words())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_proves_their_address_is_the_owner_of_a_new_team_and_signed_in() {
    let house = House::new().await;
    let browser = house.nobody();
    assert_eq!(browser.get("/sign-up").await.status, 200);
    sign_up(&browser, NEW).await;
    assert_eq!(house.database.count("SELECT count(*) FROM users WHERE email LIKE '%newbrokers%'"), 0, "no account yet");
    let early = house.nobody().post("/sign-in", &[("email", NEW), ("password", PASSWORD)]).await;
    assert_eq!(early.status, 422, "unusable until verified");
    let page = browser.get("/sign-up/code").await;
    assert!(page.words().contains(NEW), "{}", page.words());
    assert_eq!(page.all("input[name=code]", "autocomplete"), ["one-time-code"]);
    let letter = house.letters().await.remove(0);
    assert_eq!((letter.to.as_str(), letter.subject.as_str()), (NEW, "Your code for Quayside"));
    let code = code(&letter);
    let kept =
        house.database.texts("SELECT encode(code_digest, 'escape') || encode(request_hash, 'escape') FROM codes");
    assert!(!kept.concat().contains(&code), "no code in the database");
    let spaced = format!(" {} {} ", &code[..3], &code[3..]);
    let answer = browser.post("/sign-up/code", &[("code", &spaced)]).await;
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/packets")), "{}", answer.words());
    let packets = browser.get("/packets").await;
    assert!(packets.words().contains("New Brokers") && packets.words().contains("Owner"), "{}", packets.words());
    assert_eq!(house.database.audit(), ["owner account.sign_up success", "owner session.start success"]);
    let again = house.nobody().post("/sign-in", &[("email", NEW), ("password", PASSWORD)]).await;
    assert_eq!(again.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_used_once_also_when_two_requests_race() {
    let house = House::new().await;
    let browser = house.nobody();
    sign_up(&browser, NEW).await;
    let code = code(&house.letters().await.remove(0));
    let tries = futures_util::future::join_all((0..6).map(|_| enter(&browser, &code))).await;
    assert_eq!(tries.iter().filter(|(status, _)| *status == 303).count(), 1, "{tries:?}");
    assert_eq!(house.database.count("SELECT count(*) FROM users WHERE email LIKE '%newbrokers%'"), 1);
    assert_eq!(house.database.count("SELECT count(*) FROM teams WHERE name = 'New Brokers'"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_only_in_the_browser_that_asked_and_only_ten_minutes() {
    let house = House::new().await;
    let (browser, other) = (house.nobody(), house.nobody());
    sign_up(&browser, NEW).await;
    let first = code(&house.letters().await.remove(0));
    assert_eq!(other.post("/sign-up/code", &[("code", &first)]).await.location.as_deref(), Some("/sign-up"));
    sign_up(&other, "somebody@else.example").await;
    assert_eq!(enter(&other, &first).await.0, 422, "bound to the request that asked");
    let minutes = "SELECT round(extract(epoch FROM max(expires_at - created_at)) / 60) FROM codes";
    assert_eq!(house.database.count(minutes), 10);
    house.database.run("UPDATE codes SET expires_at = now()");
    let (status, words) = enter(&browser, &first).await;
    assert!(status == 422 && words.contains("No code is good any more"), "{words}");
    assert_eq!(browser.post("/sign-up/code/again", &[]).await.status, 303);
    assert_eq!(enter(&browser, &first).await.0, 422, "the code before is good no more");
    let second = code(&house.letters().await.remove(0));
    assert_eq!(enter(&browser, &second).await.0, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_tries_end_a_code_and_more_codes_do_not_buy_more_tries() {
    let house = House::new().await;
    let browser = house.nobody();
    sign_up(&browser, NEW).await;
    let first = code(&house.letters().await.remove(0));
    for _ in 0..5 {
        let (status, words) = enter(&browser, &other_than(&first)).await;
        assert!(status == 422 && words.contains("not right"), "{words}");
    }
    assert!(enter(&browser, &first).await.1.contains("No code is good any more"));
    browser.post("/sign-up/code/again", &[]).await;
    let second = code(&house.letters().await.remove(0));
    for _ in 0..4 {
        assert_eq!(enter(&browser, &other_than(&second)).await.0, 422);
    }
    let slowed = browser.post("/sign-up/code", &[("code", &second)]).await;
    assert_eq!(slowed.status, 429, "ten tries in a day for one address");
    assert_eq!(slowed.header("retry-after"), "300");
    assert!(slowed.words().contains("Try again in 5 minutes"), "{}", slowed.words());
    house.database.run("UPDATE limits SET blocked_until = now() - interval '1 second'");
    assert_eq!(enter(&browser, &second).await.0, 303, "never a permanent lock");
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_from_one_address_and_in_the_whole_installation_are_slowed() {
    let house = House::new().await;
    let browser = house.nobody();
    sign_up(&browser, NEW).await;
    let right = code(&house.letters().await.remove(0));
    for rule in ["code.address", "code.installation"] {
        let who = if rule == "code.address" { "127.0.0.1" } else { "" };
        let secret = quayside::domain::secret::Secret::new(crate::harness::SECRET);
        let key = hex::encode(secret.digest("quayside.limit/1", &[rule.as_bytes(), who.as_bytes()]));
        house.database.run(&format!(
            "INSERT INTO limits VALUES ('\\x{key}', 1000, now(), now() + interval '50 seconds') \
             ON CONFLICT (key) DO UPDATE SET count = 1000, blocked_until = now() + interval '50 seconds'"
        ));
        let slowed = browser.post("/sign-up/code", &[("code", &right)]).await;
        assert_eq!(slowed.status, 429, "{rule}");
        house.database.run("DELETE FROM limits");
    }
    assert_eq!(enter(&browser, &right).await.0, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_with_an_account_gets_the_same_answers_and_a_letter_that_says_so() {
    let house = House::new().await;
    let (known, unknown) = (house.nobody(), house.nobody());
    sign_up(&known, Person::Otto.email()).await;
    sign_up(&unknown, NEW).await;
    let same = |words: String| words.replace(Person::Otto.email(), NEW);
    let (a, b) = (known.get("/sign-up/code").await, unknown.get("/sign-up/code").await);
    assert_eq!(same(a.words()), b.words());
    let letters = house.letters().await;
    let to = |email: &str| letters.iter().find(|letter| letter.to == email).unwrap();
    assert!(to(Person::Otto.email()).text.contains("It has an account already"));
    let right = code(to(NEW));
    for _ in 0..6 {
        let (a, b) = (enter(&known, &other_than(&right)).await, enter(&unknown, &other_than(&right)).await);
        assert_eq!((a.0, same(a.1)), b);
    }
    assert_eq!(house.database.count("SELECT count(*) FROM users"), 5, "nothing new");
    assert_eq!(house.signed_in(Person::Otto).await.get("/packets").await.status, 200, "the password is the old one");
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_to_one_address_are_limited_and_say_when_to_try_again() {
    let house = House::new().await;
    let browser = house.nobody();
    sign_up(&browser, NEW).await;
    for _ in 0..2 {
        assert_eq!(browser.post("/sign-up/code/again", &[]).await.status, 303);
    }
    let slowed = browser.post("/sign-up/code/again", &[]).await;
    assert_eq!((slowed.status, slowed.header("retry-after")), (429, "120"));
    assert_eq!(house.letters().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reused_code_is_told_to_the_owners_and_the_log() {
    let house = House::new().await;
    let browser = house.nobody();
    sign_up(&browser, NEW).await;
    let right = code(&house.letters().await.remove(0));
    // Two windows of one browser: the second still has the form when the first has gone on.
    let (one, two) = tokio::join!(enter(&browser, &right), enter(&browser, &right));
    assert!([one.0, two.0].contains(&303), "{one:?} {two:?}");
    let log = house.database.audit();
    assert!(log.contains(&"owner code.check reused".to_owned()), "{log:?}");
    assert!(log.contains(&"owner team.alarm success".to_owned()), "{log:?}");
    let letter = house.letters().await.into_iter().find(|letter| letter.subject.contains("Unusual")).unwrap();
    assert!(letter.to == NEW && letter.text.contains("used before"), "{}", letter.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_in_the_form_is_said_beside_the_field_and_above_it() {
    let house = House::new().await;
    let bad = [("name", " "), ("email", "nina@here"), ("organisation", ""), ("password", "newbrokers1")];
    let page = house.nobody().post("/sign-up", &bad).await;
    assert_eq!(page.status, 422);
    assert_eq!(page.all(".summary a", "href"), ["#name", "#email", "#organisation"]);
    assert_eq!(page.all("input[aria-invalid]", "id"), ["name", "email", "organisation"]);
    assert_eq!(page.all("input[name=email]", "value"), ["nina@here"]);
    assert_eq!(page.all("input[name=password]", "autocomplete"), ["new-password"]);
    for (password, sentence) in [
        ("short", "Use at least 8 characters."),
        ("newbrokers1", "built on a name"),
        ("Quayside1234", "built on a name"),
        ("Password123", "among the first"),
        (&"x".repeat(73), "at most 72 bytes"),
    ] {
        let fields = [("name", "Nina"), ("email", NEW), ("organisation", "New Brokers"), ("password", password)];
        let page = house.nobody().post("/sign-up", &fields).await;
        assert!(page.status == 422 && page.words().contains(sentence), "{password}: {}", page.words());
        assert!(!page.text().contains(&format!("\"{password}\"")), "the password does not come back");
    }
    assert_eq!(house.database.count("SELECT count(*) FROM sign_ups"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_server_says_so_and_takes_nobody() {
    let house = House::with(&[("QUAYSIDE_SIGN_UP", "closed")]);
    let browser = house.nobody();
    let page = browser.get("/sign-up").await;
    assert!(page.words().contains("Sign-up is closed"), "{}", page.words());
    assert!(page.all("input", "name").is_empty());
    assert!(browser.get("/sign-in").await.all("a[href='/sign-up']", "href").is_empty());
    let fields = [("name", "Nina"), ("email", NEW), ("organisation", "New Brokers"), ("password", PASSWORD)];
    assert_eq!(browser.post("/sign-up", &fields).await.status, 403);
    assert_eq!(house.database.count("SELECT count(*) FROM sign_ups"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_break_in_a_name_changes_neither_letter_nor_page() {
    let house = House::new().await;
    let browser = house.nobody();
    let name = "Nina\r\nBcc: all@evil.example\r\n\r\nHello";
    let fields = [("name", name), ("email", NEW), ("organisation", "New\nBrokers"), ("password", PASSWORD)];
    assert_eq!(browser.post("/sign-up", &fields).await.status, 303);
    let letter = house.letters().await.remove(0);
    assert_eq!(letter.to, NEW);
    assert!(letter.text.contains("Hello Nina Bcc: all@evil.example Hello,"), "{}", letter.text);
}

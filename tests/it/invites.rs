//! Invites: a link and a code, both needed, for one address.

use crate::harness::{Browser, House, PASSWORD, Person};
use quayside::gateways::mail::Landed;

const NEW: &str = "nina@elsewhere.example";

async fn invite(browser: &Browser, email: &str, role: &str) -> (u16, String) {
    let answer = browser.post("/team/invites", &[("email", email), ("role", role)]).await;
    (answer.status, answer.words())
}

/// The newest letter to an address whose subject says something.
async fn letter(house: &House, to: &str, about: &str) -> Landed {
    let found = house.letters().await.into_iter().find(|letter| letter.to == to && letter.subject.contains(about));
    found.unwrap_or_else(|| panic!("no letter about {about} to {to}"))
}

async fn link(house: &House, to: &str) -> String {
    let letter = letter(house, to, "invites you").await;
    let line = letter.text.lines().find(|line| line.contains("/join/")).unwrap();
    line.trim().strip_prefix(&house.base).unwrap().to_owned()
}

async fn open(browser: &Browser, link: &str) -> String {
    let arrived = browser.get(link).await;
    assert_eq!((arrived.status, arrived.location.as_deref()), (303, Some("/join")));
    browser.get("/join").await.words()
}

async fn code(house: &House, browser: &Browser, to: &str) -> String {
    assert_eq!(browser.post("/join/code", &[]).await.status, 303);
    let letter = letter(house, to, "code to join").await;
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|digit| digit.is_ascii_digit());
    letter.text.lines().map(str::trim).find(is_code).unwrap().to_owned()
}

/// Follows a link and enters the code.
async fn prove(house: &House, browser: &Browser, to: &str) {
    open(browser, &link(house, to).await).await;
    let code = code(house, browser, to).await;
    let answer = browser.post("/join/proof", &[("code", &code)]).await;
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/join")), "{}", answer.words());
}

fn role_in_atlas(house: &House, email: &str) -> Vec<String> {
    house.database.texts(&format!(
        "SELECT m.role FROM memberships m JOIN users u ON u.id = m.user_id JOIN teams t ON t.id = m.team_id \
         WHERE u.email = '{email}' AND t.name = 'Atlas Customs'"
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_without_an_account_joins_with_a_link_a_code_a_name_and_a_password() {
    let house = House::new().await;
    let adam = house.signed_in(Person::Adam).await;
    let form = adam.get("/team/invite").await;
    assert_eq!(form.all("input[name=role]", "value"), ["viewer", "operator", "admin"], "none above one's own");
    assert_eq!(invite(&adam, " Nina@Elsewhere.example ", "operator").await.0, 303);
    assert!(adam.get("/team").await.words().contains("Open invites"));
    let browser = house.nobody();
    let link = link(&house, NEW).await;
    let token = link.rsplit('/').next().unwrap();
    assert_eq!(token.len(), 64, "256 bits");
    let kept = house.database.texts("SELECT encode(token_hash, 'hex') FROM invites").remove(0);
    assert_ne!(kept, token, "stored as its hash");
    let words = open(&browser, &link).await;
    assert!(
        words.contains("Adam Tester invites nina@elsewhere.example to the team Atlas Customs as Operator"),
        "{words}"
    );
    let early = browser.post("/join", &[("name", "Nina New"), ("password", PASSWORD)]).await;
    assert!(early.status == 409 && early.words().contains("code from the letter comes first"), "{}", early.words());
    let code = code(&house, &browser, NEW).await;
    let early = browser.post("/join", &[("name", "Nina New"), ("password", PASSWORD)]).await;
    assert_eq!(early.status, 409, "the code was sent, not entered");
    assert_eq!(browser.post("/join/proof", &[("code", &code)]).await.status, 303);
    let page = browser.get("/join").await;
    assert_eq!(page.all("input", "autocomplete"), ["username", "name", "new-password"]);
    assert!(!page.text().contains(token), "the token is in no page");
    let wrong = browser.post("/join", &[("name", " "), ("password", "atlascustoms1")]).await;
    assert_eq!(
        (wrong.status, wrong.all(".summary a", "href")),
        (422, vec!["#name".to_owned(), "#password".to_owned()])
    );
    let extra =
        [("name", "Nina New"), ("password", PASSWORD), ("role", "owner"), ("team_id", "x"), ("email", "x@y.example")];
    let joined = browser.post("/join", &extra).await;
    assert_eq!((joined.status, joined.location.as_deref()), (303, Some("/packets")), "{}", joined.words());
    let packets = browser.get("/packets").await.words();
    assert!(packets.contains("Atlas Customs") && packets.contains("nina@elsewhere.example · Operator"), "{packets}");
    assert_eq!(role_in_atlas(&house, NEW), ["operator"]);
    assert!(open(&house.nobody(), &link).await.contains("not good any more"), "once");
    assert!(!adam.get("/team").await.words().contains("Open invites"));
    let log = house.database.audit();
    for line in ["admin member.invite success", "operator invite.accept code_first", "operator invite.accept success"] {
        assert!(log.contains(&line.to_owned()), "{line}: {log:?}");
    }
    let diffs = house.database.texts("SELECT coalesce(diff::text, '') || subject FROM audit_entries");
    assert!(!diffs.concat().contains("nina"), "no address in the chain");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_with_an_account_signs_in_and_then_accepts() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    assert_eq!(invite(&olga, Person::Stan.email(), "owner").await.0, 303);
    let browser = house.nobody();
    prove(&house, &browser, Person::Stan.email()).await;
    let page = browser.get("/join").await;
    assert_eq!(page.all("a.primary", "href"), ["/sign-in?next=/join"]);
    let early = browser.post("/join", &[]).await;
    assert_eq!((early.status, early.location.as_deref()), (303, Some("/sign-in?next=/join")));
    assert!(role_in_atlas(&house, Person::Stan.email()).is_empty());
    let form = [("email", Person::Stan.email()), ("password", PASSWORD), ("next", "/join")];
    assert_eq!(browser.post("/sign-in", &form).await.location.as_deref(), Some("/join"));
    assert!(browser.get("/join").await.words().contains("with your account stan@other.example"));
    assert_eq!(browser.post("/join", &[]).await.location.as_deref(), Some("/packets"));
    let words = browser.get("/packets").await.words();
    assert!(words.contains("Atlas Customs") && words.contains("Owner") && words.contains("Other Brokers"), "{words}");
    assert_eq!(house.database.count("SELECT count(*) FROM users"), 5, "no second account");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_person_without_any_team_is_invited_back() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    house.database.run("DELETE FROM memberships WHERE role = 'viewer'");
    assert_eq!(invite(&olga, Person::Vera.email(), "viewer").await.0, 303);
    let browser = house.nobody();
    prove(&house, &browser, Person::Vera.email()).await;
    assert_eq!(browser.post("/join", &[]).await.location.as_deref(), Some("/sign-in"));
    assert_eq!(browser.get("/packets").await.status, 303, "the invite signs nobody in");
    assert_eq!(house.signed_in(Person::Vera).await.get("/packets").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_for_another_address_is_no_use_to_a_different_account() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    invite(&olga, NEW, "admin").await;
    let browser = house.nobody();
    prove(&house, &browser, NEW).await;
    let form = [("email", Person::Stan.email()), ("password", PASSWORD)];
    assert_eq!(browser.post("/sign-in", &form).await.status, 303);
    assert!(browser.get("/join").await.words().contains("signed in as somebody else"));
    let tried = browser.post("/join", &[("name", "Stan"), ("password", PASSWORD)]).await;
    assert_eq!(tried.status, 403, "{}", tried.words());
    assert!(role_in_atlas(&house, Person::Stan.email()).is_empty() && role_in_atlas(&house, NEW).is_empty());
    assert!(house.database.audit().contains(&"admin invite.accept other_account".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_is_good_only_in_the_browser_that_asked_and_only_with_its_own_link() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    invite(&olga, NEW, "viewer").await;
    invite(&olga, "mia@elsewhere.example", "admin").await;
    let (ninas, mias) = (house.nobody(), house.nobody());
    open(&ninas, &link(&house, NEW).await).await;
    open(&mias, &link(&house, "mia@elsewhere.example").await).await;
    let right = code(&house, &ninas, NEW).await;
    assert_eq!(
        mias.post("/join/proof", &[("code", &right)]).await.location.as_deref(),
        Some("/join"),
        "asked for none"
    );
    assert!(mias.get("/join").await.words().contains("We send a 6-digit code"));
    // The same browser turns to another link, and still has the code of the first.
    open(&ninas, &link(&house, "mia@elsewhere.example").await).await;
    let crossed = ninas.post("/join/proof", &[("code", &right)]).await;
    assert!(crossed.status == 422 && crossed.words().contains("No code is good"), "{}", crossed.words());
    open(&ninas, &link(&house, NEW).await).await;
    assert_eq!(ninas.post("/join", &[("name", "Nina"), ("password", PASSWORD)]).await.status, 409);
    let minutes = "SELECT round(extract(epoch FROM max(expires_at - created_at)) / 60) FROM codes";
    assert_eq!(house.database.count(minutes), 10);
    let days = "SELECT round(extract(epoch FROM max(expires_at - created_at)) / 86400) FROM invites";
    assert_eq!(house.database.count(days), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_are_few_and_a_reused_one_is_told_to_the_owners() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    invite(&olga, NEW, "viewer").await;
    let browser = house.nobody();
    open(&browser, &link(&house, NEW).await).await;
    let right = code(&house, &browser, NEW).await;
    let wrong = if right == "123456" { "654321" } else { "123456" };
    for _ in 0..5 {
        assert!(browser.post("/join/proof", &[("code", wrong)]).await.words().contains("not right"));
    }
    assert!(browser.post("/join/proof", &[("code", &right)]).await.words().contains("No code is good"));
    let second = code(&house, &browser, NEW).await;
    assert_eq!(browser.post("/join/proof", &[("code", &second)]).await.status, 303);
    assert_eq!(browser.post("/join/proof", &[("code", &second)]).await.status, 422, "once");
    let log = house.database.audit();
    assert_eq!(log.iter().filter(|line| *line == "viewer code.check wrong_code").count(), 5);
    assert!(log.contains(&"viewer code.check reused".to_owned()), "{log:?}");
    assert!(letter(&house, Person::Olga.email(), "Unusual").await.text.contains("used before"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_is_accepted_once_also_when_two_requests_race() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    invite(&olga, NEW, "viewer").await;
    let browser = house.nobody();
    prove(&house, &browser, NEW).await;
    let form = [("name", "Nina New"), ("password", PASSWORD)];
    let tries = futures_util::future::join_all((0..4).map(|_| browser.post("/join", &form))).await;
    let joined = tries.iter().filter(|answer| answer.location.as_deref() == Some("/packets")).count();
    assert_eq!(joined, 1, "{:?}", tries.iter().map(|answer| (answer.status, &answer.location)).collect::<Vec<_>>());
    assert_eq!(role_in_atlas(&house, NEW), ["viewer"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invite_runs_out_and_is_sent_again_or_revoked() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    invite(&olga, NEW, "viewer").await;
    let id = house.database.texts("SELECT id FROM invites").remove(0);
    let first = link(&house, NEW).await;
    house.database.run("UPDATE invites SET expires_at = now()");
    let browser = house.nobody();
    assert!(open(&browser, &first).await.contains("not good any more"));
    assert_eq!(browser.post("/join/code", &[]).await.status, 422);
    assert!(olga.get("/team").await.words().contains("Over"));
    assert_eq!(olga.post(&format!("/team/invites/{id}/resend"), &[]).await.status, 303);
    let second = link(&house, NEW).await;
    assert!(open(&browser, &first).await.contains("not good any more"), "a newer link replaces the older");
    assert!(open(&browser, &second).await.contains("Olga Tester invites"));
    assert!(olga.get("/team").await.words().contains("(2 letters)"));
    assert_eq!(olga.post(&format!("/team/invites/{id}/revoke"), &[]).await.status, 303);
    assert!(open(&browser, &second).await.contains("not good any more"));
    assert_eq!(olga.post(&format!("/team/invites/{id}/resend"), &[]).await.status, 404);
    let log = house.database.audit();
    for line in ["owner invite.resend success", "owner invite.revoke success"] {
        assert!(log.contains(&line.to_owned()), "{line}: {log:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_invites_above_themselves_or_touches_an_invite_above_themselves() {
    let house = House::new().await;
    let (olga, adam) = (house.signed_in(Person::Olga).await, house.signed_in(Person::Adam).await);
    let (status, words) = invite(&adam, NEW, "owner").await;
    assert!(status == 403 && words.contains("above yours"), "{words}");
    assert_eq!(invite(&olga, NEW, "owner").await.0, 303);
    let id = house.database.texts("SELECT id FROM invites").remove(0);
    for step in ["resend", "revoke"] {
        assert_eq!(adam.post(&format!("/team/invites/{id}/{step}"), &[]).await.status, 403, "{step}");
    }
    for (email, role, sentence) in [
        (NEW, "viewer", "open already"),
        (Person::Otto.email(), "viewer", "member of the team already"),
        ("nina@here", "viewer", "Enter an e-mail address"),
        ("x@y.example", "king", "Choose a role"),
    ] {
        let (status, words) = invite(&adam, email, role).await;
        assert!([409, 422].contains(&status) && words.contains(sentence), "{email}: {words}");
    }
    assert_eq!(house.signed_in(Person::Otto).await.get("/team/invite").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_with_an_account_gets_the_same_answers_until_its_code_is_right() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    let (known, unknown) = (Person::Stan.email(), NEW);
    assert_eq!(invite(&olga, known, "viewer").await, invite(&olga, unknown, "viewer").await);
    let same = |words: String| words.replace(known, unknown);
    let letters = [letter(&house, known, "invites").await.text, letter(&house, unknown, "invites").await.text];
    let without_link = |text: &str| text.lines().filter(|line| !line.contains("/join/")).collect::<Vec<_>>().join("\n");
    assert_eq!(without_link(&letters[0]), without_link(&letters[1]));
    let (a, b) = (house.nobody(), house.nobody());
    assert_eq!(same(open(&a, &link(&house, known).await).await), open(&b, &link(&house, unknown).await).await);
    for browser in [&a, &b] {
        browser.post("/join/code", &[]).await;
    }
    assert_eq!(same(a.get("/join").await.words()), b.get("/join").await.words());
    let (a, b) = (a.post("/join", &[]).await, b.post("/join", &[]).await);
    assert_eq!((a.status, same(a.words())), (b.status, b.words()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_invited_goes_with_their_right_to_invite() {
    let house = House::new().await;
    let (olga, adam) = (house.signed_in(Person::Olga).await, house.signed_in(Person::Adam).await);
    invite(&adam, NEW, "admin").await;
    let link = link(&house, NEW).await;
    let id = house.database.texts("SELECT id FROM users WHERE email = 'adam@atlas.example'").remove(0);
    assert_eq!(olga.post(&format!("/team/members/{id}/suspend"), &[]).await.status, 303);
    assert!(open(&house.nobody(), &link).await.contains("not good any more"));
    assert_eq!(house.database.count("SELECT count(*) FROM invites"), 0);
    let told = house
        .database
        .texts("SELECT diff->'after'->>'revoked_invites' FROM audit_entries WHERE action = 'member.suspend'");
    assert_eq!(told, ["1"]);
    // An Owner who steps down keeps the invites of the roles that are still within reach.
    assert_eq!(olga.post(&format!("/team/members/{id}/reactivate"), &[]).await.status, 303);
    assert_eq!(olga.post(&format!("/team/members/{id}/role"), &[("role", "owner")]).await.status, 303);
    let adam = house.signed_in(Person::Adam).await;
    invite(&adam, "a@elsewhere.example", "owner").await;
    invite(&adam, "b@elsewhere.example", "admin").await;
    assert_eq!(olga.post(&format!("/team/members/{id}/role"), &[("role", "admin")]).await.status, 303);
    assert_eq!(house.database.texts("SELECT email FROM invites"), ["b@elsewhere.example"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_to_one_address_are_limited_and_line_breaks_add_no_header() {
    let house = House::new().await;
    house.database.run("UPDATE teams SET name = E'Atlas\\r\\nBcc: all@evil.example' WHERE name = 'Atlas Customs'");
    let olga = house.signed_in(Person::Olga).await;
    invite(&olga, NEW, "viewer").await;
    let sent = letter(&house, NEW, "invites you").await;
    assert!(sent.to == NEW && sent.subject.ends_with("to Atlas Bcc: all@evil.example at Quayside"), "{}", sent.subject);
    let id = house.database.texts("SELECT id FROM invites").remove(0);
    for _ in 0..2 {
        assert_eq!(olga.post(&format!("/team/invites/{id}/resend"), &[]).await.status, 303);
    }
    let slowed = olga.post(&format!("/team/invites/{id}/resend"), &[]).await;
    let wait: u32 = slowed.header("retry-after").parse().unwrap();
    assert!(slowed.status == 429 && (60..=120).contains(&wait), "{} {wait}", slowed.status);
}

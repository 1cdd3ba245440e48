//! What people do leaves an entry, and so does what they may not do.

use crate::access::Things;
use crate::harness::{House, PASSWORD, Person};
use quayside::app;

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_an_entry_with_who_what_and_on_what() {
    let house = House::new().await;
    let vera = house.signed_in(Person::Vera).await;
    assert_eq!(vera.get("/audit").await.status, 403);
    assert_eq!(house.database.audit().last().unwrap(), "viewer audit.view denied");
    let id = uuid::Uuid::now_v7();
    assert_eq!(vera.request("post", &format!("/work/{id}/retry")).await.status, 403);
    assert_eq!(house.database.audit().last().unwrap(), "viewer work.retry denied");
    assert_eq!(house.database.texts("SELECT subject FROM audit_entries ORDER BY at DESC LIMIT 1"), [id.to_string()]);
}

/// What the use of a route that can change something leaves in the log.
enum Leaves {
    /// An entry of this kind, when a form with these fields is sent.
    Entry(&'static [(&'static str, &'static str)], &'static str),
    /// No entry, and why.
    Nothing(&'static str),
    /// An entry that the test of this name looks at: it takes more than one form to come there.
    Told(&'static str),
}

const BEFORE: &str = "nothing is changed before the answer comes";

/// In this order: each finds what it needs. A new route has no place in the application before it has one here.
const LEAVES: [(&str, Leaves); 84] = [
    ("/packets", Leaves::Told("here, as the packet is uploaded")),
    ("/packets/{id}/corrections", Leaves::Told("packet_work")),
    ("/packets/{id}/corrections/back", Leaves::Told("packet_work")),
    ("/packets/{id}/files/{file}/arrangement", Leaves::Told("packet_work")),
    ("/packets/{id}/files/{file}/arrangement/back", Leaves::Told("packet_work")),
    ("/packets/{id}/files", Leaves::Told("packet_work")),
    ("/packets/{id}/files/{file}/replacement", Leaves::Told("packet_work")),
    ("/packets/{id}/waivers", Leaves::Told("packet_work")),
    ("/packets/{id}/waivers/back", Leaves::Told("packet_work")),
    ("/packets/{id}/aliases", Leaves::Told("aliases")),
    ("/clients/aliases/{id}/remove", Leaves::Told("aliases")),
    ("/packets/claim", Leaves::Entry(&[], "packet.assign success")),
    ("/packets/{id}/owner", Leaves::Told("packet_work")),
    ("/packets/{id}/decision", Leaves::Told("packet_work")),
    ("/packets/{id}/comments", Leaves::Entry(&[("body", "Look at the bill.")], "packet.comment success")),
    ("/packets/{id}/comments/edit", Leaves::Told("packet_work")),
    ("/packets/{id}/comments/remove", Leaves::Told("packet_work")),
    (
        "/packets/{id}/ask",
        Leaves::Entry(&[("to", "i@client.example"), ("subject", "Q"), ("text", "Which?")], "packet.ask success"),
    ),
    ("/packets/{id}/delete", Leaves::Entry(&[], "packet.delete success")),
    ("/packets/{id}/restore", Leaves::Entry(&[], "packet.delete success")),
    ("/packets/sample", Leaves::Entry(&[], "packet.create success")),
    ("/packets/batch", Leaves::Told("packet_batch")),
    ("/packets/batch/{id}/undo", Leaves::Told("packet_batch")),
    ("/packets/views", Leaves::Entry(&[("name", "Late"), ("query", "verdict=blocked")], "view.save success")),
    ("/packets/views/{id}", Leaves::Told("packet_list")),
    ("/packets/views/{id}/remove", Leaves::Told("packet_list")),
    ("/packets/{id}/runs", Leaves::Entry(&[], "packet.check success")),
    ("/packets/{id}/files/{file}/aside", Leaves::Entry(&[], "packet.files success")),
    ("/packets/{id}/files/{file}/return", Leaves::Entry(&[], "packet.files success")),
    ("/work/mail/{id}/retry", Leaves::Entry(&[], "work.retry success")),
    ("/work/{id}/retry", Leaves::Entry(&[], "work.retry success")),
    ("/team/tokens/{id}/revoke", Leaves::Entry(&[], "token.revoke success")),
    ("/team/invites/{id}/revoke", Leaves::Entry(&[], "invite.revoke success")),
    ("/team/members/{id}/role", Leaves::Entry(&[("role", "operator")], "member.role success")),
    ("/team/members/{id}/suspend", Leaves::Entry(&[], "member.suspend success")),
    ("/team/members/{id}/reactivate", Leaves::Entry(&[], "member.reactivate success")),
    ("/team/members/{id}/remove", Leaves::Entry(&[], "member.remove success")),
    ("/team/invites", Leaves::Entry(&[("email", "ina@atlas.example"), ("role", "viewer")], "member.invite success")),
    ("/team/invites/{id}/resend", Leaves::Told("invites")),
    ("/team/tokens", Leaves::Entry(&[("name", "ERP"), ("read", "on"), ("days", "30")], "token.create success")),
    ("/api/v1/packets", Leaves::Told("api")),
    ("/api/v1/packets/{id}/runs", Leaves::Told("api")),
    ("/clients", Leaves::Entry(&[("name", "Harbor Retail")], "client.save success")),
    ("/clients/{id}", Leaves::Entry(&[("name", "Harbor Stores"), ("version", "1")], "client.save success")),
    ("/clients/{id}/remove", Leaves::Entry(&[], "client.remove success")),
    ("/team/leave", Leaves::Told("team")),
    ("/team/settings/name", Leaves::Entry(&[("name", "Atlas Customs Two")], "team.settings success")),
    ("/team/settings/assistance", Leaves::Entry(&[("coach", "on")], "team.settings success")),
    ("/team/settings/factor", Leaves::Told("team_settings")),
    ("/team/settings/audit", Leaves::Entry(&[("keep", "years"), ("years", "9")], "team.settings success")),
    ("/team/mailbox", Leaves::Entry(&[], "team.settings success")),
    ("/team/delete", Leaves::Told("team_settings")),
    ("/team/keep", Leaves::Told("team_settings")),
    ("/teams", Leaves::Told("team")),
    ("/teams/switch", Leaves::Told("team")),
    ("/join", Leaves::Told("invites")),
    ("/join/code", Leaves::Told("invites")),
    ("/join/proof", Leaves::Told("invites")),
    ("/audit/verification", Leaves::Entry(&[], "audit.verify started")),
    ("/account/keys", Leaves::Entry(&[("listens", "yes")], "account.change success")),
    ("/account/name", Leaves::Entry(&[("name", "Olga")], "account.change success")),
    ("/account/email", Leaves::Entry(&[("email", "new@atlas.example")], "email.change asked")),
    ("/account/email/code", Leaves::Entry(&[("code", "000000")], "code.check wrong_code")),
    ("/account/proof", Leaves::Entry(&[("password", PASSWORD), ("next", "/account")], "account.prove success")),
    ("/account/sessions/{id}/end", Leaves::Entry(&[], "session.end success")),
    ("/account/passkeys/begin", Leaves::Nothing(BEFORE)),
    ("/account/passkeys", Leaves::Told("the browser's walk with a passkey")),
    ("/account/recovery", Leaves::Entry(&[], "factor.recover renewed")),
    ("/account/passkeys/{id}/remove", Leaves::Entry(&[], "factor.remove success")),
    ("/account/app", Leaves::Nothing("no code of the secret counts before it is confirmed")),
    ("/account/app/confirm", Leaves::Entry(&[("code", "000000")], "factor.add wrong_code")),
    ("/account/app/remove", Leaves::Entry(&[], "factor.remove success")),
    ("/account/sessions/end-others", Leaves::Entry(&[], "session.end success")),
    (
        "/account/password",
        Leaves::Entry(&[("current", PASSWORD), ("new", "another good sentence")], "password.change success"),
    ),
    ("/sign-out", Leaves::Entry(&[], "session.end success")),
    ("/reset-password", Leaves::Entry(&[("email", "olga@atlas.example")], "password_reset.request success")),
    ("/new-password", Leaves::Told("reset")),
    (
        "/sign-in",
        Leaves::Entry(&[("email", "olga@atlas.example"), ("password", "wrong")], "session.start wrong_password"),
    ),
    ("/sign-in/second", Leaves::Told("own_account")),
    ("/sign-in/passkey/begin", Leaves::Nothing(BEFORE)),
    ("/sign-in/passkey", Leaves::Told("the browser's walk with a passkey")),
    ("/sign-up", Leaves::Nothing("there is no team yet")),
    ("/sign-up/code", Leaves::Told("sign_up")),
    ("/sign-up/code/again", Leaves::Nothing("there is no team yet")),
];

/// The tests of a name: a file or a folder of files.
fn told_in(whose: &str) -> String {
    let place = std::path::Path::new("tests/it").join(whose);
    let files = std::fs::read_dir(&place).map(|files| files.map(|file| file.unwrap().path()).collect::<Vec<_>>());
    let files = files.unwrap_or_else(|_| vec![place.with_extension("rs")]);
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_that_can_change_something_leaves_the_entry_that_is_told_of_it() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    let things = Things::of(&house, &olga, "Atlas Customs").await;
    assert!(house.database.audit().contains(&"owner packet.create success".to_owned()));
    house.signed_in(Person::Olga).await;
    let newest = |sql: &str| house.database.texts(sql).remove(0);
    let session = newest("SELECT public_id FROM sessions WHERE public_id IS NOT NULL ORDER BY created_at DESC LIMIT 1");
    house.database.run(
        "INSERT INTO passkeys (user_id, id, credential_id, name, credential) \
         SELECT id, gen_random_uuid(), 'x', 'x', '{}' FROM users WHERE email = 'olga@atlas.example'",
    );
    let passkey = newest("SELECT id FROM passkeys WHERE credential_id = 'x'");
    let posts: Vec<_> = app::routes().into_iter().filter(|route| route.method != "get").collect();
    for route in &posts {
        assert!(LEAVES.iter().any(|(path, _)| *path == route.path), "{} is not told of", route.path);
    }
    for (path, leaves) in &LEAVES {
        let route = posts.iter().find(|route| route.path == *path).unwrap();
        let address = match *path {
            path if path.starts_with("/account/sessions/") => path.replace("{id}", &session),
            path if path.starts_with("/account/passkeys/") => path.replace("{id}", &passkey),
            _ => things.path(route),
        };
        let entries = house.database.audit().len();
        match leaves {
            Leaves::Entry(form, entry) => {
                let answer = olga.post(&address, form).await;
                let more = i64::try_from(entries).unwrap() + 1;
                house.database.wait_for(&format!("SELECT count(*) FROM audit_entries /* {path} */"), more);
                let log = house.database.audit();
                let said = log[entries..].iter().any(|line| *line == format!("owner {entry}"));
                assert!(said, "{path} answers {} and leaves {:?}", answer.status, &log[entries..]);
            }
            Leaves::Nothing(why) => {
                olga.post(&address, &[]).await;
                assert_eq!(house.database.audit().len(), entries, "{path}: {why}");
            }
            Leaves::Told(whose) if whose.contains(' ') => {}
            Leaves::Told(whose) => {
                let last = path.rsplit('/').find(|part| !part.starts_with('{')).unwrap();
                assert!(told_in(whose).contains(last), "{path} is not asked in tests/it/{whose}");
            }
        }
    }
}

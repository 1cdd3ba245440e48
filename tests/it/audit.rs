//! The audit log as its readers, its exporters and those who tamper with it meet it.

use crate::harness::database::Database;
use crate::harness::{House, Person, papers, program};
use chrono::{DateTime, Datelike, Duration, Months, Utc};
use diesel::prelude::*;
use quayside::domain::access::{Action, Actor, Role};
use quayside::domain::audit::walk::{Fault, Report};
use quayside::domain::ids::TeamId;
use quayside::store::audit::Filter;
use quayside::store::audit::page::{self, Key, Line, Page, Reach};
use quayside::store::audit::seed::{self, Made};
use quayside::store::{Change, StoreError};
use std::process::Command;

fn atlas(house: &House) -> TeamId {
    house.database.texts("SELECT id FROM teams WHERE name = 'Atlas Customs'").remove(0).parse().unwrap()
}

async fn look(house: &House, filter: &Filter, reach: Reach, size: usize) -> Page {
    let permit = Actor::keeper(atlas(house)).permit(Action::AuditView).unwrap();
    let filter = filter.clone();
    house.db.read(&permit, move |tx| page::page(tx, &filter, reach, size)).await.unwrap()
}

/// From the newest to the oldest.
async fn walk_back(house: &House, filter: &Filter, size: usize) -> Vec<Line> {
    let (mut all, mut reach) = (Vec::new(), Reach::Newest);
    loop {
        let page = look(house, filter, reach, size).await;
        assert_eq!(page.has_newer, reach != Reach::Newest);
        let last = page.lines.last().map(Line::key);
        all.extend(page.lines);
        match last.filter(|_| page.has_older) {
            Some(key) => reach = Reach::Older(key),
            None => return all,
        }
    }
}

async fn add(house: &House, subject: &str) {
    let permit = Actor::system(atlas(house)).permit(Action::PacketCheck).unwrap();
    house.db.write(permit, subject, |_| Ok::<_, StoreError>(Change::to(()))).await.unwrap();
}

fn day(text: &str) -> DateTime<Utc> {
    format!("{text}T00:00:00Z").parse().unwrap()
}

/// Three hundred entries of four months with every kind of subject, by people of whom one is rare.
async fn filled() -> House {
    let house = House::new().await;
    let now = Utc::now();
    let start = now - Months::new(4);
    seed::make_months(&house.database.owner_url(), start.date_naive(), 4).unwrap();
    let packet = |n: usize| format!("0192f0c1-7c1e-7bbd-8d6c-{:012}", n);
    let made = |n: usize| Made {
        at: start + Duration::hours(i64::try_from(n).unwrap() * 9),
        email: ["olga@atlas.example", "otto@atlas.example", "=mallory@atlas.example"][match n {
            77 => 2,
            n => n % 2,
        }]
        .into(),
        address: format!("192.0.2.{}", n % 3),
        role: "operator",
        action: ["packet.create", "packet.check", "session.start"][n % 3],
        subject: if n % 3 == 2 { "session".into() } else { packet(n / 12) },
        result: if n.is_multiple_of(11) { "denied" } else { "success" },
        diff: n.is_multiple_of(7).then(|| serde_json::json!({ "before": "failed", "after": { "state": "waiting" } })),
    };
    seed::add(&house.db, atlas(&house), (0..300).map(made).collect()).await.unwrap();
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn every_combination_of_filters_finds_what_a_plain_look_through_the_list_finds() {
    let house = filled().await;
    let all = walk_back(&house, &Filter::default(), 64).await;
    assert_eq!(all.len(), 300);
    let some = |words: &[&str]| {
        std::iter::once(None).chain(words.iter().map(|word| Some((*word).to_owned()))).collect::<Vec<_>>()
    };
    let times: Vec<DateTime<Utc>> = all.iter().map(|line| line.at).collect();
    let windows = [
        (None, None),
        (Some(times[200]), None),
        (None, Some(times[200])),
        (Some(times[190]), Some(times[90])),
        (Some(times[100]), Some(times[100])),
        (Some(day("2001-01-01")), Some(day("2001-02-01"))),
    ];
    let mut combinations = 0;
    for user in some(&["olga@atlas.example", "=mallory@atlas.example", "nobody@atlas.example"]) {
        for subject in some(&["session", "0192f0c1-7c1e-7bbd-8d6c-000000000006", "nothing"]) {
            for action in some(&["packet.check", "session.start", "work.retry"]) {
                for result in some(&["success", "denied"]) {
                    for (from, until) in windows {
                        let filter = Filter {
                            user: user.clone(),
                            subject: subject.clone(),
                            action: action.clone(),
                            result: result.clone(),
                            from,
                            until,
                        };
                        let is =
                            |wanted: &Option<String>, has: &str| wanted.as_deref().is_none_or(|wanted| wanted == has);
                        let wanted: Vec<i64> = all
                            .iter()
                            .filter(|line| {
                                is(&filter.user, line.email.as_deref().unwrap())
                                    && is(&filter.subject, &line.subject)
                                    && is(&filter.action, &line.action)
                                    && is(&filter.result, &line.result)
                                    && from.is_none_or(|from| line.at >= from)
                                    && until.is_none_or(|until| line.at < until)
                            })
                            .map(|line| line.seq)
                            .collect();
                        let found: Vec<i64> =
                            walk_back(&house, &filter, 40).await.iter().map(|line| line.seq).collect();
                        assert_eq!(found, wanted, "{filter:?}");
                        combinations += 1;
                    }
                }
            }
        }
    }
    assert_eq!(combinations, 4 * 4 * 4 * 3 * 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_meet_each_entry_once_in_both_directions_while_entries_are_being_added() {
    let house = filled().await;
    for filter in [
        Filter::default(),
        Filter { action: Some("packet.check".into()), ..Filter::default() },
        Filter { user: Some("olga@atlas.example".into()), ..Filter::default() },
    ] {
        let before: Vec<Key> = walk_back(&house, &filter, 300).await.iter().map(Line::key).collect();
        let (mut seen, mut reach) = (Vec::new(), Reach::Newest);
        loop {
            let page = look(&house, &filter, reach, 7).await;
            seen.extend(page.lines.iter().map(Line::key));
            add(&house, "meanwhile").await;
            match page.lines.last().filter(|_| page.has_older) {
                Some(last) => reach = Reach::Older(last.key()),
                None => break,
            }
        }
        assert_eq!(seen, before, "{filter:?}");
        let oldest = *seen.last().unwrap();
        let (mut back, mut reach) = (vec![oldest], Reach::Newer(oldest));
        loop {
            let page = look(&house, &filter, reach, 7).await;
            back.extend(page.lines.iter().rev().map(Line::key));
            match page.lines.first().filter(|_| page.has_newer) {
                Some(first) => reach = Reach::Newer(first.key()),
                None => break,
            }
        }
        let now: Vec<Key> = walk_back(&house, &filter, 300).await.iter().rev().map(Line::key).collect();
        assert_eq!(back, now, "{filter:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_and_admins_read_the_log_in_one_line_each_and_every_look_is_an_entry() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let address = otto.packet(papers(0)).await;
    for person in Person::ATLAS {
        let browser = house.signed_in(person).await;
        let answer = browser.get("/audit").await;
        let rail = browser.get("/packets").await.all("nav.rail a", "href");
        let allowed = person.role() >= Role::Admin;
        assert_eq!((answer.status == 200, rail.contains(&"/audit".to_owned())), (allowed, allowed), "{person:?}");
        if allowed {
            let lines = answer.all("tr[title]", "title");
            let packet = address.trim_start_matches("/packets/");
            let created = format!(" · otto@atlas.example · operator · 127.0.0.1 → packet.create · {packet} · success");
            assert!(lines.iter().any(|line| line.contains(&created)), "{lines:?}");
            assert!(answer.all("td.subject a", "href").contains(&address));
            let role = person.role().as_str();
            assert_eq!(house.database.audit().last().unwrap(), &format!("{role} audit.view success"));
        }
    }
    let olga = house.signed_in(Person::Olga).await;
    let filtered = olga.get("/audit?user=OTTO@atlas.example&action=packet.create&from=2020-01-01").await;
    assert_eq!(filtered.all("tr[title]", "title").len(), 1);
    assert_eq!(
        filtered.all("a.chip", "href")[4..],
        [
            "/audit?action=packet.create&from=2020-01-01",
            "/audit?user=OTTO%40atlas.example&from=2020-01-01",
            "/audit?user=OTTO%40atlas.example&action=packet.create",
        ]
    );
    let told = house.database.texts("SELECT diff -> 'after' ->> 'action' FROM audit_entries ORDER BY at DESC LIMIT 1");
    assert_eq!(told, ["packet.create"], "the entry of a look says what was looked for");
    assert!(olga.get("/audit?subject=nothing").await.words().contains("Nothing in the log fits this filter"));
    assert_eq!(olga.get("/audit?from=yesterday").await.status, 400);
    let stan = house.signed_in(Person::Stan).await;
    assert!(!stan.get("/audit").await.words().contains("atlas.example"), "another team's log is not here");
}

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

fn records(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_every_row_no_formula_and_the_head_of_the_chain_at_both_ends() {
    let house = filled().await;
    let olga = house.signed_in(Person::Olga).await;
    add(&house, "=cmd|' /C calc'!A0").await;
    add(&house, "@SUM(\"1\")\r\n").await;
    let answer = olga.get("/audit/export.csv").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert!(answer.header("content-disposition").starts_with("attachment"));
    let text = answer.text();
    assert!(text.lines().all(|line| line.starts_with(['"', '\r']) || line.is_empty()), "every cell is quoted");
    let rows = records(&text);
    let (first, last, body) = (&rows[0], rows.last().unwrap(), &rows[2..rows.len() - 1]);
    assert_eq!(first[3..], last[3..], "the head is the same at both ends");
    let hash = house.database.texts(&format!(
        "SELECT encode(hash, 'hex') FROM audit_entries WHERE seq = {} AND team_id = '{}'",
        first[3],
        atlas(&house)
    ));
    assert_eq!(hash, [first[4].as_str()]);
    assert_eq!((body.len().to_string(), last[1].as_str()), (last[1].clone(), first[3].as_str()), "304 of 304");
    let seqs: Vec<usize> = body.iter().map(|row| row[0].parse().unwrap()).collect();
    assert_eq!(seqs, (1..=body.len()).collect::<Vec<_>>());
    assert_eq!(body[77][2], "'=mallory@atlas.example");
    let subjects: Vec<&str> = body.iter().map(|row| row[6].as_str()).collect();
    assert!(subjects.contains(&"'=cmd|' /C calc'!A0") && subjects.contains(&"'@SUM(\"1\")\r\n"), "{subjects:?}");
    house.database.wait_for("SELECT count(*) FROM audit_entries WHERE action = 'audit.export'", 2);
    let entries = house.database.texts(
        "SELECT result || ' ' || coalesce(diff -> 'after' ->> 'rows', '') FROM audit_entries WHERE action = 'audit.export' ORDER BY seq",
    );
    assert_eq!(entries, ["started ".to_owned(), format!("success {}", body.len())]);
    let few = olga.get("/audit/export.csv?result=denied&action=packet.check&user=otto%40atlas.example").await;
    let filter = Filter {
        user: Some("otto@atlas.example".into()),
        action: Some("packet.check".into()),
        result: Some("denied".into()),
        ..Filter::default()
    };
    let wanted: Vec<String> =
        walk_back(&house, &filter, 50).await.iter().rev().map(|line| line.seq.to_string()).collect();
    let rows = records(&few.text());
    let found: Vec<String> = rows[2..rows.len() - 1].iter().map(|row| row[0].clone()).collect();
    assert!(!found.is_empty());
    assert_eq!(found, wanted);
}

async fn report(house: &House) -> Report {
    house.keeper().verify(atlas(house), |_, _| ()).await.unwrap()
}

/// Tampers behind the policies, sees what is found, and puts everything back.
async fn after(house: &House, tamper: &str) -> Vec<Fault> {
    let database = &house.database;
    for table in ["audit_entries", "audit_heads", "audit_identities", "audit_kinds"] {
        database.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"));
    }
    let team = atlas(house);
    for statement in tamper.split(';') {
        database.run(&statement.replace("OURS", &format!("team_id = '{team}'")));
    }
    let faults = report(house).await.faults;
    for table in ["audit_entries", "audit_heads", "audit_identities", "audit_kinds"] {
        database.run(&format!("DELETE FROM {table}"));
        database.run(&format!("INSERT INTO {table} SELECT * FROM kept_{table}"));
        database.run(&format!("DROP TABLE kept_{table}"));
    }
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_removed_swapped_cut_off_and_hidden_entries_are_each_found_and_named() {
    let house = filled().await;
    assert!(house.keeper().look_after().await.unwrap(), "the day's anchor is made");
    let day = Utc::now().date_naive();
    let whole = report(&house).await;
    assert_eq!((whole.is_whole(), whole.entries, whole.anchors), (true, 300, 1), "{:?}", whole.faults);
    let lower = "UPDATE audit_heads SET seq = 290, hash = (SELECT hash FROM audit_entries e WHERE e.seq = 290 AND e.OURS) WHERE OURS";
    let (month, action, result) = (day.with_day(1).unwrap(), "packet.check", "success");
    for (tamper, found) in [
        ("UPDATE audit_entries SET result = 'success' WHERE seq = 12 AND OURS", vec![Fault::Changed { seq: 12 }]),
        ("UPDATE audit_entries SET diff = '{}' WHERE seq = 1 AND OURS", vec![Fault::Changed { seq: 1 }]),
        (
            "UPDATE audit_entries SET at = at + interval '1 second' WHERE seq = 300 AND OURS",
            vec![Fault::Changed { seq: 300 }],
        ),
        ("DELETE FROM audit_entries WHERE seq BETWEEN 20 AND 30 AND OURS", vec![Fault::Removed { from: 20, to: 30 }]),
        (
            "UPDATE audit_entries SET seq = 83 - seq WHERE seq IN (41, 42) AND OURS",
            vec![Fault::Moved { seq: 41, written_as: 42 }, Fault::Moved { seq: 42, written_as: 41 }],
        ),
        (
            "UPDATE audit_entries SET seq = 300 - seq WHERE seq IN (100, 200) AND OURS",
            vec![Fault::Moved { seq: 100, written_as: 200 }, Fault::Moved { seq: 200, written_as: 100 }],
        ),
        ("DELETE FROM audit_entries WHERE seq > 290 AND OURS", vec![Fault::CutOff { from: 291, to: 300 }]),
        (
            &format!("{lower};DELETE FROM audit_entries WHERE seq > 290 AND OURS"),
            vec![Fault::CutOffAndHidden { from: 291, to: 300, day }],
        ),
        (
            "DELETE FROM audit_entries WHERE OURS;DELETE FROM audit_heads WHERE OURS",
            vec![Fault::CutOffAndHidden { from: 1, to: 300, day }],
        ),
        (lower, vec![Fault::HeadChanged { says: 290, to: 300 }]),
    ] {
        assert_eq!(after(&house, tamper).await, found, "{tamper}");
    }
    let other = "(SELECT person FROM audit_identities i WHERE email LIKE 'olga%' LIMIT 1)";
    let misfiled = format!("UPDATE audit_entries SET person = {other} WHERE seq = 78 AND OURS");
    assert!(after(&house, &misfiled).await.contains(&Fault::Misfiled { seq: 78 }));
    let renamed =
        after(&house, "UPDATE audit_identities SET email = 'eve@x.example' WHERE address = '192.0.2.1' AND OURS").await;
    assert!(renamed.len() >= 2 && renamed.iter().all(|fault| matches!(fault, Fault::Renamed { .. })), "{renamed:?}");
    let unlisted = after(&house, &format!("DELETE FROM audit_kinds WHERE action = '{action}' AND OURS")).await;
    assert!(
        !unlisted.is_empty() && unlisted.iter().all(|fault| matches!(fault, Fault::Unlisted { .. })),
        "{month} {result}"
    );
    // Erasing a person touches nothing of the chain.
    assert_eq!(after(&house, "UPDATE audit_identities SET email = NULL, address = NULL, user_id = NULL").await, []);
    assert!(report(&house).await.is_whole(), "everything is back");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_days_anchor_is_made_once_in_two_places_and_a_damaged_one_is_named() {
    let house = filled().await;
    let (one, other) = (house.keeper(), house.keeper());
    let (first, second) = tokio::join!(one.look_after(), other.look_after());
    assert!(first.unwrap() != second.unwrap(), "one of two servers makes it");
    let day = Utc::now().date_naive();
    let copies = ["anchors", "objects/audit/anchors"]
        .map(|place| house.database.folder().join(place).join(format!("{day}.json")));
    let texts = copies.clone().map(|path| std::fs::read_to_string(path).unwrap());
    assert_eq!(texts[0], texts[1]);
    assert_eq!(house.keeper().anchors.all().await.unwrap().len(), 1);
    // One place lost: the other still proves.
    std::fs::remove_file(&copies[0]).unwrap();
    assert_eq!(report(&house).await.anchors, 1);
    std::fs::write(&copies[0], texts[0].replace("300", "200")).unwrap();
    let found = report(&house).await;
    assert_eq!((found.faults, found.anchors), (vec![Fault::AnchorDamaged { day }], 1));
    // A server that died over its anchor: after its time another makes it.
    house.database.run("UPDATE audit_anchors SET made_at = NULL, claimed_until = now() - interval '1 minute'");
    assert!(house.keeper().look_after().await.unwrap());
    assert!(report(&house).await.is_whole());
}

#[tokio::test(flavor = "multi_thread")]
async fn months_are_made_ahead_by_the_role_that_serves_and_an_entry_outside_them_is_reported() {
    let house = House::new().await;
    let next = (Utc::now() + Months::new(5)).format("audit_entries_%Y_%m").to_string();
    let there = format!("SELECT count(*) FROM pg_class WHERE relname = '{next}'");
    house.database.run(&format!("DROP TABLE {next}"));
    house.keeper().look_after().await.unwrap();
    assert_eq!(house.database.count(&there), 1);
    let mut conn = PgConnection::establish(&house.database.app_url()).unwrap();
    let refused = diesel::sql_query("SELECT make_audit_month('2001-01-01')").execute(&mut conn).unwrap_err();
    assert!(refused.to_string().contains("permission denied"), "{refused}");
    let policies = house.database.count(&format!("SELECT count(*) FROM pg_policy WHERE polrelid = '{next}'::regclass"));
    assert_eq!(policies, 1, "a month made ahead is as closed as the others");
    let made = Made {
        at: day("2001-01-01"),
        email: "a@b.example".into(),
        address: "::1".into(),
        role: "viewer",
        action: "packet.view",
        subject: "x".into(),
        result: "success",
        diff: None,
    };
    seed::add(&house.db, atlas(&house), vec![made]).await.unwrap();
    assert_eq!(report(&house).await.faults, [Fault::Astray]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_has_the_chain_verified_as_work_and_the_page_names_what_is_wrong() {
    let house = House::new().await;
    let adam = house.signed_in(Person::Adam).await;
    assert!(adam.get("/audit/verification").await.words().contains("Not verified yet"));
    for (tamper, says) in
        [("SELECT 1", "Whole"), ("UPDATE audit_entries SET role = 'owner' WHERE seq = 1", "Entry 1 was changed")]
    {
        house.database.run(tamper);
        let asked = adam.request("post", "/audit/verification").await;
        assert_eq!(asked.location.as_deref(), Some("/audit/verification"));
        assert_eq!(adam.request("post", "/audit/verification").await.status, 303, "asking twice is asking once");
        assert!(adam.get("/audit/verification").await.words().contains("Verifying"));
        assert_eq!(house.work().await, 1);
        assert!(adam.get("/audit/verification").await.words().contains(says), "{says}");
    }
    assert_eq!(house.database.audit().last().unwrap(), "system audit.verify broken");
    assert!(adam.get("/audit").await.words().contains("Broken"));
}

#[test]
fn the_command_verifies_every_team_and_its_exit_status_says_how_it_stands() {
    let database = Database::fresh();
    let verify = |more: &[&str]| {
        let mut command = Command::new(program());
        command.args(["audit", "verify"]).args(more).env_clear();
        command.env("DATABASE_URL", database.app_url()).env("QUAYSIDE_VAR", database.folder().join("var"));
        command.env("QUAYSIDE_SECRET", std::str::from_utf8(crate::harness::SECRET).unwrap());
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (status, said) = verify(&[]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("Atlas Customs: whole. 0 entries") && said.contains("Other Brokers: whole"), "{said}");
    database
        .run("INSERT INTO audit_heads (team_id, seq, hash) SELECT id, 3, 'x' FROM teams WHERE name = 'Atlas Customs'");
    let (status, said) = verify(&["--team", "Atlas Customs"]);
    assert_eq!(status, Some(1));
    assert!(said.contains("Atlas Customs: BROKEN") && said.contains("Entries 1 to 3 are missing at the end"), "{said}");
    assert_eq!(verify(&["--team", "Nobody"]).0, Some(2));
}

//! Filters, pages and the page of the log.

use super::{add, day, filled, look, walk_back};
use crate::harness::{House, Person, papers};
use chrono::{DateTime, Utc};
use quayside::domain::access::Role;
use quayside::store::audit::Filter;
use quayside::store::audit::page::{Key, Line, Reach};

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

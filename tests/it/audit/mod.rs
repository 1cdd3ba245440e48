//! The audit log as its readers, its exporters and those who tamper with it meet it.

mod entries;
mod export;
mod keeping;
mod reading;
mod tampering;

use crate::harness::House;
use chrono::{DateTime, Duration, Months, Utc};
use quayside::domain::access::{Action, Actor};
use quayside::domain::audit::fault::Report;
use quayside::domain::ids::TeamId;
use quayside::store::audit::Filter;
use quayside::store::audit::page::{self, Line, Page, Reach};
use quayside::store::audit::seed::{self, Made};
use quayside::store::{Change, StoreError};

pub fn atlas(house: &House) -> TeamId {
    house.database.texts("SELECT id FROM teams WHERE name = 'Atlas Customs'").remove(0).parse().unwrap()
}

pub async fn look(house: &House, filter: &Filter, reach: Reach, size: usize) -> Page {
    let permit = Actor::keeper(atlas(house)).permit(Action::AuditView).unwrap();
    let filter = filter.clone();
    house.db.read(&permit, move |tx| page::page(tx, &filter, reach, size)).await.unwrap()
}

/// From the newest to the oldest.
pub async fn walk_back(house: &House, filter: &Filter, size: usize) -> Vec<Line> {
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

pub async fn add(house: &House, subject: &str) {
    let permit = Actor::system(atlas(house)).permit(Action::PacketCheck).unwrap();
    house.db.write(permit, subject, |_| Ok::<_, StoreError>(Change::to(()))).await.unwrap();
}

pub fn day(text: &str) -> DateTime<Utc> {
    format!("{text}T00:00:00Z").parse().unwrap()
}

/// Three hundred entries of four months with every kind of subject, by people of whom one is rare.
pub async fn filled() -> House {
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

pub async fn report(house: &House) -> Report {
    house.keeper().verify(atlas(house), |_, _| ()).await.unwrap()
}

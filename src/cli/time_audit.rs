//! `quayside admin time-audit`: how long the audit log takes under every combination of filters, and what an audited write costs beside
//! the bare one. For benchmarks of a log that `seed-audit` filled.

use super::ground::Ground;
use super::{Failure, system};
use crate::domain::access::{Action, Actor};
use crate::domain::ids::TeamId;
use crate::store::audit::Filter;
use crate::store::audit::page::{self, Line, Reach};
use crate::store::audit::seed;
use crate::store::{Change, Db, StoreError, accounts};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::{Duration, Instant};

/// The arguments.
#[derive(clap::Args)]
pub struct Arguments {
    /// The team's name.
    #[arg(long)]
    team: String,
    /// How many writes of each kind are timed.
    #[arg(long, default_value_t = 500)]
    writes: u32,
}

const PAGE: usize = 50;
const ROUNDS: usize = 3;

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let ground = Ground::new()?;
    let runtime = tokio::runtime::Runtime::new().map_err(system("starting threads"))?;
    runtime.block_on(async {
        let teams = accounts::all_teams(&ground.db).await?;
        let found = teams.into_iter().find(|(_, name)| *name == arguments.team);
        let (team, _) = found.ok_or_else(|| Failure::Said(format!("There is no team called {:?}.", arguments.team)))?;
        pages(&ground.db, team).await?;
        writes(&ground.db, team, arguments.writes).await
    })
}

async fn timed(db: &Db, team: TeamId, filter: &Filter, reach: Reach) -> Result<(Duration, Vec<Line>), Failure> {
    let permit = Actor::keeper(team).permit(Action::AuditView).map_err(|denied| Failure::Said(denied.to_string()))?;
    let filter = filter.clone();
    let read = move |tx: &mut crate::store::ReadTx<'_>| {
        let start = Instant::now();
        let page = page::page(tx, &filter, reach, PAGE)?;
        Ok::<_, StoreError>((start.elapsed(), page.lines))
    };
    Ok(db.read(&permit, read).await?)
}

fn filters(packet: &str, now: DateTime<Utc>) -> Vec<Filter> {
    let some = |words: &[&str]| -> Vec<Option<String>> {
        std::iter::once(None).chain(words.iter().map(|word| Some((*word).to_owned()))).collect()
    };
    let before = |days| Some(now - TimeDelta::days(days));
    let windows = [(None, None), (before(30), None), (before(150), before(149)), (before(9_000), before(8_999))];
    let mut all = Vec::new();
    for user in some(&["person1@benchmark.example", "person40@benchmark.example", "nobody@benchmark.example"]) {
        for subject in some(&["session", "audit log", packet, "nothing"]) {
            for action in some(&["packet.check", "work.retry", "packet.view"]) {
                for result in some(&["success", "denied", "conflict"]) {
                    for (from, until) in windows {
                        let (user, subject, action, result) =
                            (user.clone(), subject.clone(), action.clone(), result.clone());
                        all.push(Filter { user, subject, action, result, from, until });
                    }
                }
            }
        }
    }
    all
}

async fn pages(db: &Db, team: TeamId) -> Result<(), Failure> {
    let by_packet = Filter { action: Some("packet.check".to_owned()), ..Filter::default() };
    let (_, lines) = timed(db, team, &by_packet, Reach::Newest).await?;
    let packet = lines.last().map(|line| line.subject.clone()).unwrap_or_default();
    let mut first: Vec<(Duration, Filter)> = Vec::new();
    let mut next: Vec<(Duration, Filter)> = Vec::new();
    let mut empty = 0usize;
    for filter in filters(&packet, Utc::now()) {
        let (mut firsts, mut nexts) = (Vec::new(), Vec::new());
        let mut hits = 0usize;
        for _ in 0..ROUNDS {
            let (took, lines) = timed(db, team, &filter, Reach::Newest).await?;
            firsts.push(took);
            hits = lines.len();
            if let Some(last) = lines.last() {
                nexts.push(timed(db, team, &filter, Reach::Older(last.key())).await?.0);
            }
        }
        empty = empty.saturating_add(usize::from(hits == 0));
        firsts.sort();
        nexts.sort();
        first.extend(firsts.get(ROUNDS / 2).map(|took| (*took, filter.clone())));
        next.extend(nexts.get(ROUNDS / 2).map(|took| (*took, filter.clone())));
    }
    println!(
        "pages of {PAGE}: {} combinations of filters, {empty} of them without a hit, median of {ROUNDS}",
        first.len()
    );
    for (name, mut times) in [("first page", first), ("next page", next)] {
        times.sort_by_key(|(took, _)| *took);
        let at = |part: usize| {
            times
                .get(times.len().saturating_sub(1).saturating_mul(part) / 100)
                .map_or(0.0, |(took, _)| took.as_secs_f64() * 1e3)
        };
        println!(
            "  {name:10} median {:6.2} ms, 99 % {:6.2} ms, slowest {:6.2} ms (20 ms is the limit)",
            at(50),
            at(99),
            at(100)
        );
        for (took, filter) in times.iter().rev().take(3) {
            println!("    {:6.2} ms {filter:?}", took.as_secs_f64() * 1e3);
        }
    }
    Ok(())
}

async fn writes(db: &Db, team: TeamId, count: u32) -> Result<(), Failure> {
    let (mut bare, mut audited) = (Duration::ZERO, Duration::ZERO);
    // One after the other, so that both meet the same moments of the machine.
    for _ in 0..count {
        let start = Instant::now();
        seed::bare_change(db, team).await?;
        bare += start.elapsed();
        let permit =
            Actor::keeper(team).permit(Action::WorkRetry).map_err(|denied| Failure::Said(denied.to_string()))?;
        let start = Instant::now();
        let change = |tx: &mut crate::store::WriteTx<'_>| {
            seed::change(tx)?;
            Ok::<_, StoreError>(Change::to(()).diff("failed", "waiting"))
        };
        db.write(permit, "benchmark", change).await?;
        audited += start.elapsed();
    }
    let each = |all: Duration| all.as_secs_f64() * 1e3 / f64::from(count.max(1));
    println!("writes: {count} of each, one after the other");
    println!("  bare transaction     {:6.3} ms", each(bare));
    println!(
        "  audited and chained  {:6.3} ms, {:.2} times as much (2 is the limit)",
        each(audited),
        each(audited) / each(bare)
    );
    Ok(())
}

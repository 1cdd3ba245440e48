//! `quayside admin time-packets`: how long the list of packets takes under combinations of filters, searches and orders, its next page,
//! and all that stands around it. For benchmarks of a team that `seed-packets` filled.

use super::ground::Ground;
use super::{Failure, system};
use crate::domain::access::{Action, Actor};
use crate::domain::ids::TeamId;
use crate::domain::packet::result::Verdict;
use crate::domain::packet::search::{code_word, wanted};
use crate::domain::packet::state::PacketState;
use crate::store::packets::list::{self, Filter, Key, Order, Owner, Reach, Total};
use crate::store::{Db, ReadTx, StoreError, accounts, packet_views};
use chrono::{DateTime, Days, TimeDelta, Utc};
use std::time::{Duration, Instant};

/// The arguments.
#[derive(clap::Args)]
pub struct Arguments {
    /// The team's name.
    #[arg(long)]
    team: String,
    /// One combination of so many is timed.
    #[arg(long, default_value_t = 23)]
    one_of: usize,
}

const PAGE: usize = 50;
const ROUNDS: usize = 3;
/// What a page may take in the database.
const LIMIT: Duration = Duration::from_millis(30);

/// A question and what it is called.
type Asked = (String, Filter, Order);

/// A way to narrow a filter, and what it is called.
type Narrowing = (&'static str, fn(&mut Filter));
/// Times, each with what took them.
type Times = Vec<(Duration, String)>;

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let ground = Ground::new()?;
    let runtime = tokio::runtime::Runtime::new().map_err(system("starting threads"))?;
    runtime.block_on(async {
        let teams = accounts::all_teams(&ground.db).await?;
        let found = teams.into_iter().find(|(_, name)| *name == arguments.team);
        let (team, _) = found.ok_or_else(|| Failure::Said(format!("There is no team called {:?}.", arguments.team)))?;
        let step = arguments.one_of.max(1);
        let all: Vec<Asked> = questions(Utc::now()).into_iter().step_by(step).collect();
        for (name, is_search) in [("lists under filters", false), ("searches", true)] {
            let some = all.iter().filter(|(_, filter, _)| filter.wanted.is_empty() != is_search);
            report(&ground.db, team, name, some).await?;
        }
        around(&ground.db, team).await
    })
}

fn permit(team: TeamId) -> Result<crate::domain::access::Permit, Failure> {
    Actor::keeper(team).permit(Action::PacketView).map_err(|denied| Failure::Said(denied.to_string()))
}

fn questions(now: DateTime<Utc>) -> Vec<Asked> {
    let today = now.date_naive();
    let week = today.checked_add_days(Days::new(7)).unwrap_or(today);
    let old = |days| Some(now - TimeDelta::days(days));
    let narrow = |name: &'static str, change: fn(&mut Filter)| (name, change);
    let groups: [&[Narrowing]; 5] = [
        &[
            narrow("", |_| ()),
            narrow(" blocked", |filter| filter.verdicts = vec![Verdict::Blocked]),
            narrow(" open", |filter| filter.verdicts = vec![Verdict::Blocked, Verdict::Review]),
            narrow(" failed", |filter| filter.state = Some(PacketState::Failed)),
        ],
        &[narrow("", |_| ()), narrow(" nobody's", |filter| filter.owner = Some(Owner::Nobody))],
        &[
            narrow("", |_| ()),
            narrow(" large client", |filter| filter.client = Some("INVENTED CLIENT 3".to_owned())),
            narrow(" small client", |filter| filter.client = Some("INVENTED CLIENT 290".to_owned())),
            narrow(" no client", |filter| filter.client = Some("NOBODY".to_owned())),
        ],
        &[
            narrow("", |_| ()),
            narrow(" by air", |filter| filter.marks = vec!["kind:air_waybill".to_owned()]),
            narrow(" seller", |filter| filter.marks = vec![code_word("match.seller")]),
            narrow(" ISF and voyage", |filter| filter.marks = vec!["kind:isf".to_owned(), code_word("match.voyage")]),
        ],
        &[
            narrow("", |_| ()),
            narrow(" invoice", |filter| filter.wanted = wanted("invoice")),
            narrow(" goods017", |filter| filter.wanted = wanted("goods017")),
            narrow(" carton goods", |filter| filter.wanted = wanted("carton goods")),
            narrow(" two goods", |filter| filter.wanted = wanted("goods017 goods044")),
            narrow(" a number", |filter| filter.wanted = wanted("INV-77001")),
            narrow(" a number begun", |filter| filter.wanted = wanted("MSKU 05")),
            narrow(" nothing", |filter| filter.wanted = wanted("nowhere to be found")),
        ],
    ];
    let windows = [
        ("", None, None, None),
        (" arriving", Some((today, week)), None, None),
        (" an old week", None, old(250), old(243)),
    ];
    let mut all: Vec<(String, Filter)> = vec![(String::new(), Filter::default())];
    for group in groups {
        all = all
            .into_iter()
            .flat_map(|(name, filter)| {
                group.iter().map(move |(more, change)| {
                    let mut narrowed = filter.clone();
                    change(&mut narrowed);
                    (format!("{name}{more}"), narrowed)
                })
            })
            .collect();
    }
    let windowed = all.into_iter().flat_map(|(name, filter)| {
        windows.map(|(more, arrives, from, until)| {
            (format!("{name}{more}"), Filter { arrives, from, until, ..filter.clone() })
        })
    });
    let ordered = windowed.flat_map(|(name, filter)| {
        Order::ALL.iter().map(move |order| (format!("{name}, {order}"), filter.clone(), *order))
    });
    ordered.collect()
}

async fn timed(db: &Db, team: TeamId, asked: &Asked, reach: Reach) -> Result<(Duration, Option<Key>, i64), Failure> {
    let (_, filter, order) = asked.clone();
    let read = move |tx: &mut ReadTx<'_>| {
        let start = Instant::now();
        // A page that follows is told what the first one counted.
        let (page, total) = match reach {
            Reach::First => list::counted_page(tx, &filter, order, &reach, PAGE)?,
            Reach::After(_) | Reach::Before(_) => (list::page(tx, &filter, order, &reach, PAGE)?, Total::default()),
        };
        let ids: Vec<_> = page.listed.iter().map(|listed| listed.packet.id).collect();
        list::hits(tx, &ids, &filter.wanted)?;
        let (took, last) = (start.elapsed(), page.listed.last().filter(|_| page.has_after));
        Ok::<_, StoreError>((took, last.map(|last| last.key.clone()), total.count))
    };
    Ok(db.read(&permit(team)?, read).await?)
}

async fn report(db: &Db, team: TeamId, what: &str, all: impl Iterator<Item = &Asked>) -> Result<(), Failure> {
    let (mut first, mut next): (Times, Times) = (Vec::new(), Vec::new());
    let mut empty = 0usize;
    for asked in all {
        let (mut firsts, mut nexts, mut total) = (Vec::new(), Vec::new(), 0);
        for _ in 0..ROUNDS {
            let (took, last, count) = timed(db, team, asked, Reach::First).await?;
            firsts.push(took);
            total = count;
            if let Some(last) = last {
                nexts.push(timed(db, team, asked, Reach::After(last)).await?.0);
            }
        }
        empty = empty.saturating_add(usize::from(total == 0));
        firsts.sort();
        nexts.sort();
        let name = || format!("{} ({total})", asked.0.trim());
        first.extend(firsts.get(ROUNDS / 2).map(|took| (*took, name())));
        next.extend(nexts.get(ROUNDS / 2).map(|took| (*took, name())));
    }
    println!("{what}: {} combinations, {empty} of them without a hit, median of {ROUNDS}", first.len());
    for (name, mut times) in [("first page", first), ("next page", next)] {
        times.sort();
        let at = |part: usize| {
            let found = times.get(times.len().saturating_sub(1).saturating_mul(part) / 100);
            found.map_or(0.0, |(took, _)| took.as_secs_f64() * 1e3)
        };
        let count = times.len();
        let (median, most, slowest) = (at(50), at(99), at(100));
        let within = times.iter().filter(|(took, _)| *took <= LIMIT).count().saturating_mul(100) / times.len().max(1);
        println!(
            "  {name:10} ({count}) median {median:6.2} ms, 99 % {most:6.2} ms, slowest {slowest:6.2} ms; {within} % within {} ms",
            LIMIT.as_millis()
        );
        for (took, name) in times.iter().rev().take(3) {
            println!("    {:6.2} ms {name}", took.as_secs_f64() * 1e3);
        }
    }
    Ok(())
}

/// What stands around the list: counts of the verdicts, clients, people and views.
async fn around(db: &Db, team: TeamId) -> Result<(), Failure> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let read = |tx: &mut ReadTx<'_>| {
            let start = Instant::now();
            let verdicts = [vec![], vec![Verdict::Blocked], vec![Verdict::Review], vec![Verdict::Ready]];
            list::counts(tx, &verdicts.map(|verdicts| Filter { verdicts, ..Filter::default() }))?;
            list::clients(tx, 100)?;
            list::owners(tx, 200)?;
            packet_views::list(tx, None)?;
            Ok::<_, StoreError>(start.elapsed())
        };
        times.push(db.read(&permit(team)?, read).await?);
    }
    times.sort();
    let took = times.get(ROUNDS / 2).map_or(0.0, |took| took.as_secs_f64() * 1e3);
    println!("around the list: {took:.2} ms for counts, clients, people and views");
    Ok(())
}

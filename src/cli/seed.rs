//! `quayside admin seed-audit`: fills a team's audit log for benchmarks. Nobody did what these entries say.

use super::ground::{Ground, Owner};
use super::{Failure, system};
use crate::domain::access::Action;
use crate::store::accounts;
use crate::store::audit::seed::{self, Made};
use chrono::{DateTime, Months, TimeDelta, Utc};

/// The arguments.
#[derive(clap::Args)]
pub struct Arguments {
    /// The team's name.
    #[arg(long)]
    team: String,
    /// How many entries to add.
    #[arg(long)]
    entries: u64,
    /// Over how many months up to now they are spread.
    #[arg(long, default_value_t = 12)]
    months: u32,
}

const BATCH: u64 = 20_000;
const PEOPLE: u64 = 40;

/// An even spread of numbers, the same in every run (the finaliser of SplitMix64).
const fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// A log as a brokerage might have it: few sign-ins, many packets, seldom a refusal; one person and one result are very rare.
fn made(index: u64, at: DateTime<Utc>) -> Made {
    let chance = mixed(index);
    let (what, who, rare) = (chance % 100, (chance >> 8) % PEOPLE, (chance >> 20) % 100_000);
    let person = if rare == 0 { PEOPLE } else { who };
    let packet = uuid::Uuid::from_u64_pair(mixed(index / 20), mixed(!(index / 20))).to_string();
    let (action, subject) = match what {
        0..=9 => (Action::SessionStart, "session".to_owned()),
        10..=14 => (Action::SessionEnd, "session".to_owned()),
        15..=16 => (Action::AuditView, "audit log".to_owned()),
        17..=50 => (Action::PacketCreate, packet),
        51..=98 => (Action::PacketCheck, packet),
        _ => (Action::WorkRetry, packet),
    };
    let result = match rare {
        1 => "conflict",
        2..=200 => "denied",
        201..=2_000 => "not_found",
        _ => "success",
    };
    let diff = (what > 95)
        .then(|| serde_json::json!({ "before": "failed", "after": { "state": "waiting", "try": index % 5 } }));
    Made {
        at,
        email: format!("person{person}@benchmark.example"),
        address: format!("192.0.2.{}", chance % 3),
        role: "operator",
        action: action.as_str(),
        subject,
        result,
        diff,
    }
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let ground = Ground::new()?;
    let now = Utc::now();
    let start = now.checked_sub_months(Months::new(arguments.months)).unwrap_or(now);
    let owner = Owner::new(&ground.config)?;
    seed::make_months(owner.url(), start.date_naive(), i32::try_from(arguments.months).unwrap_or(0))?;
    let runtime = tokio::runtime::Runtime::new().map_err(system("starting threads"))?;
    runtime.block_on(async {
        let teams = accounts::all_teams(&ground.db).await?;
        let found = teams.into_iter().find(|(_, name)| *name == arguments.team);
        let (team, _) = found.ok_or_else(|| Failure::Said(format!("There is no team called {:?}.", arguments.team)))?;
        let span = now.signed_duration_since(start).num_microseconds().unwrap_or(0);
        let step = span / i64::try_from(arguments.entries.max(1)).unwrap_or(i64::MAX);
        let mut done = 0u64;
        while done < arguments.entries {
            let upto = arguments.entries.min(done.saturating_add(BATCH));
            let at =
                |index: u64| start + TimeDelta::microseconds(step.saturating_mul(i64::try_from(index).unwrap_or(0)));
            seed::add(&ground.db, team, (done..upto).map(|index| made(index, at(index))).collect()).await?;
            done = upto;
            if done.is_multiple_of(BATCH.saturating_mul(10)) {
                eprintln!("{done} of {}", arguments.entries);
            }
        }
        println!("{done} invented entries stand in the audit log of {}.", arguments.team);
        Ok(())
    })
}

//! `quayside admin seed-packets`: fills a team with invented packets for benchmarks. Their names say so, and they hold no files.

use super::ground::{Ground, Owner};
use super::{Failure, system};
use crate::store::accounts;
use crate::store::packets::seed;

/// The arguments.
#[derive(clap::Args)]
pub struct Arguments {
    /// The team's name.
    #[arg(long)]
    team: String,
    /// How many packets to add.
    #[arg(long)]
    packets: u32,
}

const BATCH: usize = 5_000;

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let ground = Ground::new()?;
    let runtime = tokio::runtime::Runtime::new().map_err(system("starting threads"))?;
    runtime.block_on(async {
        let teams = accounts::all_teams(&ground.db).await?;
        let found = teams.into_iter().find(|(_, name)| *name == arguments.team);
        let (team, _) = found.ok_or_else(|| Failure::Said(format!("There is no team called {:?}.", arguments.team)))?;
        for first in (1..=arguments.packets).step_by(BATCH) {
            let last = first.saturating_add(u32::try_from(BATCH).unwrap_or(u32::MAX)).saturating_sub(1);
            let last = last.min(arguments.packets);
            seed::add(&ground.db, team, i64::from(first), i64::from(last)).await?;
            eprintln!("{last} of {}", arguments.packets);
        }
        Ok::<_, Failure>(())
    })?;
    seed::settle(Owner::new(&ground.config)?.url())?;
    println!("{} invented packets stand in {}; none of them has files.", arguments.packets, arguments.team);
    Ok(())
}

//! `quayside audit`: checks the chains of the audit log from the machine itself. What is wrong is printed by name.

use super::ground::Ground;
use super::{Failure, system};
use crate::features::audit::keeper::{Keeper, KeeperError};
use crate::store::accounts;
use std::process::ExitCode;

/// The arguments.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Compute every chain anew and compare it with the anchors. Exit status 1 where one is broken.
    Verify {
        /// Only the team of this name; without it, all teams.
        #[arg(long)]
        team: Option<String>,
    },
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Command::Verify { team } = &arguments.command;
    let ground = Ground::new()?;
    let runtime = tokio::runtime::Runtime::new().map_err(system("starting threads"))?;
    let keeper = ground.keeper();
    runtime.block_on(verify(&ground, &keeper, team.as_deref()))
}

async fn verify(ground: &Ground, keeper: &Keeper, wanted: Option<&str>) -> Result<ExitCode, Failure> {
    let mut teams = accounts::all_teams(&ground.db).await?;
    teams.retain(|(_, name)| wanted.is_none_or(|wanted| wanted == name));
    if teams.is_empty() {
        return Err(Failure::Said(format!("There is no team called {:?}.", wanted.unwrap_or_default())));
    }
    let mut all_whole = true;
    for (team, name) in teams {
        let mut next = 0i64;
        let told = |at: i64, last: i64| {
            if at >= next {
                eprintln!("{name}: entry {at} of {last}");
                next = at.saturating_add(100_000);
            }
        };
        let failed = |error: KeeperError| Failure::Said(error.to_string());
        let report = keeper.verify(team, told).await.map_err(failed)?;
        all_whole &= report.is_whole();
        let compared = format!("{} anchors compared", report.anchors);
        if report.is_whole() {
            println!("{name}: whole. {} entries stand as they were written; {compared}.", report.entries);
            continue;
        }
        println!("{name}: BROKEN. {} entries; {compared}.", report.entries);
        report.faults.iter().for_each(|fault| println!("  {fault}"));
        if report.more > 0 {
            println!("  And {} more.", report.more);
        }
    }
    Ok(ExitCode::from(u8::from(!all_whole)))
}

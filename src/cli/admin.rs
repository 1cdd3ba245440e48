//! `quayside admin`: teams from the machine itself, before anybody can sign in, and the lists that all teams share.

use super::ground::Ground;
use super::{Failure, lists, seed, seed_packets, system, time_audit, time_packets};
use crate::domain::access::{Action, Actor, Role};
use crate::domain::account::{Email, acceptable, hash_password};
use crate::store::accounts::{self, NewMember, Team};
use crate::store::{Change, StoreError, WriteTx, factors, team_keys};
use secrecy::SecretString;
use std::io::Read;

/// The arguments.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Found a team with its Owner. The password comes on standard input.
    CreateTeam {
        /// What the team is called.
        #[arg(long)]
        name: String,
        /// The Owner's e-mail address.
        #[arg(long)]
        owner_email: String,
        /// The Owner's name.
        #[arg(long)]
        owner_name: String,
    },
    /// Take away every second factor of a person who has lost them all. Their sessions end and their teams' logs say so.
    RemoveFactors {
        /// The person's e-mail address.
        #[arg(long)]
        email: String,
    },
    /// Give each team a new key for its files, and wrap the older ones under the newest master key.
    RotateKeys,
    /// Load the Harmonized Tariff Schedule: the USITC's export, CSV or JSON.
    ImportTariff(lists::Arguments),
    /// Load UN/LOCODE: ports and places, CSV.
    ImportPorts(lists::Arguments),
    /// Load a list of carriers: CSV with the columns SCAC and Name.
    ImportCarriers(lists::Arguments),
    /// Fill a team's audit log with invented entries, for benchmarks only.
    #[command(hide = true)]
    SeedAudit(seed::Arguments),
    /// Time the pages and writes of a team's audit log, for benchmarks only.
    #[command(hide = true)]
    TimeAudit(time_audit::Arguments),
    /// Fill a team with invented packets, for benchmarks only.
    #[command(hide = true)]
    SeedPackets(seed_packets::Arguments),
    /// Time the list of a team's packets, for benchmarks only.
    #[command(hide = true)]
    TimePackets(time_packets::Arguments),
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.command {
        Command::ImportTariff(arguments) => lists::tariff(arguments),
        Command::ImportPorts(arguments) => lists::ports(arguments),
        Command::SeedAudit(arguments) => seed::run(arguments),
        Command::TimeAudit(arguments) => time_audit::run(arguments),
        Command::SeedPackets(arguments) => seed_packets::run(arguments),
        Command::TimePackets(arguments) => time_packets::run(arguments),
        Command::ImportCarriers(arguments) => lists::carriers(arguments),
        Command::RotateKeys => rotate_keys(),
        Command::RemoveFactors { email } => remove_factors(email),
        Command::CreateTeam { name, owner_email, owner_name } => {
            let email = Email::parse(owner_email).map_err(|error| Failure::Said(error.to_string()))?;
            let mut typed = String::new();
            std::io::stdin().take(4096).read_to_string(&mut typed).map_err(system("reading the password"))?;
            let password = SecretString::from(typed.trim_end_matches(['\r', '\n']));
            let names = [name.as_str(), owner_name.as_str(), email.as_str()];
            acceptable(&password, &names).map_err(|error| Failure::Said(error.to_string()))?;
            let password_hash = hash_password(&password).map_err(|error| Failure::Said(error.to_string()))?;
            let ground = Ground::new()?;
            let owner = NewMember { email, name: owner_name.clone(), password_hash, role: Role::Owner };
            let team = Team::named(name, false);
            let runtime = tokio::runtime::Runtime::new().map_err(system("starting threads"))?;
            runtime.block_on(accounts::found_team(&ground.db, team, vec![owner]))?;
            println!("{name} is founded. {owner_email} can sign in at {}.", ground.config.public_url);
            Ok(())
        }
    }
}

fn remove_factors(email: &str) -> Result<(), Failure> {
    let email = Email::parse(email).map_err(|error| Failure::Said(error.to_string()))?;
    let ground = Ground::new()?;
    let runtime = tokio::runtime::Runtime::new().map_err(system("starting threads"))?;
    runtime.block_on(async {
        let nobody = || Failure::Said(format!("Nobody has the address {}.", email.as_str()));
        let account = accounts::find(&ground.db, &email).await?.ok_or_else(nobody)?;
        factors::remove_all(&ground.db, account.id).await?;
        for membership in accounts::memberships_of(&ground.db, account.id).await? {
            let permit = Actor::console(membership.team).permit(Action::FactorRemove);
            let permit = permit.map_err(|denied| Failure::Said(denied.to_string()))?;
            let told = move |_: &mut WriteTx<'_>| Ok::<_, StoreError>(Change::to(()));
            ground.db.write(permit, account.id, told).await?;
        }
        println!("{} signs in with the password alone from now on, and is signed out everywhere.", email.as_str());
        Ok(())
    })
}

fn rotate_keys() -> Result<(), Failure> {
    let ground = Ground::new()?;
    let runtime = tokio::runtime::Runtime::new().map_err(system("starting threads"))?;
    let newest = ground.db.masters().newest().to_owned();
    runtime.block_on(async {
        let teams = accounts::all_teams(&ground.db).await?;
        for (at, (team, name)) in teams.iter().enumerate() {
            let permit = Actor::console(*team).permit(Action::KeyRotate);
            let permit = permit.map_err(|denied| Failure::Said(denied.to_string()))?;
            let (masters, team) = (ground.db.masters(), *team);
            let older = ground.db.write(permit, "keys", move |tx| team_keys::rotate(tx, &masters, team)).await?;
            println!(
                "{} of {}: {name}: a new key, and {older} older under master key {newest}",
                at.saturating_add(1),
                teams.len()
            );
        }
        Ok(())
    })
}

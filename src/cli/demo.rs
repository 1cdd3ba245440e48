//! `quayside demo`: a team of invented people with invented shipments, each document drawn by Quayside itself. Every page of the team
//! says so.

use super::ground::Ground;
use super::{Failure, serve, system};
use crate::domain::access::{Action, Actor, Role};
use crate::domain::account::{Email, hash_password};
use crate::domain::ids::{FileId, PacketId, RunId, TeamId};
use crate::domain::work::Work;
use crate::features::packets::checking::Checker;
use crate::gateways::sealed::TeamObjects;
use crate::print::invented::{SHIPMENTS, Shipment};
use crate::store::accounts::{self, NewMember, Team};
use crate::store::packets::{File, NewPacket};
use crate::store::{Change, StoreError, packets, queue, team_keys};
use crate::worker::Worker;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A member for each role.
const PEOPLE: [(&str, &str, Role); 4] = [
    ("owner@demo.example", "Olga Owner", Role::Owner),
    ("admin@demo.example", "Adam Admin", Role::Admin),
    ("operator@demo.example", "Otto Operator", Role::Operator),
    ("viewer@demo.example", "Vera Viewer", Role::Viewer),
];

/// The password of the demo's people: made once for this installation, never a known one.
fn password(var: &Path) -> Result<String, Failure> {
    let path = var.join("demo-password");
    if let Ok(known) = fs::read_to_string(&path) {
        return Ok(known);
    }
    let fresh: [u8; 8] = rand::random();
    let password = format!("demo-{}", hex::encode(fresh));
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    made.and_then(|mut file| file.write_all(password.as_bytes())).map_err(system("keeping the demo's password"))?;
    Ok(password)
}

/// The arguments.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Go on as the web server, until it is asked to stop.
    #[arg(long)]
    serve: bool,
    /// Only write the papers of the invented shipments into a folder, one folder a shipment.
    #[arg(long, value_name = "FOLDER", conflicts_with = "serve")]
    papers: Option<PathBuf>,
}

/// Runs it; a second time it only says again who can sign in.
pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if let Some(folder) = &arguments.papers {
        return write_papers(folder);
    }
    let ground = Ground::new()?;
    let password = password(&ground.config.var)?;
    let runtime = tokio::runtime::Runtime::new().map_err(system("starting threads"))?;
    runtime.block_on(found(&ground, &password))?;
    drop(runtime);
    let say = || {
        println!("\nQuayside: {}", ground.config.public_url);
        println!("The demo team's people, all with the password {password}");
        for (email, _, role) in PEOPLE {
            println!("  {email:<24} {}", role.label());
        }
    };
    if arguments.serve {
        return serve::run_on(&ground, say);
    }
    say();
    Ok(())
}

async fn found(ground: &Ground, password: &str) -> Result<(), Failure> {
    let parse = |email: &str| Email::parse(email).map_err(|error| Failure::Said(error.to_string()));
    let (first, ..) = PEOPLE[0];
    if accounts::find(&ground.db, &parse(first)?).await?.is_some() {
        return Ok(());
    }
    let password_hash =
        hash_password(&SecretString::from(password)).map_err(|error| Failure::Said(error.to_string()))?;
    let mut members = Vec::new();
    for (email, name, role) in PEOPLE {
        let hash = password_hash.clone();
        members.push(NewMember { email: parse(email)?, name: name.to_owned(), password_hash: hash, role });
    }
    let team = Team::named("Demo brokerage", true);
    let team = accounts::found_team(&ground.db, team, members).await?;
    for shipment in &SHIPMENTS {
        upload(ground, team, shipment).await?;
    }
    let checker = Checker { db: ground.db.clone(), objects: ground.objects.clone(), sandbox: ground.sandbox.clone() };
    let done = Worker::new(checker, ground.postman(), ground.keeper(), 1).run_until_idle().await?;
    println!("{done} demo packets checked.");
    Ok(())
}

fn write_papers(folder: &Path) -> Result<(), Failure> {
    for shipment in &SHIPMENTS {
        let place = folder.join(shipment.invoice);
        fs::create_dir_all(&place).map_err(system(format!("making {}", place.display())))?;
        for drawn in shipment.papers().map_err(|error| Failure::Said(error.to_string()))? {
            let path = place.join(&drawn.file);
            fs::write(&path, drawn.pdf).map_err(system(format!("writing {}", path.display())))?;
        }
    }
    Ok(())
}

/// Puts a shipment's papers where an upload would put them.
async fn upload(ground: &Ground, team: TeamId, shipment: &Shipment) -> Result<(), Failure> {
    let papers = shipment.papers().map_err(|error| Failure::Said(error.to_string()))?;
    let objects = TeamObjects::new(ground.objects.clone(), team_keys::of(&ground.db, team).await?);
    let mut files = Vec::new();
    for drawn in papers {
        let id = FileId::fresh();
        let object_key = objects.file(id);
        let sha256 = hex::encode(Sha256::digest(&drawn.pdf));
        let size_bytes = i64::try_from(drawn.pdf.len()).unwrap_or(i64::MAX);
        objects.put(&object_key, drawn.pdf.into()).await?;
        files.push(File { id, name: drawn.file, sha256, size_bytes, object_key });
    }
    let (id, run) = (PacketId::fresh(), RunId::fresh());
    let name = shipment.name.to_owned();
    let packet = NewPacket { id, run, name, upload_key: uuid::Uuid::new_v4(), created_by: None, files };
    let permit = Actor::system(team).permit(Action::PacketCreate).map_err(|error| Failure::Said(error.to_string()))?;
    ground
        .db
        .write(permit, id, move |tx| {
            packets::add(tx, &packet)?;
            queue::add(tx, &Work::CheckPacket { packet: id, run })?;
            Ok::<_, StoreError>(Change::to(()))
        })
        .await?;
    Ok(())
}

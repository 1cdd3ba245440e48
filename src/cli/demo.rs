//! `quayside demo`: a team of invented people with invented shipments, each document drawn by Quayside itself. Every page of the team
//! says so.

use super::ground::Ground;
use super::{Failure, system};
use crate::domain::access::Role;
use crate::domain::account::{Email, hash_password};
use crate::store::accounts::{self, NewMember, Team};
use secrecy::SecretString;
use std::fs;
use std::path::Path;

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
    fs::write(&path, &password).map_err(system("keeping the demo's password"))?;
    Ok(password)
}

/// Runs it; a second time it only says again who can sign in.
pub fn run() -> Result<(), Failure> {
    let ground = Ground::new()?;
    let password = password(&ground.config.var)?;
    let runtime = tokio::runtime::Runtime::new().map_err(system("starting threads"))?;
    runtime.block_on(found(&ground, &password))?;
    println!("Sign in at {} with the password {password}", ground.config.public_url);
    for (email, _, role) in PEOPLE {
        println!("  {email:<24} {}", role.label());
    }
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
    let team = Team { name: "Demo brokerage".to_owned(), is_demo: true };
    accounts::found_team(&ground.db, team, members).await?;
    Ok(())
}

//! A team itself: what it has decided, its founding by somebody who has an account, and its end. Who is in it is `members`.

use super::members::hold;
use super::schema::{memberships, teams};
use super::{Change, Db, ReadTx, StoreError, WriteTx};
use crate::domain::access::Role;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::settings::{Assistance, Setting, Settings};
use crate::domain::team::TeamRefused;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};

/// What the team has decided.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn settings(tx: &mut ReadTx<'_>, team: TeamId) -> Result<Settings, StoreError> {
    type Row = (String, Vec<String>, bool, Option<i32>);
    let row: Row = teams::table
        .find(team.0)
        .select((teams::name, teams::assistance, teams::requires_factor, teams::audit_years))
        .first(tx.conn())?;
    let (name, assistance, requires_factor, audit_years) = row;
    let assistance = assistance.iter().filter_map(|word| Assistance::from_word(word)).collect();
    Ok(Settings { name, assistance, requires_factor, audit_years })
}

/// Decides one thing anew.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn decide(tx: &mut WriteTx<'_>, team: TeamId, setting: &Setting) -> Result<Change<()>, StoreError> {
    hold(tx, team)?;
    let before = setting.as_in(&settings(tx, team)?);
    let row = diesel::update(teams::table.find(team.0));
    match setting {
        Setting::Name(name) => row.set(teams::name.eq(name)).execute(tx.conn())?,
        Setting::Assistance(assistance) => {
            let words: Vec<&str> = assistance.iter().map(|assistance| assistance.as_str()).collect();
            row.set(teams::assistance.eq(words)).execute(tx.conn())?
        }
        Setting::RequiresFactor(requires) => row.set(teams::requires_factor.eq(requires)).execute(tx.conn())?,
        Setting::AuditYears(years) => row.set(teams::audit_years.eq(years)).execute(tx.conn())?,
    };
    Ok(Change::to(()).diff(before.told(), setting.told()))
}

/// Founds a further team of somebody who has an account, and who owns it.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn found(db: &Db, owner: UserId, name: String) -> Result<TeamId, StoreError> {
    db.global(move |tx| {
        let team = TeamId::fresh();
        tx.pin_team(team)?;
        diesel::insert_into(teams::table)
            .values((teams::id.eq(team.0), teams::name.eq(name), teams::is_demo.eq(false)))
            .execute(tx.conn())?;
        diesel::insert_into(memberships::table)
            .values((
                memberships::team_id.eq(team.0),
                memberships::user_id.eq(owner.0),
                memberships::role.eq(Role::Owner.as_str()),
            ))
            .execute(tx.conn())?;
        Ok(team)
    })
    .await
}

fn end(tx: &mut ReadTx<'_>, team: TeamId) -> Result<(String, Option<DateTime<Utc>>), StoreError> {
    Ok(teams::table.find(team.0).select((teams::name, teams::deletes_at)).first(tx.conn())?)
}

/// Sets the day on which the team is deleted. Nothing else of it changes until then.
///
/// # Errors
/// [`StoreError::Team`] where the typed name is not the team's, or it is to be deleted already.
pub fn condemn(
    tx: &mut WriteTx<'_>,
    team: TeamId,
    typed: &str,
    deletes_at: DateTime<Utc>,
) -> Result<Change<()>, StoreError> {
    hold(tx, team)?;
    let (name, end) = end(tx, team)?;
    if end.is_some() {
        return Err(TeamRefused::AlreadyDeleting.into());
    }
    if name != typed {
        return Err(TeamRefused::NotTheName.into());
    }
    diesel::update(teams::table.find(team.0)).set(teams::deletes_at.eq(deletes_at)).execute(tx.conn())?;
    Ok(Change::to(()).diff(Value::Null, json!({ "deletes_at": deletes_at })))
}

/// Keeps a team that was to be deleted.
///
/// # Errors
/// [`StoreError::Team`] where it is not to be deleted.
pub fn keep(tx: &mut WriteTx<'_>, team: TeamId) -> Result<Change<()>, StoreError> {
    hold(tx, team)?;
    let (_, end) = end(tx, team)?;
    let Some(end) = end else { return Err(TeamRefused::NotDeleting.into()) };
    diesel::update(teams::table.find(team.0)).set(teams::deletes_at.eq(None::<DateTime<Utc>>)).execute(tx.conn())?;
    Ok(Change::to(()).diff(json!({ "deletes_at": end }), Value::Null))
}

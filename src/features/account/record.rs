//! What accounts leave in the audit log of every team of the person concerned, and the alarms that tell the teams' Owners and Admins.

use super::door::Door;
use super::letters::{self, Unusual};
use crate::domain::access::{Action, Actor};
use crate::domain::ids::UserId;
use crate::domain::limits::LIMIT_NOTED;
use crate::store::{Change, WriteTx, accounts, outbox};
use crate::web::error::AppError;
use crate::web::limits;

/// Writes an entry into the log of every team of a person.
///
/// # Errors
/// Where the database fails.
pub async fn note(door: &Door, user: UserId, action: Action, result: &'static str) -> Result<(), AppError> {
    for actor in accounts::actors_of(&door.db, user).await? {
        let permit = actor.at(door.address()).permit(action)?;
        door.db.note(permit, "account", result).await?;
    }
    Ok(())
}

/// Writes that a limit held somebody back; whoever hammers at the door fills no log.
///
/// # Errors
/// Where the database fails.
pub async fn note_wait(door: &Door, user: UserId, action: Action) -> Result<(), AppError> {
    match limits::take(&door.db, vec![door.counted(LIMIT_NOTED, &user.to_string())]).await {
        Ok(_) => note(door, user, action, "limited").await,
        Err(AppError::Wait(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What looks like somebody else at a person's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    ManyFailures,
    ReusedCode,
    NewPlace,
}

impl Alarm {
    /// The word for the log.
    const fn word(self) -> &'static str {
        match self {
            Self::ManyFailures => "many_failures",
            Self::ReusedCode => "reused_code",
            Self::NewPlace => "new_device_and_network",
        }
    }

    const fn what(self) -> &'static str {
        match self {
            Self::ManyFailures => {
                "somebody tried several wrong passwords for an account of your team. Further tries are slowed down."
            }
            Self::ReusedCode => "a code that had been used before was entered again for an account of your team.",
            Self::NewPlace => {
                "an Owner or Admin of your team signed in from a device and a network that were never seen before."
            }
        }
    }

    const fn advice(self) -> &'static str {
        match self {
            Self::ManyFailures => "If it was not the person, nothing has to be done; a good password holds.",
            Self::ReusedCode => "Ask the person whether they did it. If not, somebody may read their mail.",
            Self::NewPlace => "Ask the person whether it was them. If not, let them set a new password at once.",
        }
    }
}

/// Tells the Owners and Admins of every team of a person, in the transaction that writes it into the log.
///
/// # Errors
/// Where the database fails.
pub async fn raise(door: &Door, user: UserId, alarm: Alarm) -> Result<(), AppError> {
    for actor in accounts::actors_of(&door.db, user).await? {
        raise_in(door, actor, alarm).await?;
    }
    Ok(())
}

/// The same in the one team of an actor.
///
/// # Errors
/// Where the database fails.
pub async fn raise_in(door: &Door, actor: Actor, alarm: Alarm) -> Result<(), AppError> {
    let actor = actor.at(door.address());
    let address = door.address().map_or_else(|| "unknown".to_owned(), |address| address.to_string());
    let permit = actor.permit(Action::TeamAlarm)?;
    let (secret, team) = (door.secret.clone(), actor.team());
    let tell = move |tx: &mut WriteTx<'_>| {
        for to in accounts::watchers(tx)? {
            let unusual = Unusual {
                what: alarm.what(),
                advice: alarm.advice(),
                email: actor.email(),
                name: actor.name(),
                address: &address,
            };
            let letter = letters::alarm(to, &unusual)?.seal(&secret, Some(team))?;
            outbox::add(tx, &letter)?;
        }
        Ok::<_, AppError>(Change::to(()))
    };
    door.db.write(permit, alarm.word(), tell).await
}

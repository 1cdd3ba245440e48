//! The invite that a link belongs to, from the side of whoever brings it. A link alone opens nothing: the code of a second letter, in
//! the same browser, proves that whoever has the link reads the mail of the address.

use super::codes::{self, NewCode, Purpose, Tried};
use super::column::Stored;
use super::schema::{invites, memberships, teams, users};
use super::{Change, Db, GlobalTx, StoreError, WriteTx, outbox};
use crate::domain::access::{Actor, Role};
use crate::domain::account::Email;
use crate::domain::account::code::CODE_TRIES;
use crate::domain::ids::{InviteId, TeamId, UserId};
use crate::domain::mail::SealedLetter;
use crate::domain::team::{JOIN_MINUTES, TeamRefused};
use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

/// The invite that a link belongs to.
#[derive(Clone, Debug)]
pub struct Invite {
    pub id: InviteId,
    pub team: TeamId,
    pub team_name: String,
    pub email: Email,
    pub role: Role,
    pub invited_by: String,
    /// The account of the address, where it has one.
    pub account: Option<UserId>,
    name: String,
    /// In which browser the code was right, while that counts.
    proved_by: Option<Vec<u8>>,
}

impl Invite {
    /// True where the code was right in the browser of this request, less than an hour ago.
    pub fn is_proved(&self, request_hash: &[u8]) -> bool {
        self.proved_by.as_deref() == Some(request_hash)
    }

    /// Whoever comes with the link, for the team's log: their account, or the one that the invite becomes.
    pub fn guest(&self) -> Actor {
        let user = self.account.unwrap_or(UserId(self.id.0));
        Actor::member(user, self.email.as_str().to_owned(), self.name.clone(), self.team, self.role)
    }
}

type Found = (Uuid, Uuid, String, Stored<Role>, Uuid, Option<Vec<u8>>, Option<DateTime<Utc>>);

fn at_link(tx: &mut GlobalTx<'_>, token_hash: &[u8]) -> Result<Option<Invite>, StoreError> {
    tx.pin_invite(token_hash)?;
    let row: Option<Found> = invites::table
        .filter(invites::token_hash.eq(token_hash).and(invites::expires_at.gt(diesel::dsl::now)))
        .select((
            invites::team_id,
            invites::id,
            invites::email,
            invites::role,
            invites::invited_by,
            invites::proved_by,
            invites::proved_at,
        ))
        .first(tx.conn())
        .optional()?;
    let Some((team, id, email, role, inviter, proved_by, proved_at)) = row else { return Ok(None) };
    tx.pin_team(TeamId(team))?;
    let standing = teams::table.find(team).filter(super::accounts::stands());
    let Some(team_name) = standing.select(teams::name).first::<String>(tx.conn()).optional()? else { return Ok(None) };
    let invited_by: String = users::table.find(inviter).select(users::name).first(tx.conn())?;
    let account: Option<(Uuid, String)> =
        users::table.filter(users::email.eq(&email)).select((users::id, users::name)).first(tx.conn()).optional()?;
    let is_fresh = proved_at.is_some_and(|at| Utc::now() < at + Duration::minutes(JOIN_MINUTES));
    let (account, name) = account.map_or((None, email.clone()), |(user, name)| (Some(UserId(user)), name));
    Ok(Email::parse(&email).ok().map(|email| Invite {
        id: InviteId(id),
        team: TeamId(team),
        team_name,
        email,
        role: role.0,
        invited_by,
        account,
        name,
        proved_by: proved_by.filter(|_| is_fresh),
    }))
}

/// The invite of a link, where it is still good.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn of_link(db: &Db, token_hash: Vec<u8>) -> Result<Option<Invite>, StoreError> {
    db.global(move |tx| at_link(tx, &token_hash)).await
}

/// Keeps a code for an invite and the letter that brings it; one before in the same browser is good no more.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn send_code(db: &Db, code: NewCode, letter: SealedLetter) -> Result<(), StoreError> {
    db.global(move |tx| {
        codes::put(tx, &code)?;
        outbox::add_personal(tx, &letter)
    })
    .await
}

/// Tries a code for the invite of a link; the right one is noted at the invite.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn prove(db: &Db, token_hash: Vec<u8>, request_hash: Vec<u8>, digest: Vec<u8>) -> Result<Tried, StoreError> {
    db.global(move |tx| {
        let Some(invite) = at_link(tx, &token_hash)? else { return Ok(Tried::Over) };
        let tried = codes::spend(tx, Purpose::Invite, &request_hash, &digest, CODE_TRIES)?;
        match tried {
            Tried::Right(subject) if subject == invite.id.0 => {
                diesel::update(invites::table.filter(invites::id.eq(subject)))
                    .set((invites::proved_by.eq(request_hash), invites::proved_at.eq(diesel::dsl::now)))
                    .execute(tx.conn())?;
                Ok(tried)
            }
            // A code of another invite in the same browser.
            Tried::Right(_) => Ok(Tried::Over),
            Tried::Wrong | Tried::Reused(_) | Tried::Over => Ok(tried),
        }
    })
    .await
}

/// The account that accepts.
pub enum Joiner {
    /// It exists.
    Known(UserId),
    /// It comes into being with this, under the invite's id.
    New { name: String, password_hash: String },
}

/// Uses an invite up: the person is a member from now on. Of two that race, one finds it gone.
///
/// # Errors
/// [`StoreError::NotFound`] where it is gone, [`StoreError::Team`] where no code was right in this browser, or the person is a member.
pub fn accept(
    tx: &mut WriteTx<'_>,
    invite: &Invite,
    token_hash: &[u8],
    request_hash: &[u8],
    joiner: Joiner,
) -> Result<Change<UserId>, StoreError> {
    if !invite.is_proved(request_hash) {
        return Err(TeamRefused::CodeFirst.into());
    }
    let same = invites::table
        .filter(invites::id.eq(invite.id.0).and(invites::token_hash.eq(token_hash)))
        .filter(invites::proved_by.eq(request_hash).and(invites::expires_at.gt(diesel::dsl::now)));
    if diesel::delete(same).execute(tx.conn())? == 0 {
        return Err(StoreError::NotFound);
    }
    let user = match joiner {
        Joiner::Known(user) => user,
        Joiner::New { name, password_hash } => {
            let user = UserId(invite.id.0);
            // Somebody who proved the same address elsewhere meanwhile keeps their account: this is a conflict, and nothing happens.
            diesel::insert_into(users::table)
                .values((
                    users::id.eq(user.0),
                    users::email.eq(invite.email.as_str()),
                    users::name.eq(name),
                    users::password_hash.eq(password_hash),
                ))
                .execute(tx.conn())?;
            user
        }
    };
    let joined = diesel::insert_into(memberships::table)
        .values((
            memberships::team_id.eq(invite.team.0),
            memberships::user_id.eq(user.0),
            memberships::role.eq(invite.role.as_str()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    if joined == 0 {
        return Err(TeamRefused::AlreadyMember.into());
    }
    Ok(Change::to(user).diff(Value::Null, json!({ "role": invite.role })))
}

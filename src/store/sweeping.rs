//! The sweeping of what is over from the rows of every team, each in a transaction that sees its own team alone.

use super::statement::Statement;
use super::{Db, StoreError, accounts};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz};

/// Runs a statement that removes the rows of the team that are from before `$1`, at most `$2` of them, for each team. Gives how many went.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub(in crate::store) async fn sweep(
    db: &Db,
    statement: &'static str,
    before: DateTime<Utc>,
    most: i64,
) -> Result<usize, StoreError> {
    let mut swept = 0usize;
    for (team, _) in accounts::all_teams(db).await? {
        let gone = db.global(move |tx| {
            tx.pin_team(team)?;
            let sweep =
                Statement::once(statement).with(before.into_sql::<Timestamptz>()).with(most.into_sql::<BigInt>());
            Ok::<_, StoreError>(sweep.execute(tx.conn())?)
        });
        swept = swept.saturating_add(gone.await?);
    }
    Ok(swept)
}

//! Taking the words of packets that were checked before the words were, or by older rules: a little at a time, by any number of workers.

use crate::store::{Db, StoreError, accounts, words};

/// Packets of one transaction.
const BATCH: i64 = 20;

/// Takes what is to be taken, in all teams. Gives how many packets there were.
///
/// # Errors
/// [`StoreError`] where the database fails; what is left is taken next time.
pub async fn take_all(db: &Db) -> Result<usize, StoreError> {
    let mut all = 0usize;
    for (team, _) in accounts::all_teams(db).await? {
        loop {
            let taken = words::rebuild(db, team, BATCH).await?;
            all = all.saturating_add(taken);
            if i64::try_from(taken).unwrap_or(0) < BATCH {
                break;
            }
        }
    }
    Ok(all)
}

//! Which kinds of entries each month holds. A filter by person, action or result is the sum of a few kinds, and the newest entries of
//! each kind stand at the front of one index: so no filter walks past entries that it does not want.

use super::Filter;
use crate::domain::audit::{month, topic};
use chrono::{DateTime, Months, NaiveDate, NaiveTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Date, Nullable, Text, Uuid as SqlUuid};
use uuid::Uuid;

/// Stands for everybody in the table of kinds.
pub(super) const ANYBODY: Uuid = Uuid::nil();

/// One person's, or everybody's, entries of one action with one result in one month.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub(super) struct Kind {
    #[diesel(sql_type = Date)]
    pub month: NaiveDate,
    #[diesel(sql_type = SqlUuid)]
    pub person: Uuid,
    #[diesel(sql_type = Text)]
    pub action: String,
    #[diesel(sql_type = Text)]
    pub result: String,
}

impl Kind {
    /// The part of a window that lies in the month.
    pub fn window(&self, (from, until): (DateTime<Utc>, DateTime<Utc>)) -> (DateTime<Utc>, DateTime<Utc>) {
        let start = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        let next = self.month.checked_add_months(Months::new(1)).unwrap_or(self.month);
        (from.max(start(self.month)), until.min(start(next)))
    }
}

const FIND: &str = "SELECT DISTINCT month, person, action, result FROM audit_kinds \
    WHERE team_id = app_team() AND person = ANY($1) AND month BETWEEN $2 AND $3 \
    AND ($4::text IS NULL OR action = $4) AND ($5::text IS NULL OR result = $5) AND ($6::text IS NULL OR topic = $6) ORDER BY month";

/// The kinds that a filter finds, oldest month first.
pub(super) fn find(
    conn: &mut PgConnection,
    filter: &Filter,
    people: Option<&[Uuid]>,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> QueryResult<Vec<Kind>> {
    let topic = filter.subject.as_deref().map(topic);
    diesel::sql_query(FIND)
        .bind::<Array<SqlUuid>, _>(people.unwrap_or(&[ANYBODY]))
        .bind::<Date, _>(month(from))
        .bind::<Date, _>(month(until))
        .bind::<Nullable<Text>, _>(&filter.action)
        .bind::<Nullable<Text>, _>(&filter.result)
        .bind::<Nullable<Text>, _>(topic)
        .load(conn)
}

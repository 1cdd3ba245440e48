//! A statement in our own words. One of the few that every request asks is kept by its connection: the database reads and plans it once.
//! What is put together anew for each search is asked once and forgotten, or connections would keep thousands.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::Error;
use diesel::sql_types::Untyped;

/// A value of a statement.
type Bound = Box<dyn QueryFragment<Pg> + Send>;

/// The statement, with `$1`, `$2` and so on for its values and no other `$`.
pub(in crate::store) struct Statement {
    text: String,
    values: Vec<Bound>,
    is_kept: bool,
}

impl Statement {
    /// One that the connection keeps prepared.
    pub(in crate::store) fn kept(text: impl Into<String>) -> Self {
        Self { text: text.into(), values: Vec::new(), is_kept: true }
    }

    /// One that is planned for its own values.
    pub(in crate::store) fn once(text: impl Into<String>) -> Self {
        Self { is_kept: false, ..Self::kept(text) }
    }

    /// The same statement with its next value.
    pub(in crate::store) fn with<T: QueryFragment<Pg> + Send + 'static>(mut self, value: T) -> Self {
        self.values.push(Box::new(value));
        self
    }
}

impl QueryFragment<Pg> for Statement {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if !self.is_kept {
            out.unsafe_to_cache_prepared();
        }
        let mut pieces = self.text.split('$');
        out.push_sql(pieces.next().unwrap_or_default());
        for piece in pieces {
            let end = piece.find(|next: char| !next.is_ascii_digit()).unwrap_or(piece.len());
            let (number, rest) = piece.split_at(end);
            let place = number.parse().ok().and_then(|number: usize| number.checked_sub(1));
            let value = place.and_then(|place| self.values.get(place));
            let value = value.ok_or_else(|| Error::QueryBuilderError(format!("no value for ${number}").into()))?;
            value.walk_ast(out.reborrow())?;
            out.push_sql(rest);
        }
        Ok(())
    }
}

impl QueryId for Statement {
    type QueryId = ();

    // The connection knows it by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement {
    type SqlType = Untyped;
}

impl RunQueryDsl<PgConnection> for Statement {}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::sql_types::{Integer, Text};
    use std::fmt::Write as _;

    #[test]
    fn values_stand_where_their_numbers_do_and_a_missing_one_is_told() {
        let twice =
            Statement::kept("SELECT $2, $1, $2::text").with(7.into_sql::<Integer>()).with("x".into_sql::<Text>());
        let shown = diesel::debug_query::<Pg, _>(&twice).to_string();
        assert!(shown.starts_with("SELECT $1, $2, $3::text -- binds: [\"x\", 7, \"x\"]"), "{shown}");
        let lacking = Statement::kept("SELECT $1");
        let shown = write!(String::new(), "{}", diesel::debug_query::<Pg, _>(&lacking));
        assert!(shown.is_err(), "a value is missing");
    }
}

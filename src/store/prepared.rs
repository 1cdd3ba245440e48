//! A question in our own words that a connection keeps prepared: the database reads and plans it once and not for every request. It is for
//! texts of which there are few; what is put together anew for each search is asked without it, or connections would keep thousands.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::Error;
use diesel::sql_types::Untyped;

/// A value of a question.
type Bound = Box<dyn QueryFragment<Pg> + Send>;

/// The question, with `$1`, `$2` and so on for its values and no other `$`.
pub(in crate::store) struct Prepared {
    text: String,
    values: Vec<Bound>,
}

impl Prepared {
    pub(in crate::store) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), values: Vec::new() }
    }

    /// The same question with its next value.
    pub(in crate::store) fn with<T: QueryFragment<Pg> + Send + 'static>(mut self, value: T) -> Self {
        self.values.push(Box::new(value));
        self
    }
}

impl QueryFragment<Pg> for Prepared {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
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

impl QueryId for Prepared {
    type QueryId = ();

    // The connection knows it by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Prepared {
    type SqlType = Untyped;
}

impl RunQueryDsl<PgConnection> for Prepared {}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::sql_types::{Integer, Text};
    use std::fmt::Write as _;

    #[test]
    fn values_stand_where_their_numbers_do_and_a_missing_one_is_told() {
        let twice = Prepared::new("SELECT $2, $1, $2::text").with(7.into_sql::<Integer>()).with("x".into_sql::<Text>());
        let shown = diesel::debug_query::<Pg, _>(&twice).to_string();
        assert!(shown.starts_with("SELECT $1, $2, $3::text -- binds: [\"x\", 7, \"x\"]"), "{shown}");
        let lacking = Prepared::new("SELECT $1");
        let shown = write!(String::new(), "{}", diesel::debug_query::<Pg, _>(&lacking));
        assert!(shown.is_err(), "a value is missing");
    }
}

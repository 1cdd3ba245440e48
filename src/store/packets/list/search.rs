//! How a page is looked for: down the index of its order, and where that finds no whole page, in all that the filter lets through.

use super::question::Question;
use super::row::{COLUMNS, Row};
use super::terms::{self, RARE, Terms};
use super::{COUNTED, Count, Filter, OWNER, Order, Page, Reach, Total};
use crate::store::ReadTx;
use diesel::prelude::*;

/// How far a page is looked for along its order before all that fits is gathered.
const WALK: i64 = 2_000;

/// A page as it is looked for.
pub(super) struct Search<'a> {
    filter: &'a Filter,
    order: Order,
    reach: &'a Reach,
    wanted: usize,
    terms: Option<Terms>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        tx: &mut ReadTx<'_>,
        filter: &'a Filter,
        order: Order,
        reach: &'a Reach,
        wanted: usize,
    ) -> QueryResult<Self> {
        Ok(Self { filter, order, reach, wanted, terms: Terms::of(tx.conn(), filter)? })
    }

    /// The list as everybody opens it.
    fn is_whole(&self) -> bool {
        *self.filter == Filter::default()
    }

    /// The page of so many rows; one more was looked for.
    pub(super) fn page(&self, mut rows: Vec<Row>, size: usize) -> Page {
        let more = rows.len() > size;
        rows.truncate(size);
        if matches!(self.reach, Reach::Before(_)) {
            rows.reverse();
        }
        let (has_before, has_after) = match self.reach {
            Reach::First => (false, more),
            Reach::After(_) => (true, more),
            Reach::Before(_) => (more, true),
        };
        Page { listed: rows.into_iter().map(|row| row.listed(self.order)).collect(), has_before, has_after }
    }

    /// The rows, and how many fit where that was found on the way.
    pub(super) fn find(&self, conn: &mut PgConnection) -> QueryResult<(Vec<Row>, Option<i64>)> {
        let rarest = self.terms.as_ref().map(|terms| terms.rarest);
        if rarest == Some(0) {
            return Ok((Vec::new(), Some(0)));
        }
        // A rare word has its few packets at hand; otherwise a page is likely to lie along the order.
        if rarest.is_none_or(|rarest| rarest > RARE) {
            let walked = self.walk(conn)?;
            // Where nothing is narrowed the walk passes over nobody: what it finds is all there is.
            if walked.len() == self.wanted || self.is_whole() {
                return Ok((walked, None));
            }
        }
        let gathered = self.gather(conn)?;
        let total = gathered.first().map(|row| row.total).or(match self.reach {
            Reach::First => Some(0),
            Reach::After(_) | Reach::Before(_) => None,
        });
        Ok((gathered, total))
    }

    /// The direction in which a page is read.
    const fn way(&self) -> &'static str {
        let (_, _, runs_down) = self.order.column();
        if runs_down == matches!(self.reach, Reach::Before(_)) { "ASC" } else { "DESC" }
    }

    /// Down the index of the order, not far.
    fn walk(&self, conn: &mut PgConnection) -> QueryResult<Vec<Row>> {
        let mut question = Question::default();
        let ((column, ..), way, wanted) = (self.order.column(), self.way(), self.wanted);
        let beyond = question.beyond(self.order, column, self.reach);
        let down = terms::down(column, way, &beyond, WALK);
        let words = self.terms.as_ref().map(|terms| terms.looked_up(&mut question)).unwrap_or_default();
        let conditions = question.conditions(self.filter);
        let shown = format!(
            "shown AS MATERIALIZED (SELECT p.id, p.{column} AS place FROM {down}{words} WHERE {conditions} \
                ORDER BY p.{column} {way}, p.id {way} LIMIT {wanted})"
        );
        let text = rows_of(&shown, "0::bigint", way);
        if self.is_whole() { question.ask_again(conn, text) } else { question.ask(conn, text) }
    }

    /// All that fits, once, and the page of it.
    fn gather(&self, conn: &mut PgConnection) -> QueryResult<Vec<Row>> {
        let mut question = Question::default();
        let ((column, ..), way, wanted) = (self.order.column(), self.way(), self.wanted);
        let beyond = question.beyond(self.order, "place", self.reach);
        let from = match &self.terms {
            Some(terms) => terms.fitting(&mut question),
            None => "packets p".to_owned(),
        };
        let conditions = question.conditions(self.filter);
        let shown = format!(
            "fits AS MATERIALIZED (SELECT p.id, p.{column} AS place FROM {from} WHERE {conditions}), \
             shown AS MATERIALIZED (SELECT id, place FROM fits WHERE {beyond} ORDER BY place {way}, id {way} LIMIT {wanted})"
        );
        question.ask(conn, rows_of(&shown, "(SELECT count(*) FROM fits)", way))
    }

    /// How many fit. Of frequent words only so many packets are looked at, and then it is how many there are at least.
    pub(super) fn total(&self, conn: &mut PgConnection) -> QueryResult<Total> {
        let most = COUNTED.saturating_add(1);
        let mut question = Question::default();
        let from = match &self.terms {
            Some(terms) => terms.led(&mut question, RARE.saturating_add(1)),
            None => "packets p".to_owned(),
        };
        let conditions = question.conditions(self.filter);
        let text = format!("SELECT count(*) AS count FROM (SELECT 1 FROM {from} WHERE {conditions} LIMIT {most}) c");
        let count: Vec<Count> = question.ask(conn, text)?;
        let count = count.first().map_or(0, |count| count.count);
        let was_cut = self.terms.as_ref().is_some_and(|terms| terms.rarest > RARE);
        Ok(if was_cut && count <= COUNTED { Total { count, is_least: true } } else { Total::of(count) })
    }
}

/// The rows of the packets that `shown` holds, with people's names.
fn rows_of(shown: &str, total: &str, way: &str) -> String {
    format!(
        "WITH {shown} SELECT {COLUMNS}, s.place::text AS key, {total} AS total FROM shown s \
         JOIN packets p ON p.team_id = app_team() AND p.id = s.id LEFT JOIN users u ON u.id = p.{OWNER} \
         ORDER BY s.place {way}, s.id {way}"
    )
}

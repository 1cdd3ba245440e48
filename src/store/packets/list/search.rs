//! How a page is looked for. Without words, down the index of its order, which carries all that filters ask for. With words, from the
//! packets of a rare one; or a little way down the order, looking each word up; or, where that finds no whole page, down the order to its
//! end beside lists of the words. Which words are rare is not known here.

use super::question::Question;
use super::row::{COLUMNS, Row};
use super::terms::{Rarest, Terms};
use super::{COUNTED, Count, Filter, OWNER, Order, Page, Reach, Total};
use diesel::prelude::*;

/// In so many of the packets that the other conditions let through are words looked up before lists of words are read.
const WALK: i64 = 1_000;
/// Searches for frequent words are counted no farther: each packet more is looked at for every word.
const COUNTED_OF_FREQUENT: i64 = 200;

/// What was found.
pub(super) struct Found {
    pub(super) rows: Vec<Row>,
    /// How many fit, where that was found on the way.
    pub(super) total: Option<Total>,
}

/// A page as it is looked for.
pub(super) struct Search<'a> {
    filter: &'a Filter,
    order: Order,
    reach: &'a Reach,
    wanted: usize,
    counts: bool,
    terms: Option<&'a Terms>,
}

impl<'a> Search<'a> {
    pub(super) const fn new(
        filter: &'a Filter,
        terms: Option<&'a Terms>,
        order: Order,
        reach: &'a Reach,
        wanted: usize,
    ) -> Self {
        Self { filter, order, reach, wanted, counts: false, terms }
    }

    /// The same search, which counts what fits.
    pub(super) const fn counting(self) -> Self {
        Self { counts: true, ..self }
    }

    /// So many packets with frequent words are found: those of the page, or enough to say how many there are.
    fn most(&self) -> usize {
        let counted = usize::try_from(COUNTED_OF_FREQUENT).unwrap_or(usize::MAX).saturating_add(1);
        if self.counts { counted.max(self.wanted) } else { self.wanted }
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

    /// Looks for the rows of the page, and for one more than it shows where there is one.
    pub(super) fn find(&self, conn: &mut PgConnection) -> QueryResult<Found> {
        let Some(terms) = self.terms else {
            return Ok(Found { rows: self.listed(conn)?, total: None });
        };
        match terms.rarest() {
            Rarest::Nowhere => Ok(Found { rows: Vec::new(), total: Some(Total::default()) }),
            Rarest::Rare => {
                let rows = self.led(conn, terms)?;
                let none = || self.is_first().then(Total::default);
                Ok(Found { total: rows.first().map(|row| Total::of(row.total)).or_else(none), rows })
            }
            Rarest::Frequent => {
                let terms = &terms.expected(conn)?;
                let said = |rows: &[Row]| rows.first().map_or((0, false), |row| (row.total, row.is_cut));
                let mut rows = self.walked(conn, terms)?;
                let (mut fitting, mut is_cut) = said(&rows);
                rows.retain(|row| row.fits);
                if is_cut && rows.len() < self.wanted {
                    rows = self.joined(conn, terms)?;
                    (fitting, is_cut) = said(&rows);
                }
                let is_least = is_cut || fitting > COUNTED_OF_FREQUENT;
                let total = Total { count: fitting.min(COUNTED_OF_FREQUENT), is_least };
                Ok(Found { rows, total: self.is_first().then_some(total) })
            }
        }
    }

    /// How many fit, where no page told on the way.
    pub(super) fn total(&self, conn: &mut PgConnection) -> QueryResult<Total> {
        if self.terms.is_some() {
            let first = Search { reach: &Reach::First, ..*self };
            return Ok(first.find(conn)?.total.unwrap_or_default());
        }
        let mut question = Question::default();
        let (conditions, most) = (question.conditions(self.filter), COUNTED.saturating_add(1));
        let text = format!("SELECT count(*) AS count FROM (SELECT 1 FROM packets p WHERE {conditions} LIMIT {most}) c");
        let count: Vec<Count> = question.ask(conn, text)?;
        Ok(Total::of(count.first().map_or(0, |count| count.count)))
    }

    const fn is_first(&self) -> bool {
        matches!(self.reach, Reach::First)
    }

    /// The direction in which a page is read.
    const fn way(&self) -> &'static str {
        let (_, _, runs_down) = self.order.column();
        if runs_down == matches!(self.reach, Reach::Before(_)) { "ASC" } else { "DESC" }
    }

    /// The packets that fit these conditions in their order, from where the page begins, each with its place.
    fn down(&self, question: &mut Question, conditions: &str) -> String {
        let ((column, ..), way) = (self.order.column(), self.way());
        let beyond = question.beyond(self.order, (column, "id"), self.reach);
        format!(
            "SELECT p.id, p.{column} AS place FROM packets p WHERE {conditions} AND {beyond} ORDER BY p.{column} {way}, p.id {way}"
        )
    }

    /// Without words.
    fn listed(&self, conn: &mut PgConnection) -> QueryResult<Vec<Row>> {
        let mut question = Question::default();
        let conditions = question.conditions(self.filter);
        if *self.filter != Filter::default() {
            let (down, wanted) = (self.down(&mut question, &conditions), self.wanted);
            let found = format!("SELECT d.*, true AS fits, 0 AS nth FROM ({down} LIMIT {wanted}) d");
            return question.ask(conn, self.rows_of(&found, "true", "0::bigint"));
        }
        // The list as everybody opens it is asked again and again, and every packet that is passed is shown.
        let ((column, ..), way, wanted) = (self.order.column(), self.way(), self.wanted);
        let beyond = question.beyond(self.order, (&format!("p.{column}"), "p.id"), self.reach);
        let text = format!(
            "SELECT {COLUMNS}, p.{column}::text AS key, 0::bigint AS total, true AS fits, false AS is_cut \
             FROM packets p LEFT JOIN users u ON u.id = p.{OWNER} WHERE {conditions} AND {beyond} \
             ORDER BY p.{column} {way}, p.id {way} LIMIT {wanted}"
        );
        question.ask_again(conn, text)
    }

    /// From the packets of a rare word.
    fn led(&self, conn: &mut PgConnection, terms: &Terms) -> QueryResult<Vec<Row>> {
        let mut question = Question::default();
        let (column, ..) = self.order.column();
        let (packets, others) = terms.led(&mut question);
        let conditions = question.conditions(self.filter);
        let beyond = question.beyond(self.order, ("place", "id"), self.reach);
        let found = format!(
            "SELECT p.id, p.{column} AS place, true AS fits, 0 AS nth FROM {packets} JOIN packets p ON p.team_id = app_team() AND p.id = d.id \
             WHERE {conditions} AND {others}"
        );
        question.ask(conn, self.rows_of(&found, &beyond, "(SELECT count(*) FROM found)"))
    }

    /// A little way down the order. The last packet that was looked at is given, too, whether it fits or not: who gets it knows that the
    /// way went on.
    fn walked(&self, conn: &mut PgConnection, terms: &Terms) -> QueryResult<Vec<Row>> {
        let mut question = Question::default();
        let (conditions, fits) = (question.conditions(self.filter), terms.each(&mut question));
        let (down, way, most) = (self.down(&mut question, &conditions), self.way(), self.most());
        let found = format!(
            "SELECT * FROM (SELECT d.*, ({fits}) AS fits FROM \
                (SELECT o.*, row_number() OVER (ORDER BY place {way}, id {way}) AS nth FROM ({down} LIMIT {WALK}) o) d ORDER BY place {way}, id {way} OFFSET 0) f \
             WHERE fits OR nth = {WALK} ORDER BY place {way}, id {way} LIMIT {most}"
        );
        question.ask(conn, self.rows_of(&found, "true", "(SELECT count(*) FROM found WHERE fits)"))
    }

    /// Down the order to its end, beside lists of the words.
    fn joined(&self, conn: &mut PgConnection, terms: &Terms) -> QueryResult<Vec<Row>> {
        let mut question = Question::default();
        let (lists, others) = terms.in_lists(&mut question);
        let conditions = format!("{} AND {lists}", question.conditions_in_passing(self.filter));
        let (down, way, most) = (self.down(&mut question, &conditions), self.way(), self.most());
        let found = format!(
            "SELECT d.*, true AS fits, 0 AS nth FROM ({down} OFFSET 0) d WHERE {others} ORDER BY place {way}, id {way} LIMIT {most}"
        );
        question.ask(conn, self.rows_of(&found, "true", "(SELECT count(*) FROM found)"))
    }

    /// The rows of the page among the packets that were found, with people's names.
    fn rows_of(&self, found: &str, beyond: &str, total: &str) -> String {
        let (way, wanted) = (self.way(), self.wanted);
        format!(
            "WITH found AS MATERIALIZED ({found}), \
                shown AS MATERIALIZED (SELECT * FROM found WHERE {beyond} ORDER BY place {way}, id {way} LIMIT {wanted}) \
             SELECT {COLUMNS}, s.place::text AS key, {total} AS total, s.fits, EXISTS (SELECT 1 FROM found WHERE nth = {WALK}) AS is_cut \
             FROM shown s JOIN packets p ON p.team_id = app_team() AND p.id = s.id LEFT JOIN users u ON u.id = p.{OWNER} \
             ORDER BY s.place {way}, s.id {way}"
        )
    }
}

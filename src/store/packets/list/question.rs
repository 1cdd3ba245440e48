//! A question about the list as it is put together: its conditions in words, and the values beside them. It asks nothing that row level
//! security does not trust to look into an index.

use super::{Decided, Filter, HERE, OWNER, Order, Owner, Reach};
use crate::domain::packet::result::Verdict;
use crate::domain::packet::search::Wanted;
use crate::store::statement::Statement;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Date, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

/// A value of a question.
pub(super) enum Bind {
    Text(String),
    Texts(Vec<String>),
    Id(Uuid),
    Ids(Vec<Uuid>),
    Moment(DateTime<Utc>),
    Day(NaiveDate),
}

/// A question to the database as it is put together.
#[derive(Default)]
pub(super) struct Question {
    binds: Vec<Bind>,
}

impl Question {
    /// The name of a value in the text.
    fn bind(&mut self, value: Bind) -> String {
        self.binds.push(value);
        format!("${}", self.binds.len())
    }

    /// The question in words, to be asked as one of the few that every page asks.
    pub(super) fn ask_again<T: QueryableByName<Pg> + 'static>(
        self,
        conn: &mut PgConnection,
        text: String,
    ) -> QueryResult<Vec<T>> {
        self.put(Statement::kept(text)).load(conn)
    }

    /// The question in words, to be asked.
    pub(super) fn ask<T: QueryableByName<Pg> + 'static>(
        self,
        conn: &mut PgConnection,
        text: String,
    ) -> QueryResult<Vec<T>> {
        self.put(Statement::once(text)).load(conn)
    }

    fn put(self, statement: Statement) -> Statement {
        let with = |statement: Statement, value| match value {
            Bind::Text(text) => statement.with(text.into_sql::<Text>()),
            Bind::Texts(texts) => statement.with(texts.into_sql::<Array<Text>>()),
            Bind::Id(id) => statement.with(id.into_sql::<SqlUuid>()),
            Bind::Ids(ids) => statement.with(ids.into_sql::<Array<SqlUuid>>()),
            Bind::Moment(at) => statement.with(at.into_sql::<Timestamptz>()),
            Bind::Day(day) => statement.with(day.into_sql::<Date>()),
        };
        self.binds.into_iter().fold(statement, with)
    }

    /// The filter as conditions on `p`, but for its words.
    pub(super) fn conditions(&mut self, filter: &Filter) -> String {
        [vec![HERE.to_owned()], self.standing(filter), self.within(filter)].concat().join(" AND ")
    }

    /// The same, with how packets stand as a condition that leads to none: it is asked of packets that are passed anyhow.
    pub(super) fn conditions_in_passing(&mut self, filter: &Filter) -> String {
        let standing = [vec!["true".to_owned()], self.standing(filter)].concat().join(" AND ");
        [vec![HERE.to_owned(), format!("({standing}) IS TRUE")], self.within(filter)].concat().join(" AND ")
    }

    /// How packets stand and who has them.
    fn standing(&mut self, filter: &Filter) -> Vec<String> {
        let mut all = Vec::new();
        match filter.verdicts.as_slice() {
            [] => {}
            [one] => {
                let verdict = self.bind(Bind::Text(one.to_string()));
                all.push(format!("p.state = 'checked' AND p.verdict = {verdict}"));
            }
            some => {
                let verdicts = self.bind(Bind::Texts(some.iter().map(Verdict::to_string).collect()));
                all.push(format!("p.state = 'checked' AND p.verdict = ANY({verdicts})"));
            }
        }
        match filter.decided {
            None => {}
            Some(Decided::Not) => all.push("p.decision IS NULL".to_owned()),
            Some(Decided::As(decision)) => {
                let decision = self.bind(Bind::Text(decision.as_str().to_owned()));
                all.push(format!("p.decision = {decision}"));
            }
        }
        if let Some(state) = filter.state {
            let state = self.bind(Bind::Text(state.to_string()));
            all.push(format!("p.state = {state}"));
        }
        match filter.owner {
            None => {}
            Some(Owner::Nobody) => all.push(format!("p.{OWNER} IS NULL")),
            Some(Owner::Person(person)) => {
                let person = self.bind(Bind::Id(person.0));
                all.push(format!("p.{OWNER} = {person}"));
            }
        }
        all
    }

    /// Whose packets, and of which time.
    fn within(&mut self, filter: &Filter) -> Vec<String> {
        let mut all = Vec::new();
        if let Some(client) = &filter.client {
            let client = self.bind(Bind::Text(client.clone()));
            all.push(format!("p.client_key = {client}"));
        }
        if let Some((first, last)) = filter.arrives {
            let (first, last) = (self.bind(Bind::Day(first)), self.bind(Bind::Day(last)));
            all.push(format!("p.eta_first >= {first} AND p.eta_first <= {last}"));
        }
        if let Some(from) = filter.from {
            let from = self.bind(Bind::Moment(from));
            all.push(format!("p.created_at >= {from}"));
        }
        if let Some(until) = filter.until {
            let until = self.bind(Bind::Moment(until));
            all.push(format!("p.created_at < {until}"));
        }
        if let Some(only) = &filter.only {
            let ids = self.bind(Bind::Ids(only.iter().map(|packet| packet.0).collect()));
            all.push(format!("p.id = ANY({ids})"));
        }
        all
    }

    /// A word as a condition on `w`, in comparisons that row level security trusts.
    pub(super) fn has(&mut self, wanted: &Wanted) -> String {
        let word = self.bind(Bind::Text(wanted.word.clone()));
        if !wanted.is_begun {
            return format!("w.word = {word}");
        }
        let end = self.bind(Bind::Text(format!("{}\u{10ffff}", wanted.word)));
        format!("w.word >= {word} AND w.word < {end}")
    }

    /// Where the page begins, as a condition on what a packet's place and id are called.
    pub(super) fn beyond(&mut self, order: Order, (place, named): (&str, &str), reach: &Reach) -> String {
        let (_, kind, runs_down) = order.column();
        let (key, is_before) = match reach {
            Reach::First => return "true".to_owned(),
            Reach::After(key) => (key, false),
            Reach::Before(key) => (key, true),
        };
        let (value, id) = (self.bind(Bind::Text(key.value.clone())), self.bind(Bind::Id(key.id.0)));
        let than = if runs_down == is_before { ">" } else { "<" };
        format!("({place}, {named}) {than} ({value}::{kind}, {id})")
    }
}

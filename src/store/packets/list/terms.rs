//! Words in a question about the list. The planner knows how often one word stands and not how often several stand together, so it is not
//! asked to choose: each word is counted a little way, the rarest leads to its packets, and the others are looked up in each for itself.

use super::question::Question;
use super::{Filter, HERE};
use crate::domain::packet::search::Wanted;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

/// How far a word is counted; one that stands in more packets leads nowhere faster than the order of the list does.
pub(super) const RARE: i64 = 4_000;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The words of a filter, the rarest first.
pub(super) struct Terms {
    all: Vec<Wanted>,
    /// In how many packets the rarest stands, up to [`RARE`] and one.
    pub(super) rarest: i64,
}

impl Terms {
    /// Counts the words of a filter; nothing where it has none.
    pub(super) fn of(conn: &mut PgConnection, filter: &Filter) -> QueryResult<Option<Self>> {
        let marks = filter.marks.iter().map(|mark| Wanted { word: mark.clone(), is_begun: false });
        let all: Vec<Wanted> = marks.chain(filter.wanted.iter().cloned()).collect();
        if all.is_empty() {
            return Ok(None);
        }
        let mut question = Question::default();
        let each: Vec<String> = all
            .iter()
            .enumerate()
            .map(|(at, wanted)| {
                let has = question.has(wanted);
                format!(
                    "SELECT {at} AS at, count(*) AS count FROM (SELECT 1 FROM packet_words w WHERE w.team_id = app_team() AND {has} \
                     LIMIT {}) c",
                    RARE.saturating_add(1)
                )
            })
            .collect();
        let counts: Vec<Count> =
            question.ask(conn, format!("SELECT count FROM ({}) each ORDER BY at", each.join(" UNION ALL ")))?;
        let mut counted: Vec<(i64, Wanted)> = counts.into_iter().map(|count| count.count).zip(all).collect();
        counted.sort_by_key(|(count, _)| *count);
        let rarest = counted.first().map_or(0, |(count, _)| *count);
        Ok(Some(Self { all: counted.into_iter().map(|(_, wanted)| wanted).collect(), rarest }))
    }

    /// The packets that have every word, as `p`. From a rare word each other one is looked up in its few packets; with frequent words
    /// the other conditions may be the rarer ones, and that the planner can see.
    pub(super) fn fitting(&self, question: &mut Question) -> String {
        if self.rarest <= RARE {
            return self.led(question, RARE);
        }
        let each = self.all.iter().map(|wanted| {
            let has = question.has(wanted);
            format!("p.id IN (SELECT w.packet_id FROM packet_words w WHERE w.team_id = app_team() AND {has})")
        });
        let all = each.collect::<Vec<_>>().join(" AND ");
        format!("(SELECT * FROM packets p WHERE {all}) p")
    }

    /// The packets of the rarest word that have the others, too, as `p`; at most so many are looked at.
    pub(super) fn led(&self, question: &mut Question, most: i64) -> String {
        let mut words = self.all.iter();
        let has = words.next().map_or_else(|| "true".to_owned(), |rarest| question.has(rarest));
        let others = probes(question, words);
        format!(
            "(SELECT DISTINCT l.packet_id FROM (SELECT w.packet_id FROM packet_words w WHERE w.team_id = app_team() AND {has} \
                LIMIT {most}) l) d JOIN packets p ON p.team_id = app_team() AND p.id = d.packet_id{others}"
        )
    }

    /// The words as looked up in each packet `p`.
    pub(super) fn looked_up(&self, question: &mut Question) -> String {
        probes(question, self.all.iter())
    }
}

/// One look into the primary key for each word; the limit keeps the planner from reading all packets of a word instead.
fn probes<'a>(question: &mut Question, words: impl Iterator<Item = &'a Wanted>) -> String {
    words
        .enumerate()
        .map(|(at, wanted)| {
            let has = question.has(wanted);
            format!(
                " CROSS JOIN LATERAL (SELECT 1 FROM packet_words w WHERE w.team_id = app_team() AND w.packet_id = p.id AND {has} LIMIT 1) t{at}"
            )
        })
        .collect()
}

/// The packets down the order of the list, as `p`.
pub(super) fn down(column: &str, way: &str, beyond: &str, most: i64) -> String {
    format!("(SELECT * FROM packets WHERE {HERE} AND {beyond} ORDER BY {column} {way}, id {way} LIMIT {most}) p")
}

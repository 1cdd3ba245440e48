//! Words in a question about the list. The planner knows how often one word stands and not how often several stand together, so it is not
//! asked to choose: each word is counted a little way, the planner says what it expects of frequent ones, and what is done with a word
//! follows from that.

use super::Filter;
use super::question::Question;
use crate::domain::packet::search::Wanted;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Json};

/// A word that stands in no more packets leads to them.
const RARE: i64 = 1_500;
/// A word that is expected in no more is read as one list.
const LISTED: i64 = 25_000;

/// What the rarest of the words is.
pub(super) enum Rarest {
    /// It stands nowhere.
    Nowhere,
    /// It leads to its packets.
    Rare,
    /// It leads nowhere faster than the order of the list does.
    Frequent,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Plan {
    #[diesel(sql_type = Json, column_name = "QUERY PLAN")]
    json: serde_json::Value,
}

/// The words of a filter with their counts, the rarest first.
pub(super) struct Terms(Vec<(i64, Wanted)>);

impl Terms {
    /// Counts the words of a filter as far as rare ones go; nothing where it has none.
    pub(super) fn of(conn: &mut PgConnection, filter: &Filter) -> QueryResult<Option<Self>> {
        let marks = filter.marks.iter().map(|mark| Wanted { word: mark.clone(), is_begun: false });
        let all: Vec<Wanted> = marks.chain(filter.wanted.iter().cloned()).collect();
        if all.is_empty() {
            return Ok(None);
        }
        let (mut question, most) = (Question::default(), RARE.saturating_add(1));
        let each: Vec<String> = all
            .iter()
            .enumerate()
            .map(|(at, wanted)| {
                let has = question.has(wanted);
                format!(
                    "SELECT {at} AS at, count(*) AS count FROM (SELECT 1 FROM packet_words w WHERE w.team_id = app_team() AND {has} \
                     LIMIT {most}) c"
                )
            })
            .collect();
        let text = format!("SELECT count FROM ({}) each ORDER BY at", each.join(" UNION ALL "));
        let counts: Vec<Count> = question.ask(conn, text)?;
        Ok(Some(Self::sorted(counts.into_iter().map(|count| count.count).zip(all))))
    }

    fn sorted(counted: impl Iterator<Item = (i64, Wanted)>) -> Self {
        let mut counted: Vec<(i64, Wanted)> = counted.collect();
        counted.sort_by_key(|(count, _)| *count);
        Self(counted)
    }

    /// The same words with the counts that the planner expects: frequent words cannot be counted in the time there is.
    pub(super) fn expected(&self, conn: &mut PgConnection) -> QueryResult<Self> {
        let mut question = Question::default();
        let each: Vec<String> = self.0.iter().map(|(_, wanted)| list(&mut question, wanted)).collect();
        let plans: Vec<Plan> = question.ask(conn, format!("EXPLAIN (FORMAT JSON) {}", each.join(" UNION ALL ")))?;
        let expected = |at: usize| {
            let part = if self.0.len() == 1 { String::new() } else { format!("/Plans/{at}") };
            plans.first()?.json.pointer(&format!("/0/Plan{part}/Plan Rows"))?.as_i64()
        };
        let all = self.0.iter().enumerate();
        Ok(Self::sorted(all.map(|(at, (_, wanted))| (expected(at).unwrap_or(i64::MAX), wanted.clone()))))
    }

    pub(super) fn rarest(&self) -> Rarest {
        match self.0.first() {
            Some((0, _)) => Rarest::Nowhere,
            Some((..=RARE, _)) => Rarest::Rare,
            Some(_) | None => Rarest::Frequent,
        }
    }

    /// The packets of the rarest word, as `d`, and the condition that they have the others.
    pub(super) fn led(&self, question: &mut Question) -> (String, String) {
        let mut words = self.0.iter().map(|(_, wanted)| wanted);
        let has = words.next().map_or_else(|| "true".to_owned(), |rarest| question.has(rarest));
        let packets =
            format!("(SELECT DISTINCT w.packet_id AS id FROM packet_words w WHERE w.team_id = app_team() AND {has}) d");
        (packets, looked_up(question, words))
    }

    /// The condition that a packet `d` has every word, looked up in each packet for itself.
    pub(super) fn each(&self, question: &mut Question) -> String {
        looked_up(question, self.0.iter().map(|(_, wanted)| wanted))
    }

    /// The conditions that packets have every word, for going through many of them: on `p` by the words whose packets are read as a list,
    /// and on `d`, looked up in what is left, by the others.
    pub(super) fn in_lists(&self, question: &mut Question) -> (String, String) {
        let (listed, others): (Vec<_>, Vec<_>) = self.0.iter().partition(|(count, _)| *count <= LISTED);
        let mut has = |wanted: &Wanted| format!("p.id IN ({})", list(question, wanted));
        if let [(_, one)] = listed.as_slice() {
            // A condition that is no join is asked in the order of the packets, against a table in memory.
            let one = format!("({}) IS TRUE", has(one));
            return (one, looked_up(question, others.iter().map(|(_, wanted)| wanted)));
        }
        // How lists are put beside each other is the planner's to choose, and so it is where all are longer than that.
        let (joined, others) = if listed.is_empty() { (others, listed) } else { (listed, others) };
        let joined = joined.iter().map(|(_, wanted)| has(wanted)).collect::<Vec<_>>().join(" AND ");
        (joined, looked_up(question, others.iter().map(|(_, wanted)| wanted)))
    }
}

/// The packets of a word.
fn list(question: &mut Question, wanted: &Wanted) -> String {
    format!("SELECT w.packet_id FROM packet_words w WHERE w.team_id = app_team() AND {}", question.has(wanted))
}

/// One look into the index for each word and packet `d`; the limit keeps the planner from reading all packets of a word instead.
fn looked_up<'a>(question: &mut Question, words: impl Iterator<Item = &'a Wanted>) -> String {
    let each = words.map(|wanted| format!("({} AND w.packet_id = d.id LIMIT 1) IS NOT NULL", list(question, wanted)));
    std::iter::once("true".to_owned()).chain(each).collect::<Vec<_>>().join(" AND ")
}

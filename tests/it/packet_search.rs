//! Searches over many packets: whichever way a page is looked for, it is the page that reading everything would give.

use crate::harness::House;
use quayside::domain::access::{Action, Actor};
use quayside::domain::ids::TeamId;
use quayside::domain::packet::result::Verdict;
use quayside::domain::packet::search::wanted;
use quayside::store::packets::list::{self, Decided, Filter, Key, Order, Owner, Page, Reach, Total};
use quayside::store::packets::seed;

/// Enough for words in thousands of packets; a fifth of the numbers, all of one time, begin with 01.
const PACKETS: i64 = 16_500;
const SIZE: usize = 50;

struct Team {
    house: House,
    id: TeamId,
}

impl Team {
    async fn page(&self, filter: &Filter, order: Order, reach: Reach) -> (Page, Total) {
        let permit = Actor::keeper(self.id).permit(Action::PacketView).unwrap();
        let filter = filter.clone();
        let read = move |tx: &mut quayside::store::ReadTx<'_>| list::counted_page(tx, &filter, order, &reach, SIZE);
        self.house.db.read(&permit, read).await.unwrap()
    }

    /// What fits, in its order, by reading everything.
    fn all(&self, words: &str, others: &str, order: Order) -> Vec<String> {
        let column = match order {
            Order::Newest => "created_at DESC, id DESC",
            Order::Oldest => "created_at, id",
            Order::Eta => "coalesce(eta, 'infinity'), id",
            Order::EtaLast => "coalesce(eta, '-infinity') DESC, id DESC",
            Order::Score => "coalesce(score, 101), id",
            Order::ScoreLast => "coalesce(score, -1) DESC, id DESC",
            Order::Name => "lower(name) COLLATE \"C\", id",
            Order::NameLast => "lower(name) COLLATE \"C\" DESC, id DESC",
        };
        self.house.database.texts(&format!(
            "SELECT id::text FROM packets p WHERE team_id = '{}' AND id IN (SELECT packet_id FROM packet_words \
             GROUP BY packet_id HAVING {words}) AND {others} ORDER BY {column}",
            self.id
        ))
    }
}

fn ids(page: &Page) -> Vec<String> {
    page.listed.iter().map(|listed| listed.packet.id.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_of_a_search_is_the_one_that_reading_everything_gives() {
    let house = House::new().await;
    let id = house.database.texts("SELECT id FROM teams WHERE name = 'Atlas Customs'").remove(0).parse().unwrap();
    for first in (1..=PACKETS).step_by(5_500) {
        seed::add(&house.db, id, first, first + 5_499).await.unwrap();
    }
    // The newest have no goods: a word of which no list is short enough to be read does not stand where it is looked for first.
    house.database.run(
        "DELETE FROM packet_words WHERE word LIKE 'goods%' AND packet_id IN (SELECT id FROM packets WHERE name <= 'Invented 001200')",
    );
    house.database.run("ANALYZE packets, packet_words");
    let team = Team { house, id };
    let mark = |mark: &str| vec![mark.to_owned()];
    let open = |filter: Filter| Filter {
        verdicts: vec![Verdict::Blocked],
        decided: Some(Decided::Not),
        owner: Some(Owner::Nobody),
        ..filter
    };
    let number = Filter { wanted: wanted("MSKU 01"), ..Filter::default() };
    let has = |word: &str| format!("bool_or(word = '{word}')");
    let begun = "bool_or(word LIKE '01%')".to_owned();
    let everywhere = "bool_or(word LIKE 'goods%')".to_owned();
    let blocked = "state = 'checked' AND verdict = 'blocked' AND decision IS NULL AND owner_id IS NULL";
    let air = || Filter { marks: mark("kind:air_waybill"), ..Filter::default() };
    let cases = [
        ("a word of one time and one of all", number.clone(), vec![has("msku"), begun.clone()], "true"),
        ("the same under conditions", open(number), vec![has("msku"), begun.clone()], blocked),
        (
            "two kinds of which few packets have both",
            Filter { wanted: wanted("01"), ..air() },
            vec![has("kind:air_waybill"), begun.clone()],
            "true",
        ),
        (
            "a word of nearly all",
            Filter { wanted: wanted("goods"), ..Filter::default() },
            vec![everywhere.clone()],
            "true",
        ),
        (
            "a rare word",
            Filter { wanted: wanted("goods017 01"), ..Filter::default() },
            vec![has("goods017"), begun],
            "true",
        ),
        (
            "a finding among those of a kind",
            open(Filter {
                marks: vec!["kind:isf".to_owned(), "code:match.voyage".to_owned()],
                wanted: wanted("carton goods"),
                ..Filter::default()
            }),
            vec![has("kind:isf"), has("code:match.voyage"), has("carton"), everywhere],
            blocked,
        ),
        (
            "what excludes each other",
            Filter { wanted: wanted("bill nowhere"), ..air() },
            vec!["false".to_owned()],
            "true",
        ),
    ];
    for (name, filter, words, others) in cases {
        for order in Order::ALL {
            let all = team.all(&words.join(" AND "), others, *order);
            let (mut page, total) = team.page(&filter, *order, Reach::First).await;
            let count = i64::try_from(all.len()).unwrap();
            assert!(
                if total.is_least { total.count <= count } else { total.count == count },
                "{name}, {order}: {total:?} of {count}"
            );
            let mut start = 0;
            for _ in 0..3 {
                let end = (start + SIZE).min(all.len());
                assert_eq!(ids(&page), all[start..end], "{name}, {order}, from {start}");
                assert_eq!((page.has_before, page.has_after), (start > 0, end < all.len()), "{name}, {order}");
                let Some(last) = page.listed.last().filter(|_| page.has_after) else { break };
                (start, page) = (end, team.page(&filter, *order, Reach::After(last.key.clone())).await.0);
            }
            // From the middle and from the end back.
            for at in [all.len() / 2, all.len().saturating_sub(1)] {
                let Some(id) = all.get(at) else { continue };
                let key = key_of(&team, id, *order);
                let (page, _) = team.page(&filter, *order, Reach::Before(key)).await;
                assert_eq!(ids(&page), all[at.saturating_sub(SIZE)..at], "{name}, {order}, before {at}");
            }
        }
    }
}

/// The place of a packet in an order, as a page that begins with it gives it.
fn key_of(team: &Team, id: &str, order: Order) -> Key {
    let column = match order {
        Order::Newest | Order::Oldest => "to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
        Order::Eta => "coalesce(eta::text, 'infinity')",
        Order::EtaLast => "coalesce(eta::text, '-infinity')",
        Order::Score => "coalesce(score, 101)::text",
        Order::ScoreLast => "coalesce(score, -1)::text",
        Order::Name | Order::NameLast => "lower(name)",
    };
    let value = team.house.database.texts(&format!("SELECT {column} FROM packets WHERE id = '{id}'")).remove(0);
    order.key(&value, id.parse().unwrap()).unwrap()
}

//! The list of packets for a system: newest first, by key and never by offset.

use super::answers::List;
use crate::domain::access::Action;
use crate::domain::packet::result::Verdict;
use crate::domain::packet::state::PacketState;
use crate::store::Db;
use crate::store::packets::list::{self as packets, Filter, Key, Order, Reach};
use crate::web::bearer::Bearer;
use crate::web::problem::{Kind, Problem};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, SecondsFormat};

const MOST: usize = 100;
const USUAL: usize = 50;

/// What the address asks for.
#[derive(Debug)]
struct Asked {
    filter: Filter,
    reach: Reach,
    limit: usize,
    /// The filters again, for the address of the next page.
    again: Vec<(String, String)>,
}

fn words(all: impl Iterator<Item = &'static str>) -> String {
    all.collect::<Vec<_>>().join(", ")
}

/// A place in the list, as the page before said it: its moment in microseconds and its packet.
fn after(text: &str) -> Option<Key> {
    let (micros, id) = text.split_once('_')?;
    let moment = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    Order::Newest.key(&moment.to_rfc3339_opts(SecondsFormat::Micros, true), id.parse().ok()?)
}

impl Asked {
    fn read(query: &str) -> Result<Self, Problem> {
        let bad = |detail: String| Problem::new(Kind::BadRequest, detail);
        let mut asked = Self { filter: Filter::default(), reach: Reach::First, limit: USUAL, again: Vec::new() };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "state" => {
                    let all = || words(PacketState::ALL.iter().map(|state| state.as_str()));
                    asked.filter.state = Some(
                        PacketState::from_word(&value).ok_or_else(|| bad(format!("`state` is one of {}.", all())))?,
                    );
                }
                "verdict" => {
                    let all = || words(Verdict::ALL.iter().map(|verdict| verdict.as_str()));
                    asked.filter.verdicts =
                        vec![Verdict::from_word(&value).ok_or_else(|| bad(format!("`verdict` is one of {}.", all())))?];
                }
                "after" => {
                    let none = || bad("`after` is the `next` of the page before, as it is.".to_owned());
                    asked.reach = Reach::After(after(&value).ok_or_else(none)?);
                    continue;
                }
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=MOST).contains(limit));
                    asked.limit = limit.ok_or_else(|| bad(format!("`limit` is a number from 1 to {MOST}.")))?;
                }
                // A filter that is misspelt would show more than was asked for.
                _ => return Err(bad(format!("There is no parameter {name:?}. Use state, verdict, limit and after."))),
            }
            asked.again.push((name.into_owned(), value.into_owned()));
        }
        Ok(asked)
    }
}

/// Lists packets, newest first.
///
/// What is in the bin is not listed.
#[utoipa::path(
    get,
    path = "/api/v1/packets",
    operation_id = "listPackets",
    params(
        ("state" = Option<super::answers::State>, Query, description = "Only packets in this state."),
        ("verdict" = Option<super::answers::Verdict>, Query, description = "Only checked packets with this verdict."),
        ("limit" = Option<i64>, Query, description = "Packets on a page; 50 where it is not said.", minimum = 1, maximum = 100),
        ("after" = Option<String>, Query, description = "The `next` of the page before.", pattern = "^[0-9]{1,16}_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
    ),
    responses((status = 200, description = "A page of the list. The header Link names the next one.", body = List)),
    security(("token" = ["packets:read"])),
)]
pub async fn list(request: HttpRequest, bearer: Bearer, db: web::Data<Db>) -> Result<HttpResponse, Problem> {
    let permit = bearer.actor.permit(Action::PacketView)?;
    let Asked { filter, reach, limit, again } = Asked::read(request.query_string())?;
    let page = db.read(&permit, move |tx| packets::page(tx, &filter, Order::Newest, &reach, limit)).await?;
    let last = page.listed.last().filter(|_| page.has_after).map(|last| &last.packet);
    let next = last.map(|last| format!("{}_{}", last.created_at.timestamp_micros(), last.id));
    let mut response = HttpResponse::Ok();
    if let Some(next) = &next {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(again).append_pair("after", next);
        response.insert_header((header::LINK, format!("</api/v1/packets?{}>; rel=\"next\"", query.finish())));
    }
    Ok(response.json(List { packets: page.listed.into_iter().map(|listed| listed.packet.into()).collect(), next }))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::domain::ids::PacketId;

    #[test]
    fn an_address_is_read_whole_or_refused_with_what_is_wrong() {
        let id = PacketId::fresh();
        let asked = Asked::read(&format!("state=checked&verdict=ready&limit=7&after=1700000000123456_{id}")).unwrap();
        assert_eq!((asked.filter.state, asked.limit), (Some(PacketState::Checked), 7));
        assert_eq!(asked.filter.verdicts, [Verdict::Ready]);
        let key = Key { value: "2023-11-14T22:13:20.123456Z".to_owned(), id };
        assert_eq!(asked.reach, Reach::After(key));
        for (query, word) in [
            ("state=done", "`state`"),
            ("verdict=", "`verdict`"),
            ("limit=0", "`limit`"),
            ("limit=101", "`limit`"),
            ("after=1", "`after`"),
            ("verdct=ready", "verdct"),
        ] {
            let refused = Asked::read(query).unwrap_err().to_string();
            assert!(refused.contains(word), "{query}: {refused}");
        }
    }
}

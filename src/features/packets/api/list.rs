//! The list of packets for a system: newest first, by key and never by offset.

use super::answers::{List, Summary};
use crate::domain::access::Action;
use crate::domain::packet::result::Verdict;
use crate::domain::packet::state::PacketState;
use crate::store::packets::After;
use crate::store::{Db, packets};
use crate::web::bearer::Bearer;
use crate::web::problem::{Kind, Problem};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::DateTime;

const MOST: i64 = 100;
const USUAL: i64 = 50;

/// What the address asks for.
#[derive(Debug)]
struct Asked {
    state: Option<PacketState>,
    verdict: Option<Verdict>,
    after: Option<After>,
    limit: i64,
    /// The filters again, for the address of the next page.
    filters: Vec<(String, String)>,
}

fn words(all: impl Iterator<Item = &'static str>) -> String {
    all.collect::<Vec<_>>().join(", ")
}

/// A place in the list, as the page before said it.
fn after(text: &str) -> Option<After> {
    let (micros, id) = text.split_once('_')?;
    Some(After { created_at: DateTime::from_timestamp_micros(micros.parse().ok()?)?, id: id.parse().ok()? })
}

impl Asked {
    fn read(query: &str) -> Result<Self, Problem> {
        let bad = |detail: String| Problem::new(Kind::BadRequest, detail);
        let mut asked = Self { state: None, verdict: None, after: None, limit: USUAL, filters: Vec::new() };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "state" => {
                    let all = || words(PacketState::ALL.iter().map(|state| state.as_str()));
                    asked.state = Some(
                        PacketState::from_word(&value).ok_or_else(|| bad(format!("`state` is one of {}.", all())))?,
                    );
                }
                "verdict" => {
                    let all = || words(Verdict::ALL.iter().map(|verdict| verdict.as_str()));
                    asked.verdict =
                        Some(Verdict::from_word(&value).ok_or_else(|| bad(format!("`verdict` is one of {}.", all())))?);
                }
                "after" => {
                    let none = || bad("`after` is the `next` of the page before, as it is.".to_owned());
                    asked.after = Some(after(&value).ok_or_else(none)?);
                    continue;
                }
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=MOST).contains(limit));
                    asked.limit = limit.ok_or_else(|| bad(format!("`limit` is a number from 1 to {MOST}.")))?;
                }
                // A filter that is misspelt would show more than was asked for.
                _ => return Err(bad(format!("There is no parameter {name:?}. Use state, verdict, limit and after."))),
            }
            asked.filters.push((name.into_owned(), value.into_owned()));
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
    let Asked { state, verdict, after, limit, filters } = Asked::read(request.query_string())?;
    let mut found =
        db.read(&permit, move |tx| packets::list(tx, verdict, state, after, limit.saturating_add(1))).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > shown;
    found.truncate(shown);
    let last = found.last().filter(|_| has_more);
    let next = last.map(|last| format!("{}_{}", last.created_at.timestamp_micros(), last.id));
    let mut response = HttpResponse::Ok();
    if let Some(next) = &next {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(filters).append_pair("after", next);
        response.insert_header((header::LINK, format!("</api/v1/packets?{}>; rel=\"next\"", query.finish())));
    }
    Ok(response.json(List { packets: found.into_iter().map(Summary::from).collect(), next }))
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
        assert_eq!((asked.state, asked.verdict, asked.limit), (Some(PacketState::Checked), Some(Verdict::Ready), 7));
        assert_eq!(
            asked.after.map(|after| (after.created_at.timestamp_micros(), after.id)),
            Some((1_700_000_000_123_456, id))
        );
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

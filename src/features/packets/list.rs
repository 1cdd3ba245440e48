//! The list of packets under any filter and in any order: a page of it by key, how many there are, and where the words of a search
//! were found.

use super::batch::{self, Toast};
use super::choices::{
    Choice, code_choices, decision_choices, kind_choices, owner_choices, state_choices, verdict_choices,
};
use super::filter::{self, Asked};
use super::limits::UploadLimits;
use super::row::{Row, counted, hit, row};
use super::upload::DropZone;
use super::views::{self, Tab};
use crate::domain::access::Action;
use crate::domain::ids::{BatchId, PacketId};
use crate::store::packets::list::{self, Filter, Order, Total};
use crate::store::{Db, batches, packet_views};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::Utc;

const PAGE: usize = 50;
/// More clients than this are typed and not chosen.
const CLIENTS: i64 = 100;
/// More people than this cannot be chosen.
const PEOPLE: i64 = 200;

struct Stat {
    href: String,
    class: &'static str,
    count: String,
    label: &'static str,
    current: bool,
}

struct Chip {
    name: &'static str,
    value: String,
    without: String,
}

/// A column by which the list can be sorted.
struct Heading {
    label: &'static str,
    class: &'static str,
    href: String,
    /// What `aria-sort` says, where the list is in this order.
    sorted: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "packets/list.html", blocks = ["packets"])]
struct Page {
    frame: Frame,
    drop: DropZone,
    stats: Vec<Stat>,
    tabs: Vec<Tab>,
    asked: Asked,
    verdicts: Vec<Choice>,
    decisions: Vec<Choice>,
    states: Vec<Choice>,
    owners: Vec<Choice>,
    kinds: Vec<Choice>,
    codes: Vec<Choice>,
    chips: Vec<Chip>,
    headings: Vec<Heading>,
    rows: Vec<Row>,
    is_moving: bool,
    here: String,
    newer: Option<String>,
    older: Option<String>,
    first: Option<String>,
    total: String,
    csv: String,
    xlsx: String,
    /// The form that keeps this filter as a view.
    query: String,
    may_share: bool,
    /// What can be done with many packets.
    tasks: Vec<(&'static str, &'static str)>,
    toast: Option<Toast>,
}

/// What is counted over the list: the query, its name, and the class of its figure.
const STATS: [(&str, &str, &str); 5] = [
    ("", "all packets", ""),
    ("verdict=blocked", "blocked", "critical"),
    ("verdict=review", "to review", "warning"),
    ("verdict=ready", "ready", "ready"),
    ("decision=approved", "approved", ""),
];

fn stats(counts: &[i64], asked: &Asked) -> Vec<Stat> {
    let query = asked.query();
    let stat = |((of, label, class), count): (&(&str, &'static str, &'static str), &i64)| Stat {
        href: if of.is_empty() { "/packets".to_owned() } else { format!("/packets?{of}") },
        class,
        count: counted(*count),
        label,
        current: query == *of,
    };
    STATS.iter().zip(counts).map(stat).collect()
}

/// What is set of the filter, in words, each with the way to be rid of it.
fn chips(page: &Page) -> Vec<Chip> {
    let chosen = |choices: &[Choice], word: &str| {
        choices.iter().find(|choice| choice.word == word).map_or_else(|| word.to_owned(), |choice| choice.label.clone())
    };
    let chip = |(name, value): (&'static str, &str)| {
        let (label, words) = match name {
            "q" => ("Search", value.to_owned()),
            "verdict" => ("Verdict", chosen(&page.verdicts, value)),
            "decision" => ("Decision", chosen(&page.decisions, value)),
            "state" => ("State", chosen(&page.states, value)),
            "owner" => ("Owner", chosen(&page.owners, value)),
            "client" => ("Client", value.to_owned()),
            "kind" => ("Has", chosen(&page.kinds, value)),
            "code" => ("Finding", value.to_owned()),
            "arrives" => ("Arrives", if value == "0" { "today".to_owned() } else { format!("within {value} days") }),
            "from" => ("Added from", value.to_owned()),
            _ => ("Added until", value.to_owned()),
        };
        Chip { name: label, value: words, without: page.asked.address("/packets", name, &[]) }
    };
    page.asked.parts().into_iter().map(chip).collect()
}

fn headings(asked: &Asked) -> Vec<Heading> {
    let order = asked.order();
    let sortable = |label, class, up: Order, down: Order, first: Order| {
        let sorted = [(up, "ascending"), (down, "descending")].into_iter().find(|(known, _)| *known == order);
        let next = match order {
            known if known == first => {
                if first == up {
                    down
                } else {
                    up
                }
            }
            _ => first,
        };
        Heading {
            label,
            class,
            href: Asked { order: next.to_string(), ..asked.clone() }.address("/packets", "", &[]),
            sorted: sorted.map(|(_, word)| word),
        }
    };
    let plain = |label, class| Heading { label, class, href: String::new(), sorted: None };
    vec![
        plain("Verdict", ""),
        sortable("Score", "num", Order::Score, Order::ScoreLast, Order::Score),
        sortable("Packet", "", Order::Name, Order::NameLast, Order::Name),
        plain("Numbers", ""),
        plain("Client", ""),
        sortable("Arrives", "", Order::Eta, Order::EtaLast, Order::Eta),
        plain("Docs", "num"),
        plain("Owner", ""),
        sortable("Added", "", Order::Oldest, Order::Newest, Order::Newest),
    ]
}

#[derive(Template)]
#[template(path = "packets/_clients.html")]
struct Clients {
    clients: Vec<String>,
}

/// The clients by whom the list can be narrowed, for a field that asks for them when somebody comes to it.
pub async fn clients(signed_in: SignedIn, db: web::Data<Db>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let clients = db.read(&permit, |tx| list::clients(tx, CLIENTS)).await?;
    Ok(view::page(StatusCode::OK, &Clients { clients })?)
}

/// The page, or its list alone where htmx asks for that.
pub async fn list(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    limits: web::Data<UploadLimits>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let asked = asked.into_inner().trimmed();
    let (now, me) = (Utc::now(), signed_in.actor.user());
    let is_piece = request.headers().get("HX-Target").is_some_and(|target| target == "packets");
    let is_first = asked.after.is_empty() && asked.before.is_empty();
    let canonical = asked.address("/packets", "", &[]);
    // A form sends what nobody filled in, too; the address that people send each other is the short one.
    if !is_piece && is_first && request.query_string().split('&').any(|part| part.ends_with('=')) {
        return Ok(HttpResponse::SeeOther().insert_header(("Location", canonical)).finish());
    }
    let (narrowed, order, reach) = (asked.filter(me, now.date_naive())?, asked.order(), asked.reach());
    let each = |query: &str| query.parse::<Asked>()?.filter(me, now.date_naive());
    let each: Vec<Filter> = STATS.iter().map(|(query, ..)| each(query)).collect::<Result<_, _>>()?;
    let told = asked.told_total();
    let last: Option<BatchId> = asked.batch.parse().ok();
    let loaded = db
        .read(&permit, move |tx| {
            let counts = list::counts(tx, &each)?;
            // Whoever narrows nothing is told the first of the counts.
            let all = counts.first().filter(|_| narrowed == Filter::default()).map(|all| Total::of(*all));
            let (page, total) = match all.or(told) {
                Some(total) => (list::page(tx, &narrowed, order, &reach, PAGE)?, total),
                None => list::counted_page(tx, &narrowed, order, &reach, PAGE)?,
            };
            let ids: Vec<PacketId> = page.listed.iter().map(|listed| listed.packet.id).collect();
            let hits = list::hits(tx, &ids, &narrowed.wanted)?;
            let kept = packet_views::list(tx, me)?;
            let ended = last.map(|id| batches::ended(tx, id).map(|ended| (id, ended))).transpose()?;
            Ok::<_, AppError>((page, total, hits, counts, list::owners(tx, PEOPLE)?, kept, ended))
        })
        .await?;
    let (found, total, mut hits, counts, people, kept, ended) = loaded;
    let key = |listed: Option<&list::Listed>| listed.map(|listed| filter::key(&listed.key));
    let (start, end) = (key(found.listed.first()), key(found.listed.last()));
    let of = filter::of(total);
    let to = |name: &str, key: &str| asked.address("/packets", "", &[(name, key), ("of", &of)]);
    let here = [("after", &asked.after), ("before", &asked.before)].into_iter().find(|(_, key)| !key.is_empty());
    let lines = found.listed.into_iter().map(|listed| {
        let found = hits.remove(&listed.packet.id).unwrap_or_default();
        Row { hits: found.into_iter().map(hit).collect(), ..row(listed.packet, now, me) }
    });
    let rows: Vec<Row> = lines.collect();
    let mut page = Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Packets),
        drop: DropZone::new(&limits),
        stats: stats(&counts, &asked),
        tabs: views::tabs(&kept, &asked),
        verdicts: verdict_choices(&asked.verdict),
        decisions: decision_choices(&asked.decision),
        states: state_choices(&asked.state),
        owners: owner_choices(&people, me, &asked.owner),
        kinds: kind_choices(&asked.kind),
        codes: code_choices(&asked.code),
        chips: Vec::new(),
        headings: headings(&asked),
        is_moving: rows.iter().any(|row| row.verdict == "Reading"),
        rows,
        here: here.map_or_else(|| canonical.clone(), |(name, key)| to(name, key)),
        newer: start.filter(|_| found.has_before).map(|key| to("before", &key)),
        older: end.filter(|_| found.has_after).map(|key| to("after", &key)),
        first: Some(canonical.clone()).filter(|_| !is_first),
        total: match (total.count, total.is_least) {
            (1, false) => "1 packet".to_owned(),
            (count, false) => format!("{} packets", counted(count)),
            (count, true) => format!("{}+ packets", counted(count)),
        },
        csv: asked.address("/packets/export.csv", "", &[]),
        xlsx: asked.address("/packets/export.xlsx", "", &[]),
        query: asked.query(),
        may_share: signed_in.actor.may(Action::ViewShare),
        tasks: batch::tasks(&signed_in.actor),
        toast: ended.map(|(id, ended)| Toast::new(id, ended, &asked.query(), &signed_in.actor)),
        asked,
    };
    page.chips = chips(&page);
    if is_piece {
        let here = page.here.clone();
        let mut answer = HttpResponse::Ok();
        if request.method() == actix_web::http::Method::GET && request.headers().contains_key("HX-Boosted") {
            answer.insert_header(("HX-Push-Url", here));
        }
        return Ok(answer.content_type("text/html; charset=utf-8").body(page.as_packets().render()?));
    }
    Ok(view::page(StatusCode::OK, &page)?)
}

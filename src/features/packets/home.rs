//! The first page of a signed-in person: what waits for them and for the team, each count the way to the list that it counts.

use super::filter::Asked;
use super::row::{Row, counted, row};
use crate::domain::access::Action;
use crate::store::packets::list::{self, Filter, Order, Reach};
use crate::store::{Db, packets};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Utc;

/// Packets of one group.
const SHOWN: usize = 8;

/// What is counted: the filter, its name, and the class of its figure.
const COUNTS: [(&str, &str, &str); 6] = [
    ("owner=me&verdict=open", "my work", ""),
    ("verdict=blocked", "blocked", "critical"),
    ("verdict=review", "to review", "warning"),
    ("arrives=7&order=eta", "arriving within 7 days", ""),
    ("state=failed", "failed runs", "critical"),
    ("state=checking", "being read", "info"),
];
/// What is shown of them: the first and the fourth, and after them the newest of all.
const GROUPS: [(&str, &str, &str); 3] = [
    ("owner=me&verdict=open", "My work", "Nothing of yours is blocked or to review."),
    ("arrives=7&order=eta", "Arriving soon", "Nothing arrives within the next 7 days."),
    ("", "Newest", "No packets yet."),
];

struct Count {
    href: String,
    class: &'static str,
    count: String,
    label: &'static str,
}

struct Group {
    href: String,
    name: &'static str,
    empty: &'static str,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "packets/home.html")]
struct Page {
    frame: Frame,
    name: String,
    counts: Vec<Count>,
    groups: Vec<Group>,
}

fn href(query: &str) -> String {
    if query.is_empty() { "/packets".to_owned() } else { format!("/packets?{query}") }
}

/// The page.
pub async fn show(signed_in: SignedIn, db: web::Data<Db>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let (now, me) = (Utc::now(), signed_in.actor.user());
    let narrowed = |query: &str| -> Result<(Filter, Order), AppError> {
        let asked: Asked = query.parse()?;
        Ok((asked.filter(me, now.date_naive())?, asked.order()))
    };
    let filters: Vec<Filter> =
        COUNTS.iter().map(|(query, ..)| narrowed(query).map(|(filter, _)| filter)).collect::<Result<_, _>>()?;
    let wanted: Vec<(Filter, Order)> = GROUPS.iter().map(|(query, ..)| narrowed(query)).collect::<Result<_, _>>()?;
    let (counts, groups) = db
        .read(&permit, move |tx| {
            let counts = list::counts(tx, &filters)?;
            let page = |(filter, order): &(Filter, Order)| {
                let page = list::page(tx, filter, *order, &Reach::First, SHOWN)?;
                Ok::<Vec<packets::Packet>, AppError>(page.listed.into_iter().map(|listed| listed.packet).collect())
            };
            let groups: Vec<_> = wanted.iter().map(page).collect::<Result<_, _>>()?;
            Ok::<_, AppError>((counts, groups))
        })
        .await?;
    let count = |((query, label, class), count): (&(&str, &'static str, &'static str), i64)| Count {
        href: href(query),
        class: if count == 0 { "" } else { class },
        count: counted(count),
        label,
    };
    let group = |((query, name, empty), found): (&(&str, &'static str, &'static str), Vec<packets::Packet>)| Group {
        href: href(query),
        name,
        empty,
        rows: found.into_iter().map(|packet| row(packet, now, me)).collect(),
    };
    let page = Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Home),
        name: signed_in.actor.name().to_owned(),
        counts: COUNTS.iter().zip(counts).map(count).collect(),
        groups: GROUPS.iter().zip(groups).map(group).collect(),
    };
    Ok(view::page(StatusCode::OK, &page)?)
}

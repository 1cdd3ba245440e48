//! The list of clients.

use crate::domain::access::Action;
use crate::domain::client::{Client, Profile};
use crate::domain::ids::{AliasId, ClientId};
use crate::store::{Db, ReadTx, aliases, clients};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Done, Frame, Section, When};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Utc;

struct Row {
    id: ClientId,
    name: String,
    aliases: String,
    expected: String,
    changed: When,
}

/// Two names of which somebody said that they are one company.
struct Same {
    id: AliasId,
    one: String,
    other: String,
    by: String,
    when: When,
}

#[derive(Template)]
#[template(path = "clients/list.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    may_save: bool,
    same: Vec<Same>,
    may_part: bool,
    done: Option<&'static str>,
}

/// A number of things in words; nothing for none.
fn count(count: usize, one: &str, many: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    }
}

/// What is expected, in a few words.
fn expected(profile: &Profile) -> String {
    let percent =
        |what: &str, percent: Option<rust_decimal::Decimal>| percent.map(|percent| format!("{what} ± {percent} %"));
    let fields = profile.fields.values().map(std::collections::BTreeSet::len).sum();
    let parts = [
        count(profile.documents.len(), "document", "documents"),
        count(fields, "field", "fields"),
        percent("weights", profile.weight_percent),
        percent("amounts", profile.amount_percent),
        count(profile.severities.len(), "rule weighs otherwise", "rules weigh otherwise"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "nothing yet".to_owned() } else { parts.join(" · ") }
}

fn also(client: &Client) -> String {
    client.profile.aliases.join(", ")
}

/// The page.
pub async fn show(signed_in: SignedIn, db: web::Data<Db>, done: web::Query<Done>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::ClientView)?;
    let now = Utc::now();
    let row = |kept: clients::Kept| Row {
        id: kept.id,
        aliases: also(&kept.client),
        expected: expected(&kept.client.profile),
        name: kept.client.name,
        changed: When::new(kept.updated_at, now),
    };
    let same = |kept: aliases::Kept| Same {
        id: kept.id,
        one: kept.alias.pair.one,
        other: kept.alias.pair.other,
        by: kept.alias.by,
        when: When::new(kept.at, now),
    };
    let both = |tx: &mut ReadTx<'_>| Ok::<_, AppError>((clients::list(tx)?, aliases::list(tx)?));
    let (known, joined) = db.read(&permit, both).await?;
    let page = Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Clients),
        rows: known.into_iter().map(row).collect(),
        same: joined.into_iter().map(same).collect(),
        may_part: signed_in.actor.may(Action::AliasRemove),
        may_save: signed_in.actor.may(Action::ClientSave),
        done: match done.done.as_str() {
            "saved" => Some("Saved. Packets that are checked from now on are judged by it."),
            "apart" => Some("Taken back. Packets that are checked from now on tell the two names apart."),
            "removed" => Some("Removed. Results that were judged by it stay as they are."),
            _ => None,
        },
    };
    Ok(view::page(StatusCode::OK, &page)?)
}

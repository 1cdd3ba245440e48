//! The form of one client: name, other names, documents, fields, tolerances and the weight of findings. What is wrong is said beside
//! its field and nothing that was typed is lost.

use crate::domain::access::Action;
use crate::domain::client::{self, Client, Profile, askable};
use crate::domain::ids::ClientId;
use crate::domain::packet::check::RULES;
use crate::domain::packet::document::{Field, Kind};
use crate::domain::packet::result::Severity;
use crate::store::{Db, StoreError, clients};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use std::collections::BTreeMap;

/// A box to tick.
struct Tick {
    word: String,
    label: &'static str,
    ticked: bool,
}

/// The fields of one kind of document.
struct Group {
    label: &'static str,
    ticked: usize,
    ticks: Vec<Tick>,
}

/// A rule and how grave its findings are.
struct Weight {
    code: &'static str,
    title: &'static str,
    usual: &'static str,
    chosen: String,
}

/// A field's id with what is wrong there.
type Problems = Vec<(&'static str, String)>;

/// What was typed, as it was typed.
#[derive(Clone, Default)]
struct Typed {
    name: String,
    aliases: String,
    weight: String,
    amount: String,
    version: i32,
    profile: Profile,
}

#[derive(Template)]
#[template(path = "clients/edit.html")]
struct Page {
    frame: Frame,
    id: Option<ClientId>,
    typed: Typed,
    documents: Vec<Tick>,
    groups: Vec<Group>,
    weights: Vec<Weight>,
    weighed: usize,
    severities: &'static [Severity],
    problems: Problems,
    may_save: bool,
}

impl Page {
    fn new(signed_in: &SignedIn, id: Option<ClientId>, typed: Typed, problems: Problems) -> Self {
        let profile = &typed.profile;
        let kinds = || Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Unknown);
        let documents = kinds().map(|kind| Tick {
            word: kind.as_str().to_owned(),
            label: kind.label(),
            ticked: profile.documents.contains(&kind),
        });
        let groups = kinds().map(|kind| {
            let of_kind = profile.fields.get(&kind);
            let ticks: Vec<Tick> = askable(kind)
                .iter()
                .map(|field| Tick {
                    word: format!("{kind}.{field}"),
                    label: field.label(),
                    ticked: of_kind.is_some_and(|fields| fields.contains(field)),
                })
                .collect();
            Group { label: kind.label(), ticked: ticks.iter().filter(|tick| tick.ticked).count(), ticks }
        });
        let weights = RULES.iter().map(|rule| Weight {
            code: rule.code,
            title: rule.title,
            usual: rule.severity.as_str(),
            chosen: profile.severities.get(rule.code).map(|severity| severity.as_str().to_owned()).unwrap_or_default(),
        });
        Self {
            frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Clients),
            id,
            documents: documents.collect(),
            groups: groups.collect(),
            weights: weights.collect(),
            weighed: profile.severities.len(),
            severities: Severity::ALL,
            problems,
            may_save: signed_in.actor.may(Action::ClientSave),
            typed,
        }
    }

    fn problem(&self, field: &str) -> Option<&str> {
        self.problems.iter().find(|(at, _)| *at == field).map(|(_, sentence)| sentence.as_str())
    }
}

/// Reads what the form sends. What the page does not offer is left aside.
fn read(body: &[u8]) -> (Typed, Result<Client, Problems>) {
    let mut typed = Typed::default();
    for (name, value) in url::form_urlencoded::parse(body) {
        let value = value.into_owned();
        match name.as_ref() {
            "name" => typed.name = value,
            "aliases" => typed.aliases = value,
            "weight" => typed.weight = value,
            "amount" => typed.amount = value,
            "version" => typed.version = value.parse().unwrap_or_default(),
            "document" => typed.profile.documents.extend(Kind::from_word(&value)),
            "field" => {
                let Some((kind, field)) = value.split_once('.') else { continue };
                let Some((kind, field)) = Kind::from_word(kind).zip(Field::from_word(field)) else { continue };
                if askable(kind).contains(&field) {
                    typed.profile.fields.entry(kind).or_default().insert(field);
                }
            }
            other => {
                let rule = other.strip_prefix("severity.").and_then(|code| RULES.iter().find(|rule| rule.code == code));
                if let Some((rule, severity)) = rule.zip(Severity::from_word(&value)) {
                    typed.profile.severities.insert(rule.code.to_owned(), severity);
                }
            }
        }
    }
    let judged = judge(&typed);
    (typed, judged)
}

fn judge(typed: &Typed) -> Result<Client, Problems> {
    let mut problems = BTreeMap::new();
    let mut refused = |field: &'static str, error: client::ProfileRefused| {
        problems.insert(field, error.to_string());
    };
    let name = client::client_name(&typed.name).map_err(|error| refused("name", error)).unwrap_or_default();
    let aliases = client::aliases(&typed.aliases).map_err(|error| refused("aliases", error)).unwrap_or_default();
    let weight_percent = client::tolerance(&typed.weight).map_err(|error| refused("weight", error)).unwrap_or_default();
    let amount_percent = client::tolerance(&typed.amount).map_err(|error| refused("amount", error)).unwrap_or_default();
    if problems.is_empty() {
        let profile = Profile { aliases, weight_percent, amount_percent, ..typed.profile.clone() };
        Ok(Client { name, profile })
    } else {
        Err(problems.into_iter().collect())
    }
}

/// What a stored client looks like in the form.
fn stored(kept: clients::Kept) -> Typed {
    let percent =
        |percent: Option<rust_decimal::Decimal>| percent.map(|percent| percent.to_string()).unwrap_or_default();
    Typed {
        name: kept.client.name,
        aliases: kept.client.profile.aliases.join("\n"),
        weight: percent(kept.client.profile.weight_percent),
        amount: percent(kept.client.profile.amount_percent),
        version: kept.version,
        profile: kept.client.profile,
    }
}

/// The empty form.
pub async fn blank(signed_in: SignedIn) -> Result<HttpResponse, AppError> {
    signed_in.actor.permit(Action::ClientSave)?;
    Ok(view::page(StatusCode::OK, &Page::new(&signed_in, None, Typed::default(), Vec::new()))?)
}

/// The form of a client.
pub async fn show(signed_in: SignedIn, db: web::Data<Db>, id: web::Path<ClientId>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::ClientView)?;
    let id = id.into_inner();
    let kept = db.read(&permit, move |tx| clients::find(tx, id)).await?;
    Ok(view::page(StatusCode::OK, &Page::new(&signed_in, Some(id), stored(kept), Vec::new()))?)
}

fn refuse(
    signed_in: &SignedIn,
    id: Option<ClientId>,
    typed: Typed,
    problems: Problems,
) -> Result<HttpResponse, AppError> {
    Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &Page::new(signed_in, id, typed, problems))?)
}

/// A sentence for a conflict that the form itself can settle.
fn known(error: StoreError) -> Result<(&'static str, String), AppError> {
    match error {
        StoreError::Conflict(key) if key == "clients_name" => {
            Ok(("name", "There is a client of this name already.".to_owned()))
        }
        StoreError::Conflict(key) if key == "clients_max" => {
            Ok(("name", format!("A team has at most {} clients.", clients::CLIENTS_MAX)))
        }
        StoreError::Conflict(key) if key == "clients_version" => {
            Ok(("name", "Somebody else has changed this client meanwhile. Open it again in another tab, compare, and save once more there.".to_owned()))
        }
        error => Err(error.into()),
    }
}

/// Keeps a new client.
pub async fn create(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    body: web::Bytes,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::ClientSave)?;
    let (typed, judged) = read(&body);
    let client = match judged {
        Ok(client) => client,
        Err(problems) => return refuse(&signed_in, None, typed, problems),
    };
    let id = ClientId::fresh();
    match db.write(permit, id, move |tx| clients::add(tx, id, &client)).await {
        Ok(()) => Ok(view::go_to(&request, "/clients?done=saved")),
        Err(error) => refuse(&signed_in, None, typed, vec![known(error)?]),
    }
}

/// Keeps a client as it is said now.
pub async fn update(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<ClientId>,
    body: web::Bytes,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::ClientSave)?;
    let id = id.into_inner();
    let (typed, judged) = read(&body);
    let looking = signed_in.actor.permit(Action::ClientView)?;
    db.read(&looking, move |tx| clients::find(tx, id)).await?;
    let client = match judged {
        Ok(client) => client,
        Err(problems) => return refuse(&signed_in, Some(id), typed, problems),
    };
    let version = typed.version;
    match db.write(permit, id, move |tx| clients::change(tx, id, version, &client)).await {
        Ok(()) => Ok(view::go_to(&request, "/clients?done=saved")),
        Err(error) => refuse(&signed_in, Some(id), typed, vec![known(error)?]),
    }
}

/// Forgets a client.
pub async fn remove(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<ClientId>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::ClientRemove)?;
    let id = id.into_inner();
    db.write(permit, id, move |tx| clients::remove(tx, id)).await?;
    Ok(view::go_to(&request, "/clients?done=removed"))
}

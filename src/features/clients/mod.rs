//! What the team expects of its clients' papers, as its people manage it. What the checks make of it is `domain::packet::check`'s.

mod aliases;
mod form;
mod list;

use crate::domain::access::Action;
use crate::web::route::Access;

crate::routes! {
    get "/clients" Access::Needs(Action::ClientView) => list::show;
    get "/clients/new" Access::Needs(Action::ClientSave) => form::blank;
    post "/clients" Access::Needs(Action::ClientSave) => form::create;
    post "/clients/aliases/{id}/remove" Access::Needs(Action::AliasRemove) => aliases::remove;
    get "/clients/{id}" Access::Needs(Action::ClientView) => form::show;
    post "/clients/{id}" Access::Needs(Action::ClientSave) => form::update;
    post "/clients/{id}/remove" Access::Needs(Action::ClientRemove) => form::remove;
}

//! The work of a team that outlives a request: what waits, runs and has failed, and another try.

mod list;

use crate::domain::access::Action;
use crate::web::route::Access;

crate::routes! {
    get "/work" Access::Needs(Action::WorkView) => list::list;
    post "/work/mail/{id}/retry" Access::Needs(Action::WorkRetry) => list::retry_mail;
    post "/work/{id}/retry" Access::Needs(Action::WorkRetry) => list::retry;
}

//! The audit log: the page under any filter, its export as a file, and the check of its chain with the anchors that stand behind it.

mod csv;
mod diff;
mod export;
mod filter;
pub mod keeper;
mod list;
mod verification;

use crate::domain::access::Action;
use crate::web::route::Access;

/// What an entry about the log itself is about.
const SUBJECT: &str = "audit log";

crate::routes! {
    get "/audit" Access::Needs(Action::AuditView) => list::list;
    get "/audit/export.csv" Access::Needs(Action::AuditExport) => export::export;
    get "/audit/verification" Access::Needs(Action::AuditVerify) => verification::show;
    post "/audit/verification" Access::Needs(Action::AuditVerify) => verification::ask;
}

//! The rules of the checks, as they are: one page made from the list that runs.

mod list;

use crate::web::route::Access;

crate::routes! {
    get "/rules" Access::SignedIn => list::list;
}

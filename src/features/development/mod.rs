//! What a developer needs on the own machine and nobody anywhere else: the letters that would have been sent.

mod mail;

pub use mail::{Mailbox, mailbox};

use crate::web::route::Access;

crate::routes! {
    get "/development/mail" Access::Public => mail::list;
}

//! Signing up, in and out, and a new password for whoever forgot theirs. Invites and second factors are not here.

mod door;
mod letters;
mod record;
mod reset;
mod sign_in;
mod sign_up;
mod verification;

pub use door::SignUpIsOpen;

use crate::web::route::Access;

crate::routes! {
    get "/sign-in" Access::Public => sign_in::form;
    post "/sign-in" Access::Public => sign_in::create;
    post "/sign-out" Access::Public => sign_in::remove;
    get "/sign-up" Access::Public => sign_up::form;
    post "/sign-up" Access::Public => sign_up::create;
    get "/sign-up/code" Access::Public => verification::form;
    post "/sign-up/code" Access::Public => verification::create;
    post "/sign-up/code/again" Access::Public => verification::again;
    get "/reset-password" Access::Public => reset::form;
    post "/reset-password" Access::Public => reset::create;
    get "/reset-password/{token}" Access::Public => reset::arrive;
    get "/new-password" Access::Public => reset::new_form;
    post "/new-password" Access::Public => reset::set;
}

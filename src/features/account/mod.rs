//! Signing in and out. Sign-up, invites and second factors are not here.

mod sign_in;

use crate::web::route::Access;

crate::routes! {
    get "/sign-in" Access::Public => sign_in::form;
    post "/sign-in" Access::Public => sign_in::create;
    post "/sign-out" Access::Public => sign_in::remove;
}

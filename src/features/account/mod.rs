//! Signing up, in and out, a new password for whoever forgot theirs, a person's own page, and joining a team by an invite. Sending
//! invites is not here.

mod app;
mod door;
mod email;
mod home;
mod join;
mod letters;
mod passkeys;
mod proof;
mod record;
mod reset;
mod second_step;
mod sign_in;
mod sign_up;
mod verification;

use crate::web::route::Access;

crate::routes! {
    get "/sign-in" Access::Public => sign_in::form;
    post "/sign-in" Access::Public => sign_in::create;
    get "/sign-in/second" Access::Public => second_step::form;
    post "/sign-in/second" Access::Public => second_step::create;
    get "/account" Access::SignedIn => home::show;
    post "/account/name" Access::SignedIn => home::rename;
    post "/account/keys" Access::SignedIn => home::switch_keys;
    post "/account/email" Access::SignedIn => email::ask;
    post "/account/email/code" Access::SignedIn => email::confirm;
    post "/account/password" Access::SignedIn => home::change_password;
    get "/account/proof" Access::SignedIn => proof::form;
    post "/account/proof" Access::SignedIn => proof::create;
    post "/account/app" Access::SignedIn => app::offer;
    get "/account/app" Access::SignedIn => app::show;
    post "/account/app/confirm" Access::SignedIn => app::confirm;
    post "/account/app/remove" Access::SignedIn => app::remove;
    get "/account/passkeys/new" Access::SignedIn => passkeys::new;
    post "/account/passkeys/begin" Access::SignedIn => passkeys::begin;
    post "/account/passkeys" Access::SignedIn => passkeys::create;
    post "/account/passkeys/{id}/remove" Access::SignedIn => passkeys::remove;
    post "/sign-in/passkey/begin" Access::Public => passkeys::ask;
    post "/sign-in/passkey" Access::Public => passkeys::sign_in;
    post "/account/recovery" Access::SignedIn => app::renew_recovery;
    post "/account/sessions/end-others" Access::SignedIn => home::end_others;
    post "/account/sessions/{id}/end" Access::SignedIn => home::end_session;
    post "/sign-out" Access::Public => sign_in::remove;
    get "/sign-up" Access::Public => sign_up::form;
    post "/sign-up" Access::Public => sign_up::create;
    get "/sign-up/code" Access::Public => verification::form;
    post "/sign-up/code" Access::Public => verification::create;
    post "/sign-up/code/again" Access::Public => verification::again;
    get "/reset-password" Access::Public => reset::form;
    post "/reset-password" Access::Public => reset::create;
    get "/reset-password/{token}" Access::Public => reset::arrive;
    get "/join/{token}" Access::Public => join::arrive;
    get "/join" Access::Public => join::form;
    post "/join" Access::Public => join::create;
    post "/join/code" Access::Public => join::send;
    post "/join/proof" Access::Public => join::prove;
    get "/new-password" Access::Public => reset::new_form;
    post "/new-password" Access::Public => reset::set;
}

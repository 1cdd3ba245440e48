//! The table of routes: no handler is reachable that does not say who may use it. A test asks every route as every role.

use crate::domain::access::Action;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone.
    Public,
    /// Everyone who is signed in.
    SignedIn,
    /// Members whose role allows the action.
    Needs(Action),
    /// API tokens whose scopes allow the action.
    Token(Action),
}

/// A route as the test sees it.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// `get` or `post`.
    pub method: &'static str,
    pub path: &'static str,
    pub access: Access,
}

/// Declares a feature's routes: `ROUTES` for the test, `routes` for the server.
#[macro_export]
macro_rules! routes {
    ($($method:ident $path:literal $access:expr => $handler:path;)+) => {
        /// Every route of this feature and who may use it.
        pub const ROUTES: &[$crate::web::route::Route] = &[$($crate::web::route::Route {
            method: stringify!($method), path: $path, access: $access,
        }),+];
        /// Registers the handlers of [`ROUTES`].
        pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
            $( cfg.route($path, actix_web::web::$method().to($handler)); )+
        }
    };
}

//! What everybody may ask: the way in, the style sheet, and whether the server lives.

mod disclosure;
mod health;
mod keyboard;
mod roles;
mod trust;

pub use disclosure::Contact;
pub use health::Metrics;
pub use trust::Facts;

use crate::web::assets;
use crate::web::route::Access;

crate::routes! {
    get "/assets/{name}" Access::Public => assets::show;
    get "/roles" Access::Public => roles::show;
    get "/trust" Access::Public => trust::show;
    get "/keyboard" Access::Public => keyboard::show;
    get "/security" Access::Public => disclosure::show;
    get "/.well-known/security.txt" Access::Public => disclosure::text;
    get "/healthz" Access::Public => health::alive;
    get "/readyz" Access::Public => health::ready;
    get "/metrics" Access::Public => health::metrics;
}

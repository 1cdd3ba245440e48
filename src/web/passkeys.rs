//! The judge of passkeys (WebAuthn): which site they belong to. Ceremonies are the features' business.

use std::sync::Arc;
use url::{Host, Url};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// The judge; nothing where the public URL is an address without a name, for which no browser makes a passkey.
#[derive(Clone)]
pub struct Passkeys(Option<Arc<Webauthn>>);

impl Passkeys {
    /// The judge for a public URL.
    pub fn at(public_url: &Url) -> Self {
        let Some(Host::Domain(name)) = public_url.host() else { return Self(None) };
        let built = WebauthnBuilder::new(name, public_url).and_then(|builder| builder.rp_name("Quayside").build());
        Self(built.ok().map(Arc::new))
    }

    /// The judge, where there can be one.
    pub fn judge(&self) -> Option<&Webauthn> {
        self.0.as_deref()
    }
}

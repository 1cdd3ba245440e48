//! Cookies beside the session's: a value of 256 random bits, closed to scripts, bound to this host over TLS.

use crate::domain::account::code::Token;
use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

/// What a cookie is for, and how long it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Binds a code to the browser that asked for it.
    Code,
    /// Carries the token of a link, so that it leaves the address of the page.
    Reset,
    /// Carries the token of an invite's link.
    Join,
    /// Binds the code of an invite to the browser that asked for it.
    JoinCode,
    /// Says that a person signed in here before.
    Device,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Reset => "reset",
            Self::Join => "join",
            Self::JoinCode => "join-code",
            Self::Device => "device",
        }
    }

    const fn lives(self) -> Duration {
        match self {
            Self::Code | Self::Reset | Self::Join | Self::JoinCode => Duration::HOUR,
            Self::Device => Duration::days(365),
        }
    }
}

/// How this server's cookies are made.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    /// Browsers come over TLS.
    pub secure: bool,
}

impl Cookies {
    fn name(self, purpose: Purpose) -> String {
        format!("{}quayside-{}", if self.secure { "__Host-" } else { "" }, purpose.word())
    }

    /// The token that the browser brought.
    pub fn token(self, request: &HttpRequest, purpose: Purpose) -> Option<Token> {
        request.cookie(&self.name(purpose)).and_then(|cookie| Token::parse(cookie.value()))
    }

    fn made(self, purpose: Purpose, value: String, lives: Duration) -> Cookie<'static> {
        Cookie::build(self.name(purpose), value)
            .path("/")
            .secure(self.secure)
            .http_only(true)
            .same_site(SameSite::Lax)
            .max_age(lives)
            .finish()
    }

    /// A cookie that keeps a token.
    pub fn keep(self, purpose: Purpose, token: &Token) -> Cookie<'static> {
        self.made(purpose, token.as_str().to_owned(), purpose.lives())
    }

    /// A cookie that ends the one before.
    pub fn end(self, purpose: Purpose) -> Cookie<'static> {
        self.made(purpose, String::new(), Duration::ZERO)
    }
}

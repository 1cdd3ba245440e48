//! API tokens: what a brokerage's own systems show instead of a session. How they are found is `store::tokens`; what they may is
//! `access`.

use super::access::{Role, Scope};
use super::account::code::{NoRandomness, Token};
use super::secret::Secret;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// The longest name of a token, in letters.
pub const NAME_MAX: usize = 100;
/// The most tokens of a team that are neither revoked nor run out.
pub const TOKENS_MAX: i64 = 50;
/// For how many days a token can be good.
pub const DAYS: [i64; 3] = [30, 90, 366];

const MARK: &str = "qs_";
/// Digits that tell a mistyped token from one that nobody knows.
const CHECK: usize = 8;
/// Digits behind the mark by which people recognise a token: 24 of its 256 bits.
const SHOWN: usize = 6;

/// A token: `qs_`, 256 random bits and a check of 32 bits, both hexadecimal.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken(Token);

impl std::fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiToken(secret)")
    }
}

fn check(digits: &str) -> String {
    let mut check = hex::encode(Sha256::digest(format!("quayside.token/1 {digits}")));
    check.truncate(CHECK);
    check
}

impl ApiToken {
    /// A token that nobody can foresee.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn fresh() -> Result<Self, NoRandomness> {
        Token::fresh().map(Self)
    }

    /// Reads a token as a request brings it; nothing where a digit is wrong or missing.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(MARK)?;
        let (body, checked) = digits.split_at_checked(digits.len().checked_sub(CHECK)?)?;
        let token = Token::parse(body)?;
        (check(body) == checked).then_some(Self(token))
    }

    /// The whole of it, for the one page that shows it.
    pub fn reveal(&self) -> String {
        format!("{MARK}{}{}", self.0.as_str(), check(self.0.as_str()))
    }

    /// How it begins, by which people recognise it.
    pub fn start(&self) -> String {
        format!("{MARK}{}", self.0.as_str().chars().take(SHOWN).collect::<String>())
    }

    /// What is stored of it. Keyed, so that whoever can write the table still makes no token.
    pub fn digest(&self, secret: &Secret) -> Vec<u8> {
        secret.digest("quayside.token/1", &[self.0.as_str().as_bytes()])
    }
}

/// Why a token is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    #[error("Give the token a name of at most {NAME_MAX} characters, such as the system that will use it.")]
    Name,
    #[error("Tick at least one thing that the token may do.")]
    Scope,
    #[error("Choose for how long the token is good.")]
    Days,
}

/// A token to be, as its form was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub name: String,
    pub scopes: Vec<Scope>,
    pub days: i64,
}

impl Wanted {
    /// Reads the form.
    ///
    /// # Errors
    /// [`TokenRefused`], the first thing that is not right.
    pub fn read(name: &str, scopes: &[Scope], days: &str) -> Result<Self, TokenRefused> {
        let name: String = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
            return Err(TokenRefused::Name);
        }
        let scopes: Vec<Scope> = Scope::ALL.iter().copied().filter(|scope| scopes.contains(scope)).collect();
        if scopes.is_empty() {
            return Err(TokenRefused::Scope);
        }
        let days = days.parse().ok().filter(|days| DAYS.contains(days)).ok_or(TokenRefused::Days)?;
        Ok(Self { name, scopes, days })
    }
}

/// Why a token opens nothing, though it was made here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenStopped {
    #[error("This API token was revoked. An Owner or Admin can create another.")]
    Revoked,
    #[error("This API token has run out. An Owner or Admin can create another.")]
    Over,
    #[error(
        "This API token stopped: whoever made it is no longer in the team, or may no longer do what it is for. An Owner or Admin can create \
         another."
    )]
    Maker,
}

/// What decides whether a token opens anything.
#[derive(Clone, Debug)]
pub struct Terms {
    pub scopes: Vec<Scope>,
    pub expires_at: DateTime<Utc>,
    pub is_revoked: bool,
}

impl Terms {
    /// Whether the token stands, with the role that its maker has now: nothing where they are suspended, or no member any more.
    ///
    /// # Errors
    /// [`TokenStopped`].
    pub fn judge(&self, maker: Option<Role>, now: DateTime<Utc>) -> Result<(), TokenStopped> {
        let reaches = |role: Role| self.scopes.iter().all(|scope| !scope.needs().is_above(role));
        match maker {
            _ if self.is_revoked => Err(TokenStopped::Revoked),
            _ if self.expires_at <= now => Err(TokenStopped::Over),
            Some(role) if reaches(role) => Ok(()),
            _ => Err(TokenStopped::Maker),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_shown_and_with_no_digit_wrong() {
        let token = ApiToken::fresh().unwrap();
        let shown = token.reveal();
        assert_eq!(ApiToken::parse(&shown), Some(token.clone()));
        assert!(shown.starts_with(&token.start()) && token.start().len() == 9);
        for at in 0..shown.len() {
            let mut wrong: Vec<char> = shown.chars().collect();
            let digit = wrong.get_mut(at).unwrap();
            *digit = if *digit == '0' { '1' } else { '0' };
            assert_eq!(ApiToken::parse(&wrong.into_iter().collect::<String>()), None, "{at}");
        }
        for wrong in
            ["", "qs_", "qs_äöü", "qs_12345678", &shown.to_uppercase(), &shown[..shown.len() - 1], &format!("{shown}0")]
        {
            assert_eq!(ApiToken::parse(wrong), None, "{wrong}");
        }
        assert_eq!(format!("{token:?}"), "ApiToken(secret)");
    }

    #[test]
    fn what_is_stored_depends_on_the_installation() {
        let token = ApiToken::fresh().unwrap();
        assert_ne!(token.digest(&Secret::new(b"one")), token.digest(&Secret::new(b"two")));
    }

    #[test]
    fn a_token_stops_with_its_time_its_maker_and_whoever_revokes_it() {
        let now = DateTime::UNIX_EPOCH;
        let terms = |seconds, is_revoked| Terms {
            scopes: Scope::ALL.into(),
            expires_at: now + chrono::Duration::seconds(seconds),
            is_revoked,
        };
        assert_eq!(terms(1, false).judge(Some(Role::Operator), now), Ok(()));
        assert_eq!(terms(1, false).judge(Some(Role::Viewer), now), Err(TokenStopped::Maker));
        assert_eq!(terms(1, false).judge(None, now), Err(TokenStopped::Maker));
        assert_eq!(terms(0, false).judge(Some(Role::Owner), now), Err(TokenStopped::Over));
        assert_eq!(terms(1, true).judge(Some(Role::Owner), now), Err(TokenStopped::Revoked));
    }

    #[test]
    fn a_form_that_is_not_right_says_what_is_not() {
        let both = Scope::ALL;
        assert_eq!(
            Wanted::read(" ERP ", both, "90").unwrap(),
            Wanted { name: "ERP".into(), scopes: both.into(), days: 90 }
        );
        for (name, scopes, days, refused) in [
            (" ", both, "90", TokenRefused::Name),
            (&"x".repeat(101), both, "90", TokenRefused::Name),
            ("ERP", &[][..], "90", TokenRefused::Scope),
            ("ERP", both, "367", TokenRefused::Days),
            ("ERP", both, "", TokenRefused::Days),
        ] {
            assert_eq!(Wanted::read(name, scopes, days), Err(refused));
        }
    }
}

//! Accounts: e-mail addresses, passwords and what a person is called. How they are stored is `store::accounts`.

use secrecy::{ExposeSecret, SecretString};

/// What one bcrypt hash costs; 12 is about a quarter of a second.
const BCRYPT_COST: u32 = 12;
/// The fewest bytes of a password.
pub const PASSWORD_MIN: usize = 8;
/// The most bytes that bcrypt reads; more would be ignored, so more is refused.
pub const PASSWORD_MAX: usize = 72;

/// An e-mail address in the form in which it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

/// Why an address was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Enter an e-mail address like name@company.com.")]
pub struct EmailRefused;

impl Email {
    /// Reads an address as a person types it.
    ///
    /// # Errors
    /// [`EmailRefused`] where no mail could ever reach it.
    pub fn parse(text: &str) -> Result<Self, EmailRefused> {
        let text = text.trim().to_lowercase();
        let (local, host) = text.rsplit_once('@').ok_or(EmailRefused)?;
        let plain =
            |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control() || c == '@');
        let dotted = host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains("..");
        if plain(local) && plain(host) && dotted && text.len() <= 254 { Ok(Self(text)) } else { Err(EmailRefused) }
    }

    /// The address, lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a password was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    #[error("Use at least {PASSWORD_MIN} characters.")]
    TooShort,
    #[error(
        "Use at most {PASSWORD_MAX} bytes; longer passwords would be cut, so they are refused. Letters with accents count twice."
    )]
    TooLong,
    #[error("The password could not be hashed.")]
    Failed,
}

/// Hashes a password. It takes about a quarter of a second of processor time: never on a request's thread.
///
/// # Errors
/// [`PasswordRefused`] where the length is not allowed.
pub fn hash_password(password: &SecretString) -> Result<String, PasswordRefused> {
    let bytes = password.expose_secret().len();
    if bytes < PASSWORD_MIN {
        return Err(PasswordRefused::TooShort);
    }
    if bytes > PASSWORD_MAX {
        return Err(PasswordRefused::TooLong);
    }
    bcrypt::non_truncating_hash(password.expose_secret(), BCRYPT_COST).map_err(|_| PasswordRefused::Failed)
}

/// True where the password is the one that was hashed. Without a hash it does the same work and says no, so that an unknown
/// address takes as long as a known one.
pub fn password_matches(password: &SecretString, hash: Option<&str>) -> bool {
    const NOBODY: &str = "$2b$12$KIXQ4S6B1jkm3JvYp9qg7uP2q0ZQ4eV9cUoZyF0m5mGqvYk3n7Q8W";
    let found = bcrypt::non_truncating_verify(password.expose_secret(), hash.unwrap_or(NOBODY)).unwrap_or(false);
    found && hash.is_some()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_case_and_space() {
        assert_eq!(Email::parse("  Olga@Atlas.Example ").unwrap().as_str(), "olga@atlas.example");
        for bad in [
            "",
            "olga",
            "olga@",
            "@atlas.example",
            "olga@atlas",
            "ol ga@atlas.example",
            "olga@atlas..example",
            "a@b@c.d e",
        ] {
            assert_eq!(Email::parse(bad), Err(EmailRefused), "{bad}");
        }
    }

    #[test]
    fn a_password_longer_than_bcrypt_reads_is_refused_not_cut() {
        assert_eq!(hash_password(&"short".into()), Err(PasswordRefused::TooShort));
        assert_eq!(hash_password(&"é".repeat(37).into()), Err(PasswordRefused::TooLong));
    }

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let hash = hash_password(&"correct horse battery".into()).unwrap();
        assert!(password_matches(&"correct horse battery".into(), Some(&hash)));
        assert!(!password_matches(&"correct horse batterie".into(), Some(&hash)));
        assert!(!password_matches(&"correct horse battery".into(), None));
    }

    #[test]
    fn an_unknown_address_costs_as_much_work_as_a_known_one() {
        assert!(bcrypt::verify("x", "$2b$12$KIXQ4S6B1jkm3JvYp9qg7uP2q0ZQ4eV9cUoZyF0m5mGqvYk3n7Q8W").is_ok());
    }
}

//! Accounts: e-mail addresses, passwords and codes. How they are stored is `store::accounts` and its neighbours.

pub mod code;
mod password;

pub use password::{
    PASSWORD_MAX, PASSWORD_MIN, PasswordRefused, acceptable, hash_password, is_outdated, password_matches,
};

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
}

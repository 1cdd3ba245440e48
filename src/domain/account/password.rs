//! Passwords: which are taken, how they are hashed, and whether one is right. The work runs elsewhere, in a bounded pool: it takes about a
//! quarter of a second of processor time.

use secrecy::{ExposeSecret, SecretString};
use std::collections::HashSet;
use std::sync::LazyLock;

/// What one bcrypt hash costs; 12 is about a quarter of a second.
const BCRYPT_COST: u32 = 12;
/// The fewest bytes of a password.
pub const PASSWORD_MIN: usize = 8;
/// The most bytes that bcrypt reads; more would be ignored, so more is refused.
pub const PASSWORD_MAX: usize = 72;

/// Why a password was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    #[error("Use at least {PASSWORD_MIN} characters.")]
    TooShort,
    #[error(
        "Use at most {PASSWORD_MAX} bytes; longer passwords would be cut, so they are refused. Letters with accents count twice."
    )]
    TooLong,
    #[error(
        "This password is among the first that anybody would try. Choose another one, such as three or four words."
    )]
    Common,
    #[error(
        "This password is built on a name that anybody would try: yours, your team's, your address or Quayside. Choose other words."
    )]
    Name,
    #[error("The password could not be hashed.")]
    Failed,
}

/// Passwords that are tried first, lower case, one a line: words, names and years, walks over the keyboard, and letters as digits.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// The fewest letters of a name that count as a part of a password.
const NAME_MIN: usize = 4;

fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// True where too little of the password is left without the names.
fn is_built_on(password: &str, names: &[&str]) -> bool {
    let whole = folded(password);
    let mut parts: Vec<String> = names
        .iter()
        .chain(&["Quayside"])
        .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()).chain([*name]))
        .map(folded)
        .filter(|part| part.chars().count() >= NAME_MIN)
        .collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    let rest = parts.iter().fold(whole.clone(), |rest, part| rest.replace(part.as_str(), ""));
    rest.len() < whole.len() && rest.len() < PASSWORD_MIN
}

/// Whether a new password is taken. `names` are those of the person, the address and the team. There are no rules of composition, and
/// nothing is cut or trimmed.
///
/// # Errors
/// [`PasswordRefused`] with the first reason.
pub fn acceptable(password: &SecretString, names: &[&str]) -> Result<(), PasswordRefused> {
    let text = password.expose_secret();
    match text.len() {
        ..PASSWORD_MIN => Err(PasswordRefused::TooShort),
        bytes if bytes > PASSWORD_MAX => Err(PasswordRefused::TooLong),
        _ if COMMON.contains(text.to_lowercase().as_str()) => Err(PasswordRefused::Common),
        _ if is_built_on(text, names) => Err(PasswordRefused::Name),
        _ => Ok(()),
    }
}

/// Hashes a password. It takes about a quarter of a second of processor time: never on a request's thread.
///
/// # Errors
/// [`PasswordRefused`] where the length is not allowed.
pub fn hash_password(password: &SecretString) -> Result<String, PasswordRefused> {
    match password.expose_secret().len() {
        ..PASSWORD_MIN => Err(PasswordRefused::TooShort),
        bytes if bytes > PASSWORD_MAX => Err(PasswordRefused::TooLong),
        // Its strict twin refuses 72 bytes already, for the zero that ends them; all of them count here.
        _ => bcrypt::hash(password.expose_secret(), BCRYPT_COST).map_err(|_| PasswordRefused::Failed),
    }
}

/// True where the password is the one that was hashed. Without a hash it does the same work and says no, so that an unknown
/// address takes as long as a known one.
pub fn password_matches(password: &SecretString, hash: Option<&str>) -> bool {
    const NOBODY: &str = "$2b$12$KIXQ4S6B1jkm3JvYp9qg7uP2q0ZQ4eV9cUoZyF0m5mGqvYk3n7Q8W";
    let fits = password.expose_secret().len() <= PASSWORD_MAX;
    let found = bcrypt::verify(password.expose_secret(), hash.unwrap_or(NOBODY)).unwrap_or(false);
    found && fits && hash.is_some()
}

/// True where a stored hash costs less than hashes do today: it is made anew at the next sign-in.
pub fn is_outdated(hash: &str) -> bool {
    let cost = hash.split('$').nth(2).and_then(|cost| cost.parse::<u32>().ok());
    cost.is_none_or(|cost| cost < BCRYPT_COST)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_password_longer_than_bcrypt_reads_is_refused_not_cut() {
        assert_eq!(hash_password(&"short".into()), Err(PasswordRefused::TooShort));
        assert_eq!(hash_password(&"é".repeat(37).into()), Err(PasswordRefused::TooLong));
        assert_eq!(acceptable(&"short".into(), &[]), Err(PasswordRefused::TooShort));
        assert_eq!(acceptable(&"é".repeat(37).into(), &[]), Err(PasswordRefused::TooLong));
        assert_eq!(acceptable(&"é".repeat(36).into(), &[]), Ok(()));
    }

    #[test]
    fn a_password_of_the_greatest_length_counts_to_its_last_letter() {
        let longest = "x".repeat(PASSWORD_MAX);
        let hash = hash_password(&longest.as_str().into()).unwrap();
        assert!(password_matches(&longest.as_str().into(), Some(&hash)));
        assert!(!password_matches(&format!("{}y", "x".repeat(PASSWORD_MAX - 1)).into(), Some(&hash)));
        assert!(!password_matches(&format!("{longest}x").into(), Some(&hash)));
    }

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let hash = hash_password(&"correct horse battery".into()).unwrap();
        assert!(password_matches(&"correct horse battery".into(), Some(&hash)));
        assert!(!password_matches(&"correct horse batterie".into(), Some(&hash)));
        assert!(!password_matches(&"correct horse battery".into(), None));
        assert!(!is_outdated(&hash));
    }

    #[test]
    fn spaces_at_the_ends_are_a_part_of_a_password() {
        let hash = hash_password(&"  eight letters ".into()).unwrap();
        assert!(password_matches(&"  eight letters ".into(), Some(&hash)));
        assert!(!password_matches(&"eight letters".into(), Some(&hash)));
    }

    #[test]
    fn an_unknown_address_costs_as_much_work_as_a_known_one() {
        assert!(bcrypt::verify("x", "$2b$12$KIXQ4S6B1jkm3JvYp9qg7uP2q0ZQ4eV9cUoZyF0m5mGqvYk3n7Q8W").is_ok());
    }

    #[test]
    fn common_passwords_are_refused_whatever_their_case() {
        assert!(COMMON.len() >= 3_000 && COMMON.iter().all(|word| word.len() >= PASSWORD_MIN), "{}", COMMON.len());
        for common in
            ["password", "Password1", "QWERTYUIOP", "12345678", "p@ssw0rd", "1qaz2wsx", "jennifer1", "Welcome2026"]
        {
            assert_eq!(acceptable(&common.into(), &[]), Err(PasswordRefused::Common), "{common}");
        }
    }

    #[test]
    fn names_that_anybody_would_try_are_refused_and_there_are_no_rules_of_composition() {
        let names = ["Atlas Customs", "Olga Tester", "olga@atlas.example"];
        for built in
            ["AtlasCustoms", "atlas-customs-1", "Quayside2026!", "olga-tester", "Tester12345", "olga@atlas.example"]
        {
            assert_eq!(acceptable(&built.into(), &names), Err(PasswordRefused::Name), "{built}");
        }
        for good in ["quayside sails at noon", "korrekte pferde", "aaaa bbbb cccc", "zwölf Möwen", "73519064282"] {
            assert_eq!(acceptable(&good.into(), &names), Ok(()), "{good}");
        }
    }

    #[test]
    fn a_cheaper_hash_is_outdated() {
        assert!(is_outdated(&bcrypt::hash("x", 4).unwrap()));
        assert!(is_outdated("not a hash"));
    }
}

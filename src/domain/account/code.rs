//! Codes of six digits that a person types, and tokens that a link or a cookie carries. Both come from the operating system's
//! randomness; neither is ever stored as it is.

use crate::domain::secret::Secret;
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};

/// How long a code is good for, in minutes.
pub const CODE_MINUTES: i64 = 10;
/// How often one code may be tried.
pub const CODE_TRIES: i32 = 5;
/// How long a link to set a new password is good for, in minutes.
pub const RESET_MINUTES: i64 = 60;
const CODES: u32 = 1_000_000;

/// The operating system has no randomness to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The machine has no randomness to give at the moment.")]
pub struct NoRandomness;

/// Six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(secret)")
    }
}

/// A number below a million, each as likely as every other, or nothing where this one would favour the low ones.
fn uniform(number: u32) -> Option<u32> {
    let fair = u32::MAX - u32::MAX % CODES;
    (number < fair).then_some(number % CODES)
}

impl Code {
    /// A code that nobody can foresee.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn fresh() -> Result<Self, NoRandomness> {
        loop {
            if let Some(number) = uniform(OsRng.try_next_u32().map_err(|_| NoRandomness)?) {
                return Ok(Self(format!("{number:06}")));
            }
        }
    }

    /// Reads a code as a person types or pastes it, with spaces or a dash.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        (digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_digit())).then_some(Self(digits))
    }

    /// The digits, for the letter that brings them.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// What is stored of it: a digest keyed with the installation's secret and bound to the request that asked. A slow hash would not
    /// do: a million codes are tried in days at a quarter of a second each, and every guess would cost the server that quarter.
    /// Without the secret, which is not in the database, a copy of the table tells nothing however long somebody computes.
    pub fn digest(&self, secret: &Secret, request: &Token) -> Vec<u8> {
        secret.digest("quayside.code/1", &[request.0.as_bytes(), self.0.as_bytes()])
    }
}

/// 256 bits that open something, as 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(secret)")
    }
}

impl Token {
    /// A token that nobody can foresee.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn fresh() -> Result<Self, NoRandomness> {
        let mut bytes = [0u8; 32];
        OsRng.try_fill_bytes(&mut bytes).map_err(|_| NoRandomness)?;
        Ok(Self(hex::encode(bytes)))
    }

    /// Reads a token of a link or a cookie.
    pub fn parse(text: &str) -> Option<Self> {
        let fits =
            text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit));
        fits.then(|| Self(text.to_owned()))
    }

    /// The digits, for the link or the cookie.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored of it: 256 bits cannot be guessed, so a fast hash is enough.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_as_likely_as_every_other() {
        // 4,294 whole millions fit into 32 bits; what is over is drawn again.
        assert_eq!(uniform(4_293_999_999), Some(999_999));
        assert_eq!(uniform(4_294_000_000), None);
        assert_eq!(uniform(u32::MAX), None);
        assert_eq!(uniform(7), Some(7));
        let mut first_digits = [0u32; 10];
        for _ in 0..20_000 {
            let code = Code::fresh().unwrap();
            assert_eq!(code.digits().len(), 6);
            let first = usize::from(code.digits().as_bytes().first().unwrap() - b'0');
            *first_digits.get_mut(first).unwrap() += 1;
        }
        assert!(first_digits.iter().all(|count| (1_700..2_300).contains(count)), "{first_digits:?}");
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for typed in ["012345", " 012 345 ", "012-345", "012\u{a0}345"] {
            assert_eq!(Code::parse(typed).unwrap().digits(), "012345", "{typed:?}");
        }
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６", "+12345"] {
            assert_eq!(Code::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn what_is_stored_depends_on_the_secret_and_on_who_asked() {
        let (code, one, two) = (Code::parse("012345").unwrap(), Token::fresh().unwrap(), Token::fresh().unwrap());
        let secret = Secret::new(b"secret");
        assert_ne!(code.digest(&secret, &one), code.digest(&secret, &two));
        assert_ne!(code.digest(&secret, &one), code.digest(&Secret::new(b"other"), &one));
        assert_eq!(code.digest(&secret, &one), code.digest(&secret, &Token::parse(one.as_str()).unwrap()));
        assert_eq!(format!("{code:?} {one:?}"), "Code(secret) Token(secret)");
        assert!(Token::parse("zz").is_none() && Token::parse(&"A".repeat(64)).is_none());
    }
}

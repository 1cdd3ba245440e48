//! The second factor: codes that an app makes from a shared secret (RFC 6238), and recovery codes for when the app is lost. Where they
//! are stored is `store::factors`; passkeys are judged by their library.

use qrcode::QrCode;
use qrcode::render::svg;
use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Totp};

/// Bytes of an app's secret: as many as SHA-1 gives, which every app knows.
const SECRET_BYTES: usize = 20;
/// How many recovery codes a person gets.
pub const RECOVERY_CODES: usize = 10;
/// Letters of a recovery code: 120 bits, so that a plain hash of it cannot be guessed back.
const RECOVERY_LETTERS: usize = 24;
/// No letter looks like another.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The secret that an app and the server share.
pub struct TotpSecret(SecretBox<[u8; SECRET_BYTES]>);

impl TotpSecret {
    /// A new one.
    pub fn fresh() -> Self {
        Self(SecretBox::new(Box::new(rand::random())))
    }

    /// One as it was stored.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; SECRET_BYTES] = bytes.try_into().ok()?;
        Some(Self(SecretBox::new(Box::new(bytes))))
    }

    /// For storing it, sealed.
    pub fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }

    /// Six digits, thirty seconds, one step of patience either way for clocks that differ.
    fn totp(&self, account: &str) -> Option<Totp> {
        let builder = Builder::new().with_secret(self.0.expose_secret().to_vec()).with_skew(1);
        // A colon parts the issuer from the account in the address.
        let account = account.replace(':', " ");
        builder.with_issuer(Some("Quayside")).with_account_name(account).build().ok()
    }

    /// What an app reads from the picture.
    pub fn address(&self, account: &str) -> String {
        self.totp(account).and_then(|totp| totp.to_url().ok()).unwrap_or_default()
    }

    /// The secret as a person types it into an app, in groups of four.
    pub fn words(&self) -> String {
        const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        grouped(&letters(self.0.expose_secret(), BASE32), ' ')
    }

    /// The picture that an app reads, as SVG without a style of its own.
    pub fn picture(&self, account: &str) -> Option<String> {
        let code = QrCode::new(self.address(account)).ok()?;
        let mut drawing = code.render();
        drawing.min_dimensions(220, 220).dark_color(svg::Color("#000")).light_color(svg::Color("#fff"));
        let drawn = drawing.build();
        // The page is HTML: what stands before the element is no part of it.
        drawn.find("<svg").and_then(|at| drawn.get(at..)).map(str::to_owned)
    }

    /// The step of time that a code belongs to, where it is right at `seconds` since 1970. Each step counts once: the caller keeps the
    /// last one (RFC 6238 section 5.2).
    pub fn step(&self, code: &str, seconds: u64) -> Option<u64> {
        let code: String = code.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
        let digits = code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit());
        if digits { self.totp("")?.check(&code, seconds) } else { None }
    }
}

/// Letters for five bits each.
fn letters(bytes: &[u8], alphabet: &[u8; 32]) -> String {
    let (mut held, mut bits, mut text) = (0u32, 0u32, String::new());
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            let index = usize::try_from((held >> bits) & 31).unwrap_or(0);
            text.extend(alphabet.get(index).map(|letter| char::from(*letter)));
        }
        held &= (1 << bits) - 1;
    }
    text
}

fn grouped(text: &str, gap: char) -> String {
    let mut groups = String::new();
    for (at, letter) in text.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            groups.push(gap);
        }
        groups.push(letter);
    }
    groups
}

/// New recovery codes, as they are shown once.
pub fn recovery_codes() -> Vec<String> {
    let code = |_| {
        let bytes: [u8; RECOVERY_LETTERS * 5 / 8] = rand::random();
        grouped(&letters(&bytes, ALPHABET), '-')
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// What is stored of a recovery code; nothing where the text is none. Case, gaps and look-alike letters do not matter.
pub fn recovery_hash(typed: &str) -> Option<Vec<u8>> {
    let plain: String = typed
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let known = |letter: u8| ALPHABET.contains(&letter);
    (plain.len() == RECOVERY_LETTERS && plain.bytes().all(known)).then(|| Sha256::digest(plain.as_bytes()).to_vec())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238 appendix B, SHA-1, the last six digits.
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            assert_eq!(secret.step(code, seconds), Some(seconds / 30), "{code}");
            assert_eq!(secret.step(code, seconds + 29), Some(seconds / 30), "{code} a little later");
            assert_eq!(secret.step(code, seconds + 90), None, "{code} too late");
        }
        assert_eq!(secret.step("287 082", 59), Some(1));
        for wrong in ["", "28708", "2870822", "abcdef", "٢٨٧٠٨٢"] {
            assert_eq!(secret.step(wrong, 59), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_learns_the_secret_by_picture_or_by_hand() {
        let secret = TotpSecret::from_bytes(b"12345678901234567890").unwrap();
        assert_eq!(secret.words(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let address = secret.address("olga@atlas.example");
        assert!(address.starts_with("otpauth://totp/Quayside:olga%40atlas.example?"), "{address}");
        assert!(address.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{address}");
        assert!(secret.picture("olga@atlas.example").unwrap().starts_with("<svg"));
    }

    #[test]
    fn recovery_codes_differ_and_are_known_however_they_are_typed() {
        let codes = recovery_codes();
        let unique: std::collections::BTreeSet<&String> = codes.iter().collect();
        assert_eq!(unique.len(), RECOVERY_CODES);
        for code in &codes {
            let hash = recovery_hash(code).unwrap();
            assert_eq!(recovery_hash(&code.to_lowercase().replace('-', " ")), Some(hash.clone()));
            assert_eq!(recovery_hash(&code.replace('1', "l").replace('0', "o")), Some(hash));
        }
        assert_eq!(recovery_hash("ABCD-EFGH"), None);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_judged(typed in "\\PC{0,40}") {
            let secret = TotpSecret::fresh();
            let _ = (secret.step(&typed, 1_700_000_000), recovery_hash(&typed));
        }
    }
}

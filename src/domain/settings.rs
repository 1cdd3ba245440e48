//! What a team's Owners and Admins decide for it: its name, for what a language model may advise, who needs a second factor, and how
//! long the audit log is kept. Everything that advises is off until somebody turns it on.

use super::mail::one_line;
use super::team::NAME_MAX;
use crate::domain::words::words;
use serde_json::{Value, json};

/// The least years for which a team keeps its audit log, where it does not keep it for ever.
pub const AUDIT_YEARS_MIN: i32 = 7;
/// The most that make sense of a number; for longer there is "for ever".
pub const AUDIT_YEARS_MAX: i32 = 100;

words! {
    /// For what a language model may advise. It never decides.
    Assistance { Extraction = "extraction", Coach = "coach", Preflight = "preflight", Classifier = "classifier" }
}

impl Assistance {
    /// The name on a page.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Extraction => "Extraction",
            Self::Coach => "Coach",
            Self::Preflight => "Preflight",
            Self::Classifier => "Classifier",
        }
    }

    /// What it is for, in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Extraction => {
                "Proposes values for fields that were not read. Each must be found on the page, and is marked."
            }
            Self::Coach => "Explains findings and rejections in plain words.",
            Self::Preflight => "Comments on a filing before it is sent.",
            Self::Classifier => "Proposes tariff numbers for goods.",
        }
    }
}

/// What a team has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub name: String,
    pub assistance: Vec<Assistance>,
    pub requires_factor: bool,
    /// For how many years the audit log is kept; nothing is for ever.
    pub audit_years: Option<i32>,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    Name(String),
    Assistance(Vec<Assistance>),
    RequiresFactor(bool),
    AuditYears(Option<i32>),
}

impl Setting {
    /// How the same thing is decided in `settings`.
    #[must_use]
    pub fn as_in(&self, settings: &Settings) -> Self {
        match self {
            Self::Name(_) => Self::Name(settings.name.clone()),
            Self::Assistance(_) => Self::Assistance(settings.assistance.clone()),
            Self::RequiresFactor(_) => Self::RequiresFactor(settings.requires_factor),
            Self::AuditYears(_) => Self::AuditYears(settings.audit_years),
        }
    }

    /// For the audit log.
    pub fn told(&self) -> Value {
        match self {
            Self::Name(name) => json!({ "name": name }),
            Self::Assistance(assistance) => json!({ "assistance": assistance }),
            Self::RequiresFactor(requires) => json!({ "requires_factor": requires }),
            Self::AuditYears(years) => json!({ "audit_years": years }),
        }
    }
}

/// Why a setting is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingRefused {
    #[error("Enter the name of the team, at most {NAME_MAX} letters.")]
    Name,
    #[error("Choose how long the audit log is kept.")]
    Keeping,
    #[error("Enter a number of years from {AUDIT_YEARS_MIN} to {AUDIT_YEARS_MAX}.")]
    Years,
}

/// A team's name as somebody typed it, on one line.
///
/// # Errors
/// [`SettingRefused::Name`] where nothing is left of it, or too much.
pub fn team_name(typed: &str) -> Result<String, SettingRefused> {
    let name = one_line(typed);
    if (1..=NAME_MAX).contains(&name.chars().count()) { Ok(name) } else { Err(SettingRefused::Name) }
}

/// How long the audit log is kept: `forever`, or `years` with a number of them.
///
/// # Errors
/// [`SettingRefused::Keeping`] where neither was chosen, [`SettingRefused::Years`] where the number is none, or too small or large.
pub fn audit_years(keep: &str, years: &str) -> Result<Option<i32>, SettingRefused> {
    match keep {
        "forever" => Ok(None),
        "years" => {
            let years = years.trim().parse().map_err(|_| SettingRefused::Years)?;
            let fits = (AUDIT_YEARS_MIN..=AUDIT_YEARS_MAX).contains(&years);
            if fits { Ok(Some(years)) } else { Err(SettingRefused::Years) }
        }
        _ => Err(SettingRefused::Keeping),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audit_log_is_kept_for_ever_or_seven_years_and_more() {
        for (keep, years, wanted) in [
            ("forever", "", Ok(None)),
            ("forever", "3", Ok(None)),
            ("years", "7", Ok(Some(7))),
            ("years", " 10 ", Ok(Some(10))),
            ("years", "100", Ok(Some(100))),
            ("years", "6", Err(SettingRefused::Years)),
            ("years", "-7", Err(SettingRefused::Years)),
            ("years", "101", Err(SettingRefused::Years)),
            ("years", "seven", Err(SettingRefused::Years)),
            ("years", "99999999999", Err(SettingRefused::Years)),
            ("", "7", Err(SettingRefused::Keeping)),
        ] {
            assert_eq!(audit_years(keep, years), wanted, "{keep} {years}");
        }
    }

    #[test]
    fn a_name_is_one_line_with_something_in_it() {
        assert_eq!(team_name(" Atlas\r\n  Customs "), Ok("Atlas Customs".to_owned()));
        assert_eq!(team_name(" \t"), Err(SettingRefused::Name));
        assert_eq!(team_name(&"é".repeat(NAME_MAX)).map(|name| name.chars().count()), Ok(NAME_MAX));
        assert_eq!(team_name(&"é".repeat(NAME_MAX + 1)), Err(SettingRefused::Name));
    }

    #[test]
    fn the_log_tells_a_setting_before_and_after() {
        let settings = Settings {
            name: "Atlas".to_owned(),
            assistance: vec![Assistance::Coach],
            requires_factor: true,
            audit_years: Some(7),
        };
        for (setting, before) in [
            (Setting::Name("B".to_owned()), json!({ "name": "Atlas" })),
            (Setting::Assistance(Vec::new()), json!({ "assistance": ["coach"] })),
            (Setting::RequiresFactor(false), json!({ "requires_factor": true })),
            (Setting::AuditYears(None), json!({ "audit_years": 7 })),
        ] {
            assert_eq!(setting.as_in(&settings).told(), before);
        }
    }
}

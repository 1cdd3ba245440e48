//! One variable at a time: looked up by name, read as what it has to be, and refused with a sentence where it is not. Which there are, and
//! what they mean together, is said elsewhere.

use super::variables::VARIABLES;
use std::fmt::Display;
use std::str::FromStr;

/// Why a process does not start.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is {found:?}, but {wanted}. Correct it, or remove it to use {default:?}.")]
pub struct ConfigError {
    pub name: &'static str,
    pub found: String,
    pub wanted: String,
    pub default: &'static str,
}

/// Reads variables by name.
pub(super) struct Reader<'e> {
    pub look: &'e dyn Fn(&str) -> Option<String>,
}

impl Reader<'_> {
    fn default(name: &'static str) -> &'static str {
        VARIABLES.iter().find(|variable| variable.name == name).map_or("", |variable| variable.default)
    }

    pub fn text(&self, name: &'static str) -> String {
        (self.look)(name).filter(|value| !value.trim().is_empty()).unwrap_or_else(|| Self::default(name).to_owned())
    }

    pub fn some(&self, name: &'static str) -> Option<String> {
        Some(self.text(name)).filter(|value| !value.is_empty())
    }

    pub fn parsed<T>(
        &self,
        name: &'static str,
        wanted: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, ConfigError> {
        let found = self.text(name);
        parse(found.trim()).ok_or_else(|| ConfigError {
            name,
            found,
            wanted: wanted.to_owned(),
            default: Self::default(name),
        })
    }

    /// The same for what may be left out.
    pub fn optional<T>(
        &self,
        name: &'static str,
        wanted: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        self.some(name).map(|_| self.parsed(name, wanted, parse)).transpose()
    }

    pub fn number<T: FromStr + PartialOrd + Display>(
        &self,
        name: &'static str,
        least: T,
        most: T,
    ) -> Result<T, ConfigError> {
        let wanted = format!("it has to be a number from {least} to {most}");
        self.parsed(name, &wanted, |text| text.parse().ok().filter(|number| *number >= least && *number <= most))
    }
}

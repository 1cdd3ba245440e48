//! Parsers of single values. Each can refuse: a print that is not surely such a value gives nothing. They read text and know no
//! page; what a document's other prints decide (decimal mark, order of day and month) comes in as its [`Conventions`].

pub mod code;
pub mod country;
pub mod date;
pub mod incoterm;
pub mod measure;
pub mod money;
pub mod number;
pub mod package;
pub mod party;

use date::Order;
use number::Mark;

/// How one document writes numbers and dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conventions {
    pub mark: Mark,
    pub order: Order,
}

impl Conventions {
    /// Decides from every print of a document. Where its own dates leave the order open, the other pages of its file decide, then
    /// the country of its sender.
    pub fn of<'a>(prints: impl Iterator<Item = &'a str> + Clone, file: Option<Order>, sender: Option<&str>) -> Self {
        let order = Order::shown(prints.clone()).or(file).unwrap_or_else(|| Order::of_country(sender));
        Self { mark: Mark::of(prints, sender), order }
    }
}

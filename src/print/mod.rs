//! Floor 1: pages on paper. Text, rules, tables with repeated headers, and a footer with the page's number, on krilla. It knows no
//! feature: whoever prints says what stands where. Lengths are points, from the page's top left corner.

pub mod invented;
mod paper;
mod picture;
mod table;
mod typeface;

pub use paper::{Align, Paper, PrintError, Weight};
pub use picture::Picture;
pub use table::{Column, Table};

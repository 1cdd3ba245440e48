//! A packet: the documents of one shipment, what was read in them, and what does not agree.

pub mod check;
pub mod document;
pub mod result;
pub mod score;
pub mod search;
pub mod state;

//! A packet: the documents of one shipment, what was read in them, and what does not agree.

pub mod arrangement;
pub mod batch;
pub mod check;
pub mod comment;
pub mod comparison;
pub mod contents;
pub mod correction;
pub mod decision;
pub mod document;
pub mod pile;
pub mod question;
pub mod result;
pub mod score;
pub mod search;
pub mod state;
pub mod waiver;
pub mod written;

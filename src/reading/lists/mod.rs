//! Lists of the trade as their publishers hand them out: the tariff, ports, carriers. A file is streamed line by line to whoever keeps
//! it, so that its size costs no memory; what is done with the lines is not known here.

mod carriers;
mod ports;
mod table;
mod tariff;

pub use carriers::carriers;
pub use ports::ports;
pub use tariff::tariff;

use std::io::BufRead;

/// More lines than these that cannot be used are counted and not kept.
const NAMED: usize = 20;

/// A line that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// From 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: String,
}

/// What a file gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines handed on.
    pub lines: u64,
    /// Lines left out, all of them counted.
    pub left_out: u64,
    /// The first of those.
    pub faults: Vec<Fault>,
}

impl Tally {
    fn fault(&mut self, line: u64, why: impl Into<String>) {
        self.left_out = self.left_out.saturating_add(1);
        if self.faults.len() < NAMED {
            self.faults.push(Fault { line, why: why.into() });
        }
    }

    /// The same tally, or a refusal where the file is no such list: one line in ten, or every line, is of no use.
    fn judged<E>(self, list: &'static str) -> Result<Self, ListError<E>> {
        if self.lines > 0 && self.left_out.saturating_mul(9) <= self.lines {
            return Ok(self);
        }
        match self.faults.first() {
            Some(first) => Err(ListError::TooManyFaults {
                list,
                left_out: self.left_out,
                line: first.line,
                why: first.why.clone(),
            }),
            None => Err(ListError::Empty { list }),
        }
    }
}

/// Why a file is not taken. `E` is the refusal of whoever keeps the lines.
#[derive(Debug, thiserror::Error)]
pub enum ListError<E> {
    #[error("The file cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    #[error("The file is no {list}: its first line has no column {column}.")]
    NoColumn { list: &'static str, column: &'static str },
    #[error("The file is no {list}: it has no lines.")]
    Empty { list: &'static str },
    #[error("Line {line}: {why}.")]
    Broken { line: u64, why: String },
    #[error("The file is no {list}: {left_out} of its lines cannot be used. Line {line}: {why}.")]
    TooManyFaults { list: &'static str, left_out: u64, line: u64, why: String },
    #[error("{0}")]
    Kept(E),
}

/// Steps over the mark that some programs put before UTF-8.
fn without_mark(from: &mut impl BufRead) -> std::io::Result<()> {
    if from.fill_buf()?.starts_with(b"\xEF\xBB\xBF") {
        from.consume(3);
    }
    Ok(())
}

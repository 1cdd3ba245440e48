//! The engine's table of words: one row a word, in pixels. Rows that make no sense are left out; the engine is a program like
//! any other and its output is not believed blindly.

/// A word as the engine saw it, in pixels of the picture it was given.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub text: String,
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
    /// 0 to 1.
    pub confidence: f32,
}

/// The words of a table: `level page block par line word left top width height conf text`, tab separated, level 5 for words.
pub fn words(table: &str) -> Vec<Seen> {
    table.lines().filter_map(word).collect()
}

fn word(row: &str) -> Option<Seen> {
    let mut cells = row.splitn(12, '\t');
    if cells.next()? != "5" {
        return None;
    }
    let mut cells = cells.skip(5);
    let mut number = || cells.next()?.parse::<u32>().ok();
    let (left, top, width, height) = (number()?, number()?, number()?, number()?);
    let confidence = cells.next()?.parse::<f32>().ok().filter(|value| (0.0..=100.0).contains(value))?;
    let text = cells.next()?.trim();
    let shown = width > 0 && height > 0 && !text.is_empty();
    shown.then(|| Seen { text: text.to_owned(), left, top, width, height, confidence: confidence / 100.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_taken_and_everything_else_is_left() {
        let table = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
                     4\t1\t1\t1\t1\t0\t10\t20\t300\t40\t-1\t\n\
                     5\t1\t1\t1\t1\t1\t10\t20\t80\t40\t96.5\tInvoice\n\
                     5\t1\t1\t1\t1\t2\t100\t20\t80\t40\t95\t \n\
                     5\t1\t1\t1\t1\t3\t-4\t20\t80\t40\t95\tleft of the page\n\
                     5\t1\t1\t1\t1\t4\t200\t20\t80\t40\t250\tsurer than sure\n\
                     5\t1\t1\n";
        let seen = words(table);
        let expected = Seen { text: "Invoice".to_owned(), left: 10, top: 20, width: 80, height: 40, confidence: 0.965 };
        assert_eq!(seen, [expected]);
    }

    proptest! {
        #[test]
        fn no_table_troubles_the_reader(table in "(5\t)?[0-9\t\n.a-z-]{0,400}") {
            for word in words(&table) {
                prop_assert!((0.0..=1.0).contains(&word.confidence));
            }
        }
    }
}

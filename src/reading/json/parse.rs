//! JSON (RFC 8259) with the line of every value, which is the proof of it: no library keeps it. Bounded in depth and in values.

use crate::reading::source::Limits;
use crate::reading::stated::{LineStarts, Print};

/// A JSON value; scalars know their line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    Object(Vec<(String, Json)>),
    List(Vec<Json>),
    /// A text without its quotes, or a number or word as it stands.
    Scalar(Print),
}

/// Why a JSON is not read. The sentence goes on after the file's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("has more values, or deeper ones, than is allowed. Split it into smaller files.")]
    TooLarge,
    #[error("is not sound JSON: line {line} cannot be read. Ask the sender for the file again.")]
    Damaged { line: u32 },
}

const NOTHING: &Json = &Json::List(Vec::new());

impl Json {
    /// The value under a name.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(entries) = self else { return None };
        entries.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The values of the list under a name; none where there is no list.
    pub fn list(&self, name: &str) -> Vec<&Self> {
        match self.get(name) {
            Some(Self::List(values)) => values.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The first value of a list, or the value itself.
    pub fn first(&self) -> &Self {
        match self {
            Self::List(values) => values.first().unwrap_or(NOTHING),
            other => other,
        }
    }

    /// The scalar itself, where it says something.
    pub fn value(&self) -> Option<Print> {
        match self {
            Self::Scalar(print) if !print.text.trim().is_empty() && print.text != "null" => Some(print.clone()),
            _ => None,
        }
    }

    /// The scalar under a name.
    pub fn print(&self, name: &str) -> Option<Print> {
        self.get(name)?.value()
    }
}

/// The value of a JSON text.
pub fn parse(text: &str, limits: &Limits) -> Result<Json, Fault> {
    let text = text.trim_start_matches('\u{feff}');
    let lines = LineStarts::of(text);
    let mut parser = Parser { text, at: 0, left: limits.nodes, lines: &lines };
    let value = parser.value(limits.depth)?;
    parser.blank();
    if parser.at < text.len() { Err(parser.damaged()) } else { Ok(value) }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    /// Values that may still come.
    left: u32,
    lines: &'t LineStarts,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at = self.at.saturating_add(1);
        }
    }

    fn line(&self) -> u32 {
        self.lines.line(self.at)
    }

    fn damaged(&self) -> Fault {
        Fault::Damaged { line: self.line() }
    }

    /// Takes a mark where it comes next.
    fn takes(&mut self, mark: u8) -> bool {
        self.blank();
        let here = self.peek() == Some(mark);
        self.at = self.at.saturating_add(usize::from(here));
        here
    }

    fn value(&mut self, depth: u32) -> Result<Json, Fault> {
        self.left = self.left.checked_sub(1).ok_or(Fault::TooLarge)?;
        let below = depth.checked_sub(1).ok_or(Fault::TooLarge)?;
        self.blank();
        match self.peek() {
            Some(b'{') => self.object(below),
            Some(b'[') => self.list(below),
            Some(b'"') => {
                let line = self.line();
                Ok(Json::Scalar(Print { text: self.string()?, line }))
            }
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: u32) -> Result<Json, Fault> {
        self.at = self.at.saturating_add(1);
        let mut entries = Vec::new();
        if self.takes(b'}') {
            return Ok(Json::Object(entries));
        }
        loop {
            self.blank();
            if self.peek() != Some(b'"') {
                return Err(self.damaged());
            }
            let key = self.string()?;
            if !self.takes(b':') {
                return Err(self.damaged());
            }
            entries.push((key, self.value(depth)?));
            if self.takes(b'}') {
                return Ok(Json::Object(entries));
            }
            if !self.takes(b',') {
                return Err(self.damaged());
            }
        }
    }

    fn list(&mut self, depth: u32) -> Result<Json, Fault> {
        self.at = self.at.saturating_add(1);
        let mut values = Vec::new();
        if self.takes(b']') {
            return Ok(Json::List(values));
        }
        loop {
            values.push(self.value(depth)?);
            if self.takes(b']') {
                return Ok(Json::List(values));
            }
            if !self.takes(b',') {
                return Err(self.damaged());
            }
        }
    }

    fn word(&mut self) -> Result<Json, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'));
        let word = rest.get(..length.count()).unwrap_or_default();
        let number = word.strip_prefix('-').unwrap_or(word).starts_with(|letter: char| letter.is_ascii_digit());
        if !number && !matches!(word, "true" | "false" | "null") {
            return Err(self.damaged());
        }
        let print = Print { text: word.to_owned(), line: self.line() };
        self.at = self.at.saturating_add(word.len());
        Ok(Json::Scalar(print))
    }

    fn string(&mut self) -> Result<String, Fault> {
        self.at = self.at.saturating_add(1);
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let Some(stop) = rest.find(['"', '\\', '\n']) else { return Err(self.damaged()) };
            out.push_str(rest.get(..stop).unwrap_or_default());
            self.at = self.at.saturating_add(stop).saturating_add(1);
            match rest.as_bytes().get(stop) {
                Some(b'"') => return Ok(out),
                Some(b'\\') => out.push(self.escaped()?),
                _ => return Err(self.damaged()),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Fault> {
        let letter = self.peek().ok_or_else(|| self.damaged())?;
        self.at = self.at.saturating_add(1);
        Ok(match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' | b'f' | b'n' | b'r' | b't' => ' ',
            b'u' => {
                let first = self.unit()?;
                let pair = (0xd800..0xdc00).contains(&first)
                    && self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u"));
                if pair {
                    self.at = self.at.saturating_add(2);
                    let units = [first, self.unit()?];
                    char::decode_utf16(units).next().and_then(Result::ok).unwrap_or('\u{fffd}')
                } else {
                    char::from_u32(u32::from(first)).unwrap_or('\u{fffd}')
                }
            }
            _ => return Err(self.damaged()),
        })
    }

    fn unit(&mut self) -> Result<u16, Fault> {
        let digits = self.text.get(self.at..self.at.saturating_add(4)).unwrap_or_default();
        let unit = u16::from_str_radix(digits, 16).map_err(|_| self.damaged())?;
        self.at = self.at.saturating_add(4);
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_lines_and_letters() {
        let parsed = parse("{\n\"a\": [1.50,\n\"Pe\\u00f1a \\ud83d\\ude00\"]}", &Limits::default());
        let prints: Vec<Print> = parsed.iter().flat_map(|json| json.list("a")).filter_map(Json::value).collect();
        let print = |text: &str, line| Print { text: text.to_owned(), line };
        assert_eq!(prints, [print("1.50", 2), print("Peña 😀", 3)]);
    }

    #[test]
    fn what_is_no_json_names_its_line() {
        for text in ["{", "{\"a\" 1}", "[1 2]", "{\"a\":tru}", "\"\\x\"", "[1],", "nul"] {
            assert_eq!(parse(text, &Limits::default()), Err(Fault::Damaged { line: 1 }), "{text}");
        }
    }
}

//! What files and packets are called: plain names made of what people, systems and mail programs send. A name is never a path.

use crate::store::packets::File;

/// The longest name of a packet, in letters.
pub const NAME_MAX: usize = 200;

/// The last part of a name as a client sent it, without control characters, at most 255 bytes.
pub fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut name: String = last.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned();
    while name.len() > 255 {
        name.pop();
    }
    name
}

/// A packet's name without what no name has, at most 200 characters.
fn plain(name: &str) -> Option<String> {
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let name: String = name.trim().chars().take(NAME_MAX).collect();
    Some(name).filter(|name| !name.is_empty())
}

/// What a packet is called when nobody said: the file's name, or the first file's and how many more there are.
pub fn packet_name(given: Option<&str>, files: &[File]) -> String {
    let first = files.first().map(|file| file.name.as_str()).unwrap_or_default();
    let stem = first.rsplit_once('.').map(|(stem, _)| stem).and_then(plain);
    let stem = stem.or_else(|| plain(first)).unwrap_or_else(|| "Packet".to_owned());
    let made = match files.len() {
        0 | 1 => stem,
        count => format!("{stem} and {} more", count.saturating_sub(1)),
    };
    given.and_then(plain).or_else(|| plain(&made)).unwrap_or(made)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::FileId;

    fn file(name: &str) -> File {
        File { id: FileId::fresh(), name: name.into(), sha256: String::new(), size_bytes: 0, object_key: String::new() }
    }

    #[test]
    fn a_name_from_a_client_is_a_name_and_no_path() {
        assert_eq!(file_name("C:\\docs\\invoice.pdf"), "invoice.pdf");
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name("-rf;$(id).pdf\r\n"), "-rf;$(id).pdf");
        assert_eq!(file_name(&"ü".repeat(400)).len(), 254);
        assert_eq!(file_name(".."), "..");
    }

    #[test]
    fn a_packet_has_a_name_whatever_was_sent() {
        assert_eq!(packet_name(None, &[file("4421 docs.pdf")]), "4421 docs");
        assert_eq!(packet_name(None, &[file("invoice.pdf"), file("b.pdf"), file("c.pdf")]), "invoice and 2 more");
        assert_eq!(packet_name(Some(" INV-4421 "), &[file("a.pdf")]), "INV-4421");
        assert_eq!(packet_name(Some(" \u{1} "), &[file(".pdf")]), ".pdf");
    }
}

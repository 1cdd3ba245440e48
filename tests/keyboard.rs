//! The table of keys that people read, and the script that listens to them: what stands in one stands in the other.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;

/// Keys of the table that are no entries of the script's tables: the browser's own, and the one that opens the palette.
const ELSEWHERE: [(&str, &str); 1] = [("Ctrl+K", r#"(event.ctrlKey || event.metaKey) && event.key === "k""#)];
const THE_BROWSERS: [&str; 1] = ["Enter"];
/// What is pressed before the name of a place.
const GO: &str = r#"event.key === "g""#;

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("{from:?} is not there"));
    rest.split_once(to).unwrap_or_else(|| panic!("nothing ends {from:?}")).0
}

/// The key of one entry of an object of the script.
fn key(entry: &str) -> String {
    let name = entry.split_once(": ").unwrap().0;
    name.trim().trim_matches('"').to_owned()
}

/// The keys that the script listens to, as the table writes them.
fn listened() -> BTreeSet<String> {
    let script = fs::read_to_string("static/js/keys.js").unwrap();
    let places = between(&script, "const places = {", "}").split(", ").map(key);
    assert!(script.contains(GO), "no key begins the way to a place");
    let keys = between(&script, "const keys = {\n", "\n  };").lines().map(key);
    let mut all: BTreeSet<String> = places.map(|place| format!("g {place}")).chain(keys).collect();
    for (key, code) in ELSEWHERE {
        if script.contains(code) {
            all.insert(key.to_owned());
        }
    }
    all
}

/// The keys of the table.
fn told() -> BTreeSet<String> {
    let table = fs::read_to_string("src/features/public/keyboard.rs").unwrap();
    let rows = between(&table, "const KEYS:", "];").lines().filter_map(|line| line.trim().strip_prefix("(\""));
    let keys = rows.flat_map(|row| row.split_once("\", ").unwrap().0.split(" and "));
    keys.map(str::to_owned).collect()
}

#[test]
fn the_page_of_keys_tells_exactly_what_the_script_listens_to() {
    let (listened, mut told) = (listened(), told());
    for key in THE_BROWSERS {
        assert!(told.remove(key), "{key} is not told");
    }
    assert!(listened.len() > 20, "{listened:?}");
    assert_eq!(listened, told);
}

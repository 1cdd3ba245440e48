//! Before and after, value by value, as people read it.

use serde_json::Value;

/// One value that an action changed, or that it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Where it stands, outermost first; empty where the whole is one value.
    pub name: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// More values than this are counted and not shown.
const SHOWN: usize = 12;

fn flat(prefix: &str, value: &Value, out: &mut Vec<(String, String)>) {
    let join = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
    match value {
        Value::Null => {}
        Value::Object(fields) => fields.iter().for_each(|(name, value)| flat(&join(name), value, out)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| flat(&join(&at.saturating_add(1).to_string()), item, out));
        }
        Value::String(text) => out.push((prefix.to_owned(), text.clone())),
        other => out.push((prefix.to_owned(), other.to_string())),
    }
}

/// The values that differ, and how many more there are.
pub fn changed(diff: Option<&Value>) -> (Vec<Changed>, usize) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    if let Some(diff) = diff {
        flat("", diff.get("before").unwrap_or(&Value::Null), &mut before);
        flat("", diff.get("after").unwrap_or(&Value::Null), &mut after);
    }
    let find = |values: &[(String, String)], name: &str| {
        values.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    };
    let mut all: Vec<Changed> = Vec::new();
    for (name, value) in &before {
        let now = find(&after, name);
        if now.as_ref() != Some(value) {
            all.push(Changed { name: name.clone(), before: Some(value.clone()), after: now });
        }
    }
    for (name, value) in &after {
        if find(&before, name).is_none() {
            all.push(Changed { name: name.clone(), before: None, after: Some(value.clone()) });
        }
    }
    let token = diff.and_then(|diff| diff.get("token")?.get("name")?.as_str());
    all.splice(
        0..0,
        token.map(|name| Changed { name: "API token".to_owned(), before: None, after: Some(name.to_owned()) }),
    );
    let more = all.len().saturating_sub(SHOWN);
    all.truncate(SHOWN);
    (all, more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_differs_is_shown_by_its_place() {
        let diff = json!({ "before": { "state": "failed", "kept": 1, "tags": ["a"] }, "after": { "state": "waiting", "kept": 1, "new": { "eta": null, "port": "USLAX" } } });
        let shown = |name: &str, before: Option<&str>, after: Option<&str>| Changed {
            name: name.to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        };
        let (found, more) = changed(Some(&diff));
        assert_eq!(
            found,
            [
                shown("state", Some("failed"), Some("waiting")),
                shown("tags.1", Some("a"), None),
                shown("new.port", None, Some("USLAX")),
            ]
        );
        assert_eq!(more, 0);
        let words = json!({ "before": "failed", "after": "waiting" });
        assert_eq!(changed(Some(&words)).0, [shown("", Some("failed"), Some("waiting"))]);
        assert_eq!(changed(None), (Vec::new(), 0));
        let many = json!({ "after": (0..20).collect::<Vec<_>>() });
        assert_eq!(changed(Some(&many)).1, 8);
    }
}

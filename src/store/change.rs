//! What a write hands back besides its value: what was before and what is now, for the entry in the audit log that goes with it.

/// What a write hands back: the value, and the facts for its audit entry.
#[must_use]
#[derive(Debug)]
pub struct Change<T> {
    pub(super) value: T,
    pub(super) diff: Option<serde_json::Value>,
    pub(super) result: &'static str,
    /// Entries of their own, each with its subject.
    pub(super) more: Vec<(String, Option<serde_json::Value>)>,
}

impl<T> Change<T> {
    /// A change that needs no before and after.
    pub fn to(value: T) -> Self {
        Self { value, diff: None, result: "success", more: Vec::new() }
    }

    /// The same change with another value.
    pub fn map<U>(self, value: impl FnOnce(T) -> U) -> Change<U> {
        Change { value: value(self.value), diff: self.diff, result: self.result, more: self.more }
    }

    /// What it was before and what it is now.
    pub fn diff(mut self, before: impl serde::Serialize, after: impl serde::Serialize) -> Self {
        self.diff = Some(serde_json::json!({ "before": before, "after": after }));
        self
    }

    /// What was changed beside the subject: for each its own subject and its own change.
    pub fn with(mut self, parts: Vec<(String, Change<()>)>) -> Self {
        self.more.extend(parts.into_iter().map(|(subject, change)| (subject, change.diff)));
        self
    }

    /// The word of the log for how it ended, where that is not `success`.
    pub const fn ended(mut self, result: &'static str) -> Self {
        self.result = result;
        self
    }
}

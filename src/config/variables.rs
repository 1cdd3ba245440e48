//! The variables that a process reads, each with what holds where it is not set. `.env.example` has the same ones in the same order.

/// A setting that the environment can hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variable {
    pub name: &'static str,
    /// What holds where it is not set; empty where nothing does.
    pub default: &'static str,
}

const fn variable(name: &'static str, default: &'static str) -> Variable {
    Variable { name, default }
}

/// Every variable there is, in the order of `.env.example`.
pub(super) const VARIABLES: &[Variable] = &[
    variable("QUAYSIDE_LISTEN", "127.0.0.1:8080"),
    variable("QUAYSIDE_PUBLIC_URL", "http://localhost:8080"),
    variable("QUAYSIDE_TLS_CERTIFICATE", ""),
    variable("QUAYSIDE_TLS_KEY", ""),
    variable("QUAYSIDE_REDIRECT_LISTEN", ""),
    variable("QUAYSIDE_TRUSTED_PROXIES", ""),
    variable("QUAYSIDE_SECURITY_CONTACT", ""),
    variable("QUAYSIDE_VAR", "./var"),
    variable("DATABASE_URL", ""),
    variable("DATABASE_OWNER_URL", ""),
    variable("QUAYSIDE_CONNECTIONS", "16"),
    variable("QUAYSIDE_OBJECTS", ""),
    variable("QUAYSIDE_MAIL", ""),
    variable("QUAYSIDE_MAIL_FROM", ""),
    variable("QUAYSIDE_MAIL_IN", ""),
    variable("QUAYSIDE_SIGN_UP", "open"),
    variable("QUAYSIDE_SECRET", ""),
    variable("QUAYSIDE_KEYS", ""),
    variable("QUAYSIDE_WORKERS", "2"),
    variable("QUAYSIDE_FILES", "100"),
    variable("QUAYSIDE_FILE_MB", "200"),
    variable("QUAYSIDE_PAGES", "2000"),
    variable("QUAYSIDE_PICTURE_MEGAPIXELS", "100"),
    variable("QUAYSIDE_UNPACKED_MB", "256"),
    variable("QUAYSIDE_UNPACKED_RATIO", "200"),
    variable("QUAYSIDE_WORKBOOK_PARTS", "10000"),
    variable("QUAYSIDE_ELEMENTS", "500000"),
    variable("QUAYSIDE_ELEMENTS_DEEP", "100"),
    variable("QUAYSIDE_SEGMENTS", "500000"),
    variable("QUAYSIDE_ATTACHMENTS", "100"),
    variable("QUAYSIDE_MAILS_DEEP", "3"),
    variable("QUAYSIDE_READ_MEMORY_MB", "512"),
    variable("QUAYSIDE_READ_SECONDS", "300"),
    variable("QUAYSIDE_READ_SILENT_SECONDS", "120"),
    variable("QUAYSIDE_READ_TOTAL_SECONDS", "3600"),
    variable("QUAYSIDE_READ_ANSWER_MB", "64"),
    variable("QUAYSIDE_SESSION_IDLE_MINUTES", "480"),
    variable("QUAYSIDE_SESSION_DAYS", "7"),
    variable("QUAYSIDE_STOP_SECONDS", "20"),
    variable("QUAYSIDE_METRICS_TOKEN", ""),
    variable("QUAYSIDE_LOG", "info"),
    variable("QUAYSIDE_LOG_FORMAT", "text"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_file_names_every_variable_with_its_default() {
        let example = include_str!("../../.env.example");
        let lines: Vec<&str> =
            example.lines().filter_map(|line| line.strip_prefix("# ")).filter(|l| l.contains('=')).collect();
        let named: Vec<String> = VARIABLES.iter().map(|v| format!("{}={}", v.name, v.default)).collect();
        let found: Vec<&str> =
            lines.iter().copied().filter(|l| l.starts_with("QUAYSIDE_") || l.starts_with("DATABASE_")).collect();
        assert_eq!(found, named);
    }
}

//! The program as a person at a terminal meets it.

use crate::harness::database::Database;
use crate::harness::{SECRET, Upload, papers, program};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    Command::new(program()).args(arguments).env_clear().envs(settings.iter().copied()).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn put(folder: &Path, files: Vec<Upload>) {
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

#[test]
fn every_subcommand_explains_itself() {
    for subcommand in ["", "serve", "work", "check", "migrate", "demo", "admin", "audit"] {
        let arguments: Vec<&str> = [subcommand, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let output = run(&arguments, &[]);
        assert!(output.status.success() && out(&output).contains("Usage: quayside"), "{subcommand}");
    }
    assert!(!out(&run(&["--help"], &[])).contains("read-file"), "hidden subcommands stay hidden");
}

#[test]
fn a_wrong_setting_stops_the_start_with_a_sentence() {
    for (name, value) in [("QUAYSIDE_LISTEN", "eighty"), ("QUAYSIDE_FILE_MB", "0"), ("QUAYSIDE_LOG_FORMAT", "xml")] {
        let output = run(&["serve"], &[(name, value)]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(name) && said.contains(value) && said.contains("Correct it"), "{said}");
    }
}

#[test]
fn a_server_that_would_serve_as_the_owner_does_not_start() {
    let database = Database::fresh();
    let folder = tempfile::tempdir().unwrap();
    let settings = [("DATABASE_URL", database.owner_url()), ("QUAYSIDE_VAR", folder.path().display().to_string())];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let output = run(&["serve"], &settings);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is not safe"), "{output:?}");
}

#[test]
fn check_keeps_to_the_limits_of_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("wide.json"), format!("{{\"a\":[{}1]}}", "1,".repeat(200))).unwrap();
    let path = folder.path().display().to_string();
    let said = |settings: &[(&str, &str)]| out(&run(&["check", &path], settings));
    assert!(!said(&[]).contains("than is allowed"), "{}", said(&[]));
    let fewer = said(&[("QUAYSIDE_ELEMENTS", "100")]);
    assert!(fewer.contains("wide.json") && fewer.contains("than is allowed"), "{fewer}");
    let wrong = run(&["check", &path], &[("QUAYSIDE_ELEMENTS", "few")]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("QUAYSIDE_ELEMENTS is \"few\""), "{wrong:?}");
}

#[test]
fn check_says_by_its_exit_status_what_it_found() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), papers(0));
    let path = folder.path().display().to_string();
    let clean = run(&["check", &path], &[]);
    assert_eq!(clean.status.code(), Some(0), "{}", out(&clean));
    assert!(out(&clean).contains("Commercial invoice") && out(&clean).contains("of 100"), "{}", out(&clean));

    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), papers(1));
    let path = folder.path().display().to_string();
    let blocked = run(&["check", &path], &[]);
    assert_eq!(blocked.status.code(), Some(1), "{}", out(&blocked));
    assert!(out(&blocked).contains("match.package_count") && out(&blocked).contains("page 1 at"), "{}", out(&blocked));
    let json = run(&["check", &path, "--format", "json"], &[]);
    let result: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(result["schema"], "quayside.packet/1");
    assert_eq!(result["packet"]["verdict"], "blocked");
    let invoice = result["documents"]
        .as_array()
        .unwrap()
        .iter()
        .find(|document| document["kind"] == "commercial_invoice")
        .unwrap();
    let evidence = &invoice["fields"]["invoice_number"]["evidence"][0]["bbox"];
    assert_eq!(evidence.as_array().unwrap().len(), 4);

    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), vec![("note.pdf".to_owned(), b"not a document".to_vec()), ("-rf;$(id).pdf".to_owned(), vec![])]);
    let path = folder.path().display().to_string();
    let nothing = run(&["check", &path], &[]);
    assert!(matches!(nothing.status.code(), Some(1 | 2)), "{}", out(&nothing));
    assert_eq!(run(&["check", "/no/such/folder"], &[]).status.code(), Some(2));
    assert_eq!(run(&["check"], &[]).status.code(), Some(2));
}

#[test]
fn check_judges_by_the_lists_that_it_is_given() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), papers(0));
    let path = folder.path().display().to_string();
    let lists = tempfile::tempdir().unwrap();
    put(lists.path(), vec![("hts.csv".to_owned(), b"HTS Number,Description\n6302.31.90.50,Linen\n".to_vec())]);
    let tariff = lists.path().join("hts.csv").display().to_string();
    let plain = run(&["check", &path], &[]);
    assert!(out(&plain).contains("No tariff is loaded; codes are judged by form and chapter only."), "{}", out(&plain));
    let judged = run(&["check", &path, "--tariff", &tariff], &[]);
    assert_eq!(judged.status.code(), Some(1), "{judged:?}");
    assert!(out(&judged).contains("is not in the tariff in hts.csv; under 63023190 it has 6302319050"), "{judged:?}");
    let refused = run(&["check", &path, "--carriers", &tariff], &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("no column SCAC"), "{refused:?}");
}

#[test]
fn migrate_reports_what_it_ran_and_admin_founds_a_team() {
    let database = Database::empty();
    let folder = tempfile::tempdir().unwrap();
    let settings = [
        ("DATABASE_URL", database.app_url()),
        ("DATABASE_OWNER_URL", database.owner_url()),
        ("QUAYSIDE_VAR", folder.path().display().to_string()),
        ("QUAYSIDE_SECRET", String::from_utf8(SECRET.to_vec()).unwrap()),
    ];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let early = run(&["work", "--until-idle"], &settings);
    assert!(String::from_utf8_lossy(&early.stderr).contains("run `quayside migrate` first"), "{early:?}");
    assert!(out(&run(&["migrate"], &settings)).starts_with("Ran "));
    assert_eq!(out(&run(&["migrate"], &settings)), "The database is up to date.\n");
    let found = |password: &str| {
        let mut child = Command::new(program())
            .args([
                "admin",
                "create-team",
                "--name",
                "New Brokers",
                "--owner-email",
                "nora@new.example",
                "--owner-name",
                "Nora",
            ])
            .env_clear()
            .envs(settings.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let short = found("short\n");
    assert!(String::from_utf8_lossy(&short.stderr).contains("at least 8"), "{short:?}");
    assert!(found("long enough for this\n").status.success());
    assert_eq!(
        database.texts("SELECT email || ' ' || role FROM users JOIN memberships ON user_id = id"),
        ["nora@new.example owner"]
    );
    assert!(out(&run(&["work", "--until-idle"], &settings)).contains("0 pieces of work done"));
}

#[test]
fn demo_makes_its_team_once() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let var = folder.path().display().to_string();
    let first = run(&["demo"], &[("QUAYSIDE_VAR", &var)]);
    assert!(out(&first).contains("3 demo packets checked."), "{first:?}");
    let second = run(&["demo"], &[("QUAYSIDE_VAR", &var)]);
    assert!(!out(&second).contains("checked"), "{}", out(&second));
    for words in ["Owner", "Admin", "Operator", "Viewer", "the password demo-"] {
        assert!(out(&second).contains(words), "{}", out(&second));
    }
    assert!(!folder.path().join("postgres/data/postmaster.pid").exists(), "no server is left behind");
}

//! The database's own promises: teams cannot see each other, the audit log cannot be changed unseen, and a role that could do either
//! is refused at start.

use crate::harness::database::Database;
use crate::harness::{House, Person, papers};
use diesel::prelude::*;
use diesel::sql_query;
use quayside::domain::access::{Action, Actor, Role, Scope};
use quayside::domain::audit::fault::Report;
use quayside::domain::ids::TeamId;
use quayside::domain::mail::MailState;
use quayside::domain::packet::decision::{Decision, Step};
use quayside::domain::packet::result::Verdict;
use quayside::domain::packet::state::{PacketState, RunState};
use quayside::domain::work::WorkState;
use quayside::store::audit::chain;
use quayside::store::{StoreError, migrate};

/// Tables that belong to no team: accounts, sessions, codes and limits stand before any, and the lists of the trade are everybody's.
const GLOBAL: [&str; 17] = [
    "__diesel_schema_migrations",
    "audit_anchors",
    "carriers",
    "codes",
    "devices",
    "email_changes",
    "limits",
    "list_editions",
    "passkeys",
    "password_resets",
    "places",
    "recovery_codes",
    "sessions",
    "sign_ups",
    "tariff_lines",
    "totp_secrets",
    "users",
];

async fn furnished() -> House {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    otto.packet(papers(0)).await;
    house.work().await;
    otto.packet(papers(0)).await;
    house.database.run(
        "INSERT INTO readings (team_id, sha256, reader, reading) SELECT team_id, sha256, 'any', '{}' FROM files LIMIT 1",
    );
    house.database.run(
        "INSERT INTO outbox (id, team_id, kind, recipient, state) \
         SELECT gen_random_uuid(), id, 'alarm', 'olga@atlas.example', 'failed' FROM teams WHERE name = 'Atlas Customs'",
    );
    house.database.run(
        "INSERT INTO invites (team_id, id, email, role, invited_by, token_hash, expires_at) \
         SELECT m.team_id, gen_random_uuid(), 'x@y.example', 'viewer', m.user_id, 'x', now() + interval '7 days' \
         FROM memberships m WHERE m.role = 'admin'",
    );
    house.database.run(
        "INSERT INTO clients (team_id, id, name, profile) SELECT team_id, id, 'Client', '{}' FROM packets LIMIT 1",
    );
    house.database.run(
        "INSERT INTO corrections (team_id, id, packet_id, file_id, page, field, number, reason, created_by) \
         SELECT f.team_id, gen_random_uuid(), f.packet_id, f.id, 1, 'vessel', 1, 'x', m.user_id \
         FROM files f JOIN memberships m ON m.team_id = f.team_id AND m.role = 'owner' LIMIT 1",
    );
    house.database.run(
        "INSERT INTO arrangements (team_id, packet_id, file_id, number, read, step, created_by) \
         SELECT f.team_id, f.packet_id, f.id, 1, '[]', 'x', m.user_id \
         FROM files f JOIN memberships m ON m.team_id = f.team_id AND m.role = 'owner' LIMIT 1",
    );
    house.database.run(
        "INSERT INTO waivers (team_id, id, packet_id, finding, code, reason, created_by) \
         SELECT p.team_id, gen_random_uuid(), p.id, repeat('a', 64), 'match.vessel', 'x', m.user_id \
         FROM packets p JOIN memberships m ON m.team_id = p.team_id AND m.role = 'owner' LIMIT 1",
    );
    house.database.run(
        "INSERT INTO decisions (team_id, id, packet_id, run_id, step) \
         SELECT team_id, gen_random_uuid(), id, run_id, 'approve' FROM packets LIMIT 1",
    );
    house.database.run(
        "INSERT INTO comments (team_id, id, packet_id, body, created_by) \
         SELECT p.team_id, gen_random_uuid(), p.id, 'x', m.user_id \
         FROM packets p JOIN memberships m ON m.team_id = p.team_id AND m.role = 'owner' LIMIT 1",
    );
    house.database.run(
        "INSERT INTO tokens (team_id, id, name, digest, start, scopes, created_by, expires_at) \
         SELECT team_id, gen_random_uuid(), 'ERP', 'x', 'qs_aaaaaa', '{packets:read}', user_id, now() + interval '1 day' \
         FROM memberships WHERE role = 'admin'",
    );
    house.database.run(
        "INSERT INTO idempotency_keys (team_id, token_id, key, request, status, location, answer) \
         SELECT team_id, id, 'x', 'x', 201, '/', '{}' FROM tokens",
    );
    house.database.run(
        "INSERT INTO questions (team_id, id, packet_id, recipient, subject, body, mail_id, created_by) \
         SELECT team_id, gen_random_uuid(), packet_id, 'i@client.example', 'x', 'x', gen_random_uuid(), created_by FROM comments",
    );
    house.database.run("INSERT INTO mentions SELECT team_id, id, created_by FROM comments");
    house.database.run(
        "INSERT INTO packet_views (team_id, id, owner_id, name, query) \
         SELECT team_id, gen_random_uuid(), user_id, 'Own', 'verdict=blocked' FROM memberships WHERE role = 'admin'",
    );
    house.database.run(
        "INSERT INTO batches (team_id, id, task, created_by) \
         SELECT team_id, gen_random_uuid(), 'delete', user_id FROM memberships WHERE role = 'admin'",
    );
    house.database.run(
        "INSERT INTO batch_packets (team_id, batch_id, packet_id) \
         SELECT b.team_id, b.id, p.id FROM batches b JOIN packets p ON p.team_id = b.team_id LIMIT 1",
    );
    house.database.run(
        "INSERT INTO party_aliases (team_id, id, one_key, other_key, one, other, created_by) \
         SELECT team_id, gen_random_uuid(), 'A', 'B', 'A', 'B', user_id FROM memberships WHERE role = 'admin'",
    );
    house.database.run(
        "INSERT INTO mailboxes (team_id, word, created_by) \
         SELECT team_id, repeat('a', 32), user_id FROM memberships WHERE role = 'admin'",
    );
    house.database.run(
        "INSERT INTO arrived_mails (team_id, key, packet_id, name) SELECT team_id, repeat('b', 64), id, 'x' FROM packets LIMIT 1",
    );
    house.database.run("INSERT INTO audit_checks (team_id, id) SELECT team_id, id FROM packets LIMIT 1");
    house
}

fn team_tables(database: &Database) -> Vec<String> {
    database.texts(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_team_no_team_table_shows_a_row_and_with_another_team_none_of_ours() {
    let house = furnished().await;
    let other = house.database.texts("SELECT id FROM teams WHERE name = 'Other Brokers'").remove(0);
    let mut conn = PgConnection::establish(&house.database.app_url()).unwrap();
    let mut looked = 0;
    for table in team_tables(&house.database) {
        if GLOBAL.contains(&table.as_str()) {
            continue;
        }
        let column = if table == "teams" { "id" } else { "team_id" };
        let seen = sql_query(format!("SELECT 1 FROM {table}")).execute(&mut conn).unwrap();
        assert_eq!(seen, 0, "{table} without a team");
        conn.transaction(|conn| {
            sql_query(format!("SELECT set_config('app.team_id', '{other}', true)")).execute(conn)?;
            let foreign = sql_query(format!("SELECT 1 FROM {table} WHERE {column} <> '{other}'")).execute(conn)?;
            assert_eq!(foreign, 0, "{table} as another team");
            QueryResult::Ok(())
        })
        .unwrap();
        let all = house.database.count(&format!("SELECT count(*) FROM {table}"));
        assert!(all > 0 || table == "work_steps", "{table} is empty, so this proves nothing");
        looked += 1;
    }
    assert!(looked >= 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_team_can_neither_change_nor_join_our_rows() {
    let house = furnished().await;
    let other = house.database.texts("SELECT id FROM teams WHERE name = 'Other Brokers'").remove(0);
    let ours = house.database.texts("SELECT id FROM teams WHERE name = 'Atlas Customs'").remove(0);
    let packet = house.database.texts("SELECT id FROM packets LIMIT 1").remove(0);
    let mut conn = PgConnection::establish(&house.database.app_url()).unwrap();
    let mut as_other = |sql: &str| {
        conn.transaction(|conn| {
            sql_query(format!("SELECT set_config('app.team_id', '{other}', true)")).execute(conn)?;
            sql_query(sql).execute(conn)
        })
    };
    assert_eq!(as_other("UPDATE packets SET name = 'theirs'").unwrap(), 0);
    assert_eq!(as_other("DELETE FROM files").unwrap(), 0);
    let insert = format!(
        "INSERT INTO packets (team_id, id, name, state, upload_key, run_id, file_count) \
         VALUES ('{ours}', gen_random_uuid(), 'x', 'failed', gen_random_uuid(), gen_random_uuid(), 1)"
    );
    assert!(as_other(&insert).unwrap_err().to_string().contains("row-level security"));
    // A row of one's own that points at another team's packet: the key carries the team, so there is no such packet.
    let join = format!(
        "INSERT INTO files (id, packet_id, position, name, sha256, size_bytes, object_key) \
         VALUES (gen_random_uuid(), '{packet}', 1, 'x', repeat('a', 64), 1, 'x')"
    );
    assert!(as_other(&join).unwrap_err().to_string().contains("foreign key"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooled_connection_carries_no_team_over() {
    let house = furnished().await;
    let mut conn = PgConnection::establish(&house.database.app_url()).unwrap();
    let ours = house.database.texts("SELECT id FROM teams WHERE name = 'Atlas Customs'").remove(0);
    for ends_well in [true, false] {
        let outcome = conn.transaction(|conn| {
            sql_query(format!("SELECT set_config('app.team_id', '{ours}', true)")).execute(conn)?;
            assert!(sql_query("SELECT 1 FROM packets").execute(conn)? > 0);
            if ends_well { Ok(()) } else { Err(diesel::result::Error::RollbackTransaction) }
        });
        assert_eq!(outcome.is_ok(), ends_well);
        assert_eq!(sql_query("SELECT 1 FROM packets").execute(&mut conn).unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_of_the_audit_log_are_closed_to_the_application() {
    let house = furnished().await;
    let mut conn = PgConnection::establish(&house.database.app_url()).unwrap();
    let partitions =
        house.database.texts("SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'audit_entries'::regclass");
    assert!(partitions.len() > 12, "a year ahead");
    for partition in partitions {
        let error = sql_query(format!("SELECT 1 FROM {partition}")).execute(&mut conn).unwrap_err();
        assert!(error.to_string().contains("permission denied"), "{partition}: {error}");
    }
    assert_eq!(house.database.count("SELECT count(*) FROM audit_entries_default"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_application_cannot_change_or_remove_an_audit_entry() {
    let house = furnished().await;
    let ours = house.database.texts("SELECT id FROM teams WHERE name = 'Atlas Customs'").remove(0);
    let mut conn = PgConnection::establish(&house.database.app_url()).unwrap();
    for sql in [
        "UPDATE audit_entries SET result = 'x'",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
        "DELETE FROM audit_heads",
    ] {
        let denied: QueryResult<usize> = conn.transaction(|conn| {
            sql_query(format!("SELECT set_config('app.team_id', '{ours}', true)")).execute(conn)?;
            sql_query(sql).execute(conn)
        });
        assert!(denied.unwrap_err().to_string().contains("permission denied"), "{sql}");
    }
}

async fn verification(house: &House) -> Report {
    let team: TeamId =
        house.database.texts("SELECT id FROM teams WHERE name = 'Atlas Customs'").remove(0).parse().unwrap();
    chain::verify(&house.db, team, &[], |_, _| ()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_leaves_nothing_but_its_entry_in_the_log() {
    let house = furnished().await;
    let team: TeamId =
        house.database.texts("SELECT id FROM teams WHERE name = 'Atlas Customs'").remove(0).parse().unwrap();
    let permit = Actor::system(team).permit(Action::PacketCheck).unwrap();
    let refused: Result<(), StoreError> = house
        .db
        .write(permit, "test", |tx| {
            quayside::store::queue::retry(tx, quayside::domain::ids::WorkId::fresh())?;
            Ok(quayside::store::Change::to(()))
        })
        .await;
    assert!(matches!(refused, Err(StoreError::NotFound)));
    assert_eq!(house.database.audit().last().unwrap(), "system packet.check not_found");
    let report = verification(&house).await;
    assert_eq!((report.entries, report.faults), (5, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_of_one_team_make_one_chain_without_gap_or_fork() {
    let house = House::new().await;
    let team: TeamId =
        house.database.texts("SELECT id FROM teams WHERE name = 'Atlas Customs'").remove(0).parse().unwrap();
    let mut writers = Vec::new();
    for _ in 0..40 {
        let db = house.db.clone();
        writers.push(tokio::spawn(async move {
            let permit = Actor::system(team).permit(Action::PacketCheck).unwrap();
            db.write(permit, "at once", |_| Ok::<_, StoreError>(quayside::store::Change::to(()))).await.unwrap();
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let report = verification(&house).await;
    assert_eq!((report.entries, report.faults), (40, Vec::new()));
}

#[test]
fn a_role_that_could_leave_its_team_is_refused_at_start() {
    let database = Database::fresh();
    migrate::refuse_unsafe_role(&database.app_url()).unwrap();
    let refused = |url: &str| migrate::refuse_unsafe_role(url).unwrap_err().to_string();
    assert!(refused(&database.root_url()).contains("is a superuser"));
    assert!(refused(&database.owner_url()).contains("owns the table"));
    for (fault, cure, sentence) in [
        ("ALTER ROLE quayside_app BYPASSRLS", "ALTER ROLE quayside_app NOBYPASSRLS", "bypasses row level security"),
        (
            "ALTER TABLE files NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE files FORCE ROW LEVEL SECURITY",
            "not forced on files",
        ),
        (
            "ALTER TABLE runs DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE runs ENABLE ROW LEVEL SECURITY",
            "not forced on runs",
        ),
        (
            "GRANT DELETE ON audit_entries TO quayside_app",
            "REVOKE DELETE ON audit_entries FROM quayside_app",
            "may DELETE audit_entries",
        ),
        (
            "GRANT TRUNCATE ON packets TO quayside_app",
            "REVOKE TRUNCATE ON packets FROM quayside_app",
            "truncate packets",
        ),
        ("ALTER POLICY team ON pages RENAME TO other", "ALTER POLICY other ON pages RENAME TO team", ""),
    ] {
        database.run(fault);
        match sentence {
            "" => migrate::refuse_unsafe_role(&database.app_url()).unwrap(),
            sentence => assert!(refused(&database.app_url()).contains(sentence), "{fault}"),
        }
        database.run(cure);
    }
    database.run("DROP POLICY team ON pages");
    assert!(refused(&database.app_url()).contains("no policy"));
}

#[test]
fn tables_without_a_team_are_the_ones_we_know() {
    let database = Database::fresh();
    let without = database.texts(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity ORDER BY 1",
    );
    assert_eq!(without, GLOBAL);
}

#[test]
fn keys_and_indexes_of_team_tables_start_with_the_team() {
    let database = Database::fresh();
    let others = database.texts(
        "SELECT i.indexrelid::regclass FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid \
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] \
         WHERE EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'team_id') \
         AND c.relnamespace = 'public'::regnamespace AND a.attname <> 'team_id' ORDER BY 1",
    );
    // Three serve those who come before a team is known: a person's own memberships, the link of an invite, and a token. The others
    // serve the claims over all teams; a letter may have none.
    let claims = ["work_leases", "outbox_pkey", "outbox_due", "outbox_leases", "outbox_sent"];
    assert_eq!(others, [["memberships_user"].as_slice(), &claims, &["invites_token", "tokens_digest"]].concat());
}

#[test]
fn the_words_of_the_domain_are_those_of_the_checks() {
    let database = Database::fresh();
    let allowed = |table: &str, column: &str| {
        let sql = format!(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = 'c' \
             AND pg_get_constraintdef(oid) LIKE '%{column} = ANY%'"
        );
        let text = database.texts(&sql).remove(0);
        let mut words: Vec<String> = text.split('\'').skip(1).step_by(2).map(str::to_owned).collect();
        words.sort();
        words
    };
    let sorted = |words: Vec<&str>| {
        let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        words.sort();
        words
    };
    assert_eq!(allowed("memberships", "role"), sorted(Role::ALL.iter().map(|word| word.as_str()).collect()));
    assert_eq!(allowed("packets", "state"), sorted(PacketState::ALL.iter().map(|word| word.as_str()).collect()));
    assert_eq!(allowed("packets", "verdict"), sorted(Verdict::ALL.iter().map(|word| word.as_str()).collect()));
    assert_eq!(allowed("packets", "decision"), sorted(Decision::ALL.iter().map(|word| word.as_str()).collect()));
    assert_eq!(allowed("decisions", "step"), sorted(Step::ALL.iter().map(|word| word.as_str()).collect()));
    assert_eq!(allowed("runs", "state"), sorted(RunState::ALL.iter().map(|word| word.as_str()).collect()));
    let scopes = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'tokens_scopes_check'";
    let scopes = database.texts(scopes).remove(0);
    assert!(
        Scope::ALL.iter().all(|scope| scopes.contains(scope.as_str()))
            && scopes.matches(':').count() >= Scope::ALL.len()
    );
    assert_eq!(allowed("invites", "role"), allowed("memberships", "role"));
    assert_eq!(allowed("outbox", "state"), sorted(MailState::ALL.iter().map(|word| word.as_str()).collect()));
    assert_eq!(allowed("work", "state"), sorted(WorkState::ALL.iter().map(|word| word.as_str()).collect()));
}

#[test]
fn the_schema_file_says_what_the_migrations_make() {
    let database = Database::fresh();
    let text = std::fs::read_to_string("src/store/schema.rs").unwrap();
    let kind = |sql: &str| match sql {
        "uuid" => "Uuid",
        "text" => "Text",
        "timestamp with time zone" => "Timestamptz",
        "bytea" => "Bytea",
        "jsonb" => "Jsonb",
        "integer" => "Integer",
        "bigint" => "BigInt",
        "smallint" => "SmallInt",
        "real" => "Float",
        "boolean" => "Bool",
        "date" => "Date",
        "ARRAY" => "Array<Text>",
        other => panic!("schema.rs has no word for {other}"),
    };
    for table in team_tables(&database) {
        if table.starts_with("__") {
            continue;
        }
        let columns = database.texts(&format!(
            "SELECT column_name || ' ' || data_type || ' ' || is_nullable FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
        ));
        let body = text.split(&format!(" {table} (")).nth(1).unwrap_or_else(|| panic!("{table} is not in schema.rs"));
        let body = body.split('{').nth(1).unwrap().split('}').next().unwrap();
        let mut written: Vec<String> =
            body.split(',').map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
        let mut made: Vec<String> = columns
            .iter()
            .map(|column| {
                let (name, rest) = column.split_once(' ').unwrap();
                let (sql, nullable) = rest.rsplit_once(' ').unwrap();
                let kind = kind(sql);
                if nullable == "YES" { format!("{name} -> Nullable<{kind}>") } else { format!("{name} -> {kind}") }
            })
            .collect();
        written.sort();
        made.sort();
        assert_eq!(written, made, "{table}");
    }
}

#[test]
fn migrations_run_once_and_go_back_and_forth() {
    let database = Database::empty();
    let first = migrate::migrate(&database.owner_url()).unwrap();
    assert!(first.len() >= 4);
    assert!(migrate::migrate(&database.owner_url()).unwrap().is_empty());
    let mut folders: Vec<_> = std::fs::read_dir("migrations").unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    use diesel::connection::SimpleConnection;
    let mut conn = PgConnection::establish(&database.root_url()).unwrap();
    for folder in folders.iter().rev() {
        conn.batch_execute(&std::fs::read_to_string(folder.join("down.sql")).unwrap()).unwrap();
    }
    let left =
        database.texts("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'");
    assert_eq!(left, ["__diesel_schema_migrations"]);
    for folder in &folders {
        conn.batch_execute(&std::fs::read_to_string(folder.join("up.sql")).unwrap()).unwrap();
    }
}

#[test]
fn a_private_server_is_joined_by_a_second_process_which_does_not_stop_it() {
    use quayside::store::embedded::Embedded;
    let database = Database::fresh();
    let joined = Embedded::start(database.folder(), &crate::harness::program()).unwrap();
    assert_eq!(joined.app_url(), database.app_url());
    drop(joined);
    assert_eq!(database.count("SELECT count(*) FROM teams"), 2, "who joined does not stop it");
}

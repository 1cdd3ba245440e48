//! The trust page: what this server does for the data of its teams, each line with the test that proves it, and what it does not do.
//! It promises nothing that no test holds; `tests/structure.rs` sees to it that every test named here exists.

use crate::domain::account::PASSWORD_MAX;
use crate::domain::account::code::{CODE_MINUTES, RESET_MINUTES};
use crate::domain::limits;
use crate::domain::team::INVITE_DAYS;
use crate::web::error::AppError;
use crate::web::session::PROOF_MINUTES;
use crate::web::view;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

/// One thing that the server does, and the test that fails when it does not.
struct Promise {
    words: String,
    proof: &'static str,
}

struct Chapter {
    title: &'static str,
    promises: Vec<Promise>,
}

/// A rule of how often something may be tried.
struct Tries {
    what: &'static str,
    free: u32,
    within: String,
    longest: String,
}

/// What of the settings the page tells.
#[derive(Clone, Debug)]
pub struct Facts {
    pub serves_tls: bool,
    /// A mail server is set.
    pub has_mail: bool,
    /// The private PostgreSQL.
    pub has_own_database: bool,
    /// Everybody may found a team.
    pub is_open: bool,
    pub idle_minutes: u32,
    pub session_days: u32,
}

#[derive(Template)]
#[template(path = "public/trust.html")]
struct Page {
    chapters: Vec<Chapter>,
    tries: Vec<Tries>,
    facts: Facts,
}

fn promise(proof: &'static str, words: impl Into<String>) -> Promise {
    Promise { words: words.into(), proof }
}

fn way_in(facts: &Facts) -> Vec<Promise> {
    vec![
        promise(
            "whoever_proves_their_address_is_the_owner_of_a_new_team_and_signed_in",
            format!(
                "An account is unusable until its address is proved by a code of six digits, good for {CODE_MINUTES} minutes, once, in the browser that asked."
            ),
        ),
        promise(
            "a_password_longer_than_bcrypt_reads_is_refused_not_cut",
            format!(
                "Passwords have 8 to {PASSWORD_MAX} bytes and are kept as bcrypt hashes of cost 12. Longer ones are refused, never cut."
            ),
        ),
        promise(
            "common_passwords_are_refused_whatever_their_case",
            "Common passwords and the names of the person and the team are refused. Nobody has to change one at intervals.",
        ),
        promise(
            "only_the_newest_link_is_good_and_only_for_an_hour",
            format!(
                "A link for a new password is good for {RESET_MINUTES} minutes, once, and only the newest one. It does not skip the second factor."
            ),
        ),
        promise(
            "an_unknown_address_gets_the_same_answer_after_the_same_time_and_no_letter",
            "Whether an address has an account cannot be told from an answer or from the time it takes.",
        ),
        promise(
            "a_token_stops_when_its_maker_may_no_longer_do_what_it_is_for",
            "An API token is shown once and kept as a keyed digest. It may what its scopes say and never more than its maker, and stops with \
             its time, its team and its maker's place there.",
        ),
        promise(
            "a_team_that_wants_a_second_factor_shows_nothing_without_one",
            "A second factor (an app or a passkey) can be used by everybody and required by a team.",
        ),
        promise(
            "a_session_ends_after_a_time_without_a_request_and_after_days_whatever_happens",
            format!(
                "A session ends after {} without a request and after {}, whatever happens.",
                span(facts.idle_minutes),
                span(facts.session_days.saturating_mul(24 * 60))
            ),
        ),
        promise(
            "a_new_password_needs_the_old_one_and_ends_the_other_sessions",
            "A new password or factor ends all other sessions of the person.",
        ),
        promise(
            "a_suspended_member_is_out_with_the_next_request_and_one_click_lets_them_in_again",
            "Who is suspended or removed is out with the next request, on every server.",
        ),
        promise(
            "changes_that_would_keep_an_account_ask_for_the_password_again",
            format!(
                "Changes of address, factor and the team's end ask for the password again where it was entered more than {PROOF_MINUTES} minutes ago."
            ),
        ),
        promise(
            "somebody_without_an_account_joins_with_a_link_a_code_a_name_and_a_password",
            format!(
                "An invite needs its link and a code that is mailed to the invited address. It runs out after {INVITE_DAYS} days."
            ),
        ),
    ]
}

fn apart() -> Vec<Promise> {
    vec![
        promise(
            "every_route_answers_each_role_as_the_permission_table_says",
            "One table says which role may do what. Every address of the program is tested against it.",
        ),
        promise(
            "another_teams_things_answer_every_role_like_things_that_do_not_exist",
            "Another team's packets, files and people answer like ones that do not exist.",
        ),
        promise(
            "without_a_team_no_team_table_shows_a_row_and_with_another_team_none_of_ours",
            "The database itself keeps teams apart: without a team set, or with another one, no row of ours is shown.",
        ),
        promise(
            "a_role_that_could_leave_its_team_is_refused_at_start",
            "The server does not start with a database role that could pass by that.",
        ),
        promise(
            "what_is_uploaded_lies_sealed_and_downloads_byte_for_byte_also_after_the_keys_changed",
            "Every stored file is sealed with AES-256-GCM under a key of its team, and that key under a master key which can be changed.",
        ),
        promise(
            "the_reader_has_given_up_its_rights_before_the_first_byte_of_the_file",
            "Uploaded files are read by a process that has no network, no files but the one it reads, and limits of time and memory.",
        ),
        promise(
            "an_original_comes_back_byte_for_byte_and_never_runs",
            "Originals are handed out unchanged, as downloads that a browser does not run.",
        ),
    ]
}

fn log() -> Vec<Promise> {
    vec![
        promise(
            "every_route_that_can_change_something_leaves_the_entry_that_is_told_of_it",
            "Whatever somebody does that changes something of a team leaves an entry in its audit log: who, in which role, when (UTC), from where, what, and with what result.",
        ),
        promise(
            "a_refusal_is_an_entry_with_who_what_and_on_what",
            "Refusals, sign-ins, exports and looks at the log itself are entries too.",
        ),
        promise(
            "the_application_cannot_change_or_remove_an_audit_entry",
            "The database does not let the server change or remove an entry.",
        ),
        promise(
            "changed_removed_swapped_cut_off_and_hidden_entries_are_each_found_and_named",
            "Entries are chained by a keyed hash. A changed, removed, swapped or cut-off entry is found and named.",
        ),
        promise(
            "each_days_anchor_is_made_once_in_two_places_and_a_damaged_one_is_named",
            "The heads of all chains are kept a second and a third time every day, outside the database.",
        ),
        promise(
            "an_export_holds_every_row_no_formula_and_the_head_of_the_chain_at_both_ends",
            "The log can be exported whole, with the head of its chain, and no cell of it runs as a formula.",
        ),
    ]
}

fn surface(facts: &Facts) -> Vec<Promise> {
    let mut promises = vec![
        promise(
            "every_answer_carries_the_security_headers",
            "Every answer carries a policy that allows no script or style in a page, no frame and no other site.",
        ),
        promise("a_form_from_another_site_is_refused", "Forms that another site sends are refused."),
        promise(
            "line_90_and_99_and_101_no_secret_reaches_log_or_arguments_and_no_input_draws_in_the_log",
            "Passwords, codes and links do not reach the server's own log.",
        ),
        promise(
            "measurements_are_for_whoever_holds_the_token_and_the_log_tells_no_names",
            "Nor do names, addresses and paths.",
        ),
        promise(
            "line_97_nothing_is_kept_in_the_browsers_store",
            "Nothing is kept in the browser's own store, and pages are not cached.",
        ),
        promise(
            "a_killed_server_keeps_every_acknowledged_upload_and_leaves_no_postgresql",
            "An upload that was acknowledged survives the death of the server.",
        ),
    ];
    if facts.serves_tls {
        promises.push(promise(
            "tls_is_served_from_files_and_plain_http_is_sent_there",
            "This server speaks TLS 1.2 and 1.3 itself and nothing older; a renewed certificate is taken up without a restart.",
        ));
    }
    promises
}

/// Minutes as people say them: `15 minutes`, `8 hours`, `1 day`.
fn span(minutes: u32) -> String {
    let (count, unit) = match minutes {
        whole if whole >= 24 * 60 && whole % (24 * 60) == 0 => (whole / (24 * 60), "day"),
        whole if whole >= 60 && whole % 60 == 0 => (whole / 60, "hour"),
        _ => (minutes, "minute"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn tries() -> Vec<Tries> {
    let told = [
        (limits::SIGN_IN_ACCOUNT, "wrong passwords for one account"),
        (limits::SIGN_IN_ADDRESS, "wrong passwords from one address"),
        (limits::CODE_ACCOUNT, "wrong codes for one e-mail address"),
        (limits::CODE_ADDRESS, "wrong codes from one address"),
        (limits::CODE_INSTALLATION, "wrong codes in the whole installation"),
        (limits::FACTOR_ACCOUNT, "wrong codes of a second factor"),
        (limits::LETTER_ACCOUNT, "letters with codes and links to one e-mail address"),
        (limits::LETTER_ADDRESS, "letters asked for from one address"),
    ];
    told.map(|(rule, what)| Tries {
        what,
        free: rule.free,
        within: span(rule.window / 60),
        longest: span(rule.longest_wait.div_ceil(60)),
    })
    .into()
}

/// The page.
pub async fn show(facts: web::Data<Facts>) -> Result<HttpResponse, AppError> {
    let facts = facts.get_ref().clone();
    let chapters = vec![
        Chapter { title: "Who gets in", promises: way_in(&facts) },
        Chapter { title: "What is kept apart", promises: apart() },
        Chapter { title: "What is written down", promises: log() },
        Chapter { title: "The way to and from the browser", promises: surface(&facts) },
    ];
    Ok(view::page(StatusCode::OK, &Page { chapters, tries: tries(), facts })?)
}

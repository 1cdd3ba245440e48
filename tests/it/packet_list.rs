//! The list of packets: order, filter, search, views, the first page of all, and the list as a file.

use crate::harness::browser::Page;
use crate::harness::{Browser, House, Person, papers};
use diesel::prelude::*;

/// A house with one checked packet and `more` invented ones beside it, the newest a minute old.
async fn filled(more: u32) -> House {
    let house = House::new().await;
    house.signed_in(Person::Otto).await.packet(papers(1)).await;
    house.work().await;
    invent(&house, more);
    house
}

fn invent(house: &House, more: u32) {
    house.database.run(&format!(
        "INSERT INTO packets (team_id, id, name, state, upload_key, run_id, file_count, created_at, score, verdict, eta, client, client_key, words_version) \
         SELECT p.team_id, gen_random_uuid(), 'Copy ' || n % 7, CASE WHEN n % 10 = 3 THEN 'failed' ELSE 'checked' END, gen_random_uuid(), \
            gen_random_uuid(), 1, now() - make_interval(mins => n / 2), CASE WHEN n % 9 = 0 THEN NULL ELSE n % 5 * 20 END, \
            CASE WHEN n % 10 = 3 THEN NULL WHEN n % 2 = 0 THEN 'ready' ELSE 'review' END, \
            CASE WHEN n % 4 = 0 THEN NULL ELSE current_date + n % 30 END, 'Harlan Tools ' || n % 3, 'HARLAN TOOLS ' || n % 3, 1 \
         FROM packets p, generate_series(1, {more}) n WHERE p.name NOT LIKE 'Copy%'"
    ));
}

fn ids(page: &Page) -> Vec<String> {
    page.all("tbody tr", "id")
}

/// Every page in one direction: the ids in the order in which they come, and the last address.
async fn walk(browser: &Browser, from: &str, way: &str) -> (Vec<Vec<String>>, String) {
    let (mut pages, mut path) = (Vec::new(), from.to_owned());
    loop {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.words());
        pages.push(ids(&page));
        match page.all(&format!(".pager a[rel={way}]"), "href").first() {
            Some(next) => path.clone_from(next),
            None => return (pages, path),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_every_order_each_packet_is_met_once_forth_and_back() {
    let house = filled(129).await;
    let otto = house.signed_in(Person::Otto).await;
    for order in ["", "oldest", "eta", "-eta", "score", "-score", "name", "-name"] {
        for filter in ["", "&verdict=ready", "&client=harlan+tools+1"] {
            let (forth, last) = walk(
                &otto,
                &format!("/packets?order={order}{filter}")
                    .replace("?order=&", "?")
                    .replace("?order=", if order.is_empty() { "" } else { "?order=" }),
                "next",
            )
            .await;
            let met: Vec<&String> = forth.iter().flatten().collect();
            let mut once = met.clone();
            once.sort();
            once.dedup();
            assert_eq!(once.len(), met.len(), "{order}{filter}: a packet twice");
            if filter.is_empty() {
                assert_eq!(met.len(), 130, "{order}: none is left out");
                assert_eq!(forth.len(), 3);
            }
            let (back, _) = walk(&otto, &last, "prev").await;
            assert_eq!(back.iter().rev().flatten().collect::<Vec<_>>(), met, "{order}{filter}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_pages_by_key_and_costs_the_same_for_one_packet_as_for_many() {
    let house = filled(0).await;
    let otto = house.signed_in(Person::Otto).await;
    let paths =
        ["/packets", "/packets?verdict=blocked&order=score", "/packets?q=copy", "/packets?q=invoice&order=eta", "/"];
    let cost = async || {
        let mut each = Vec::new();
        for path in paths {
            // A connection that rested is asked whether it lives: the least of some is what a page costs.
            let mut least = usize::MAX;
            for _ in 0..12 {
                let before = house.db.queries();
                assert_eq!(otto.get(path).await.status, 200);
                least = least.min(house.db.queries() - before);
            }
            each.push(least);
        }
        each
    };
    cost().await;
    let one = cost().await;
    // A packet for each search, so that the places of its words are asked for.
    invent(&house, 120);
    house.database.run(
        "INSERT INTO packet_words (team_id, packet_id, word, places) SELECT team_id, id, w, 'name' FROM packets, unnest(ARRAY['copy', 'invoice']) w \
         WHERE name LIKE 'Copy%'",
    );
    let many = cost().await;
    house.database.run("UPDATE packets SET verdict = 'blocked', state = 'checked'");
    assert_eq!(cost().await, many);
    assert_eq!(one[..2], many[..2]);
    assert_eq!(one[3], many[3]);
    assert!(many[4] <= one[4], "many packets save the home page a second look: {one:?} {many:?}");
    assert!(one.iter().all(|queries| *queries <= 24), "{one:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_narrows_the_list_alone_and_with_others_and_its_chip_takes_it_back() {
    let house = filled(59).await;
    let otto = house.signed_in(Person::Otto).await;
    let me = house.database.texts("SELECT id FROM users WHERE email = 'otto@atlas.example'").remove(0);
    house.database.run(&format!("UPDATE packets SET owner_id = '{me}' WHERE score = 40"));
    let today = chrono::Utc::now().date_naive();
    let by = format!("owner={me}");
    let from = format!("from={today}");
    let old = format!("to={}", today.pred_opt().unwrap().pred_opt().unwrap());
    let counts = |sql: &str| house.database.count(&format!("SELECT count(*) FROM packets WHERE {sql}"));
    for (query, sql) in [
        ("verdict=blocked", "verdict = 'blocked' AND state = 'checked'"),
        ("verdict=open", "verdict IN ('blocked', 'review') AND state = 'checked'"),
        ("state=failed", "state = 'failed'"),
        ("owner=me", "owner_id IS NOT NULL"),
        ("owner=nobody", "owner_id IS NULL"),
        (by.as_str(), "owner_id IS NOT NULL"),
        ("decision=none", "decision IS NULL"),
        ("client=Harlan+Tools+2+Ltd.", "client_key = 'HARLAN TOOLS 2'"),
        ("kind=commercial_invoice", "verdict = 'blocked'"),
        ("kind=air_waybill", "false"),
        ("code=match.package_count", "verdict = 'blocked'"),
        ("arrives=7", "eta BETWEEN current_date AND current_date + 7"),
        (from.as_str(), "created_at >= current_date"),
        (old.as_str(), "false"),
        (
            "verdict=ready&owner=nobody&client=harlan+tools+1",
            "verdict = 'ready' AND owner_id IS NULL AND client_key = 'HARLAN TOOLS 1'",
        ),
        ("state=failed&arrives=7&order=score", "state = 'failed' AND eta BETWEEN current_date AND current_date + 7"),
    ] {
        let page = otto.get(&format!("/packets?{query}")).await;
        let wanted = counts(sql);
        let said = if wanted == 1 { "1 packet ".to_owned() } else { format!("{wanted} packets ") };
        assert!(page.words().contains(&said), "{query}: {wanted} wanted in {}", page.words());
        assert_eq!(ids(&page).len(), usize::try_from(wanted.min(50)).unwrap(), "{query}");
        let filters = query.split('&').filter(|part| !part.starts_with("order")).count();
        let chips = page.all("a.chip", "href");
        assert_eq!(chips.len(), filters, "{query}");
        for chip in chips {
            assert_eq!(otto.get(&chip).await.all("a.chip", "href").len(), filters - 1, "{chip}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_numbers_parties_names_and_text_and_says_where() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let address = otto.packet(papers(0)).await;
    let name = house.database.texts("SELECT name FROM packets").remove(0);
    let found = async |query: &str| {
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let page = otto.get(&format!("/packets?q={query}")).await;
        let hits = page.words();
        (ids(&page).len(), hits)
    };
    assert_eq!(found(&name).await.0, 1, "it is found by its name before it is read");
    house.work().await;
    let of = |field: &str| {
        house
            .database
            .texts(&format!(
                "SELECT d -> 'fields' -> '{field}' -> 'value' FROM runs, jsonb_array_elements(result -> 'documents') d \
                 WHERE d -> 'fields' ? '{field}' LIMIT 1"
            ))
            .remove(0)
            .trim_matches(['"', '[', ']'])
            .to_owned()
    };
    let (bill, container, buyer) = (of("bl_number"), of("container_numbers"), of("buyer_name"));
    let apart = format!("{} {}-{}", &container[..4], &container[4..10], &container[10..]);
    for (query, place) in [
        (bill.as_str(), "B/L number · "),
        (container.as_str(), "Containers · "),
        (apart.as_str(), "Containers · "),
        (&container[..7], "Containers · "),
        (&container[4..], "Containers · "),
        (&container[4..].to_lowercase(), "Containers · "),
        (buyer.as_str(), "Buyer · commercial invoice"),
        (buyer.split(' ').next().unwrap(), "Buyer · commercial invoice"),
        ("description of goods", "text · "),
    ] {
        let (count, words) = found(query).await;
        assert_eq!(count, 1, "{query}");
        assert!(words.contains(place), "{query} stands in {place}: {words}");
    }
    assert_eq!(found("nothing like it").await.0, 0);
    assert_eq!(found(&format!("{buyer} nowhere")).await.0, 0, "all words must fit");
    assert!(found("-").await.1.contains("at least two letters or digits"));
    let stan = house.signed_in(Person::Stan).await;
    assert!(ids(&stan.get(&format!("/packets?q={bill}")).await).is_empty(), "another team finds nothing of it");

    // A packet from before the words were taken, and a run that reads anew.
    let words = || house.database.texts("SELECT word || ' ' || places FROM packet_words ORDER BY 1");
    let (taken, line) =
        (words(), || house.database.texts("SELECT concat_ws('|', client, client_key, numbers, route) FROM packets"));
    let said = line();
    assert!(taken.len() > 100, "{}", taken.len());
    house.database.run("DELETE FROM packet_words");
    house
        .database
        .run("UPDATE packets SET words_version = 0, client = NULL, client_key = NULL, numbers = NULL, route = 'x'");
    assert_eq!(found(&bill).await.0, 0);
    house.work().await;
    assert_eq!((words(), line()), (taken.clone(), said));
    otto.post(&format!("{address}/runs"), &[]).await;
    assert_eq!(found(&bill).await.0, 1, "what was read is found while it is read again");
    house.work().await;
    assert_eq!(words(), taken);
}

#[test]
fn words_are_looked_up_in_their_index_under_row_level_security() {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text, column_name = "QUERY PLAN")]
        line: String,
    }
    let database = crate::harness::database::Database::fresh();
    let mut conn = PgConnection::establish(&database.app_url()).unwrap();
    diesel::sql_query("SET enable_seqscan = off").execute(&mut conn).unwrap();
    diesel::sql_query("SET enable_bitmapscan = off").execute(&mut conn).unwrap();
    let mut plan = |condition: &str| {
        let sql = format!("EXPLAIN SELECT packet_id FROM packet_words WHERE team_id = app_team() AND {condition}");
        let lines: Vec<Line> = diesel::sql_query(sql).load(&mut conn).unwrap();
        lines.into_iter().map(|line| line.line).filter(|line| line.contains("Index Cond")).collect::<String>()
    };
    for condition in ["word = 'x'", "word >= 'x' AND word < 'y'"] {
        assert!(plan(condition).contains("word"), "{condition}");
    }
    assert!(!plan("word LIKE 'x%'").contains("word"), "an operator that is not trusted uses no index");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_short_and_one_that_means_nothing_says_so() {
    let house = filled(3).await;
    let otto = house.signed_in(Person::Otto).await;
    let sent = otto.get("/packets?q=&verdict=ready&owner=&client=&state=&kind=&code=&arrives=&from=&to=").await;
    assert_eq!((sent.status, sent.location.as_deref()), (303, Some("/packets?verdict=ready")));
    let wrong = otto.get("/packets?from=yesterday").await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.words().contains("Write it as 2026-05-23"), "{}", wrong.words());
    for odd in
        ["after=x", "after=~", "order=sideways", "before=00000000-0000-0000-0000-000000000000~infinity&order=eta"]
    {
        assert_eq!(otto.get(&format!("/packets?{odd}")).await.status, 200, "{odd}");
    }
    let request = otto.client.get(format!("{}/packets?verdict=ready", otto.base));
    let piece = request.header("HX-Request", "true").header("HX-Boosted", "true").header("HX-Target", "packets");
    let piece = piece.send().await.unwrap();
    assert_eq!(piece.headers()["hx-push-url"], "/packets?verdict=ready");
    assert!(piece.text().await.unwrap().trim_start().starts_with("<section"));
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_kept_renamed_shared_and_removed_and_the_log_says_so() {
    let house = filled(3).await;
    let (otto, vera) = (house.signed_in(Person::Otto).await, house.signed_in(Person::Vera).await);
    let keep = async |who: &Browser, name: &str, query: &str, share: &str| {
        who.post("/packets/views", &[("name", name), ("query", query), ("share", share)]).await
    };
    let kept = keep(&otto, "Late ones", "order=eta&verdict=open&after=x", "").await;
    assert_eq!((kept.status, kept.location.as_deref()), (303, Some("/packets?verdict=open&order=eta")));
    let there = otto.get("/packets?verdict=open&order=eta").await;
    assert!(there.words().contains("Late ones"));
    assert_eq!(there.all(".views a[aria-current=page]", "href"), ["/packets?verdict=open&order=eta"]);
    assert!(!vera.get("/packets").await.words().contains("Late ones"), "one's own is nobody else's");
    assert!(keep(&otto, "late ONES", "verdict=ready", "").await.words().contains("already"));
    assert_eq!(keep(&otto, "Bad", "verdict=green", "").await.status, 400);
    assert_eq!(keep(&otto, " ", "verdict=ready", "").await.status, 400);
    assert_eq!(keep(&vera, "Mine", "owner=nobody", "").await.status, 303, "a Viewer keeps views, too");
    assert_eq!(keep(&vera, "Ours", "owner=nobody", "yes").await.status, 403, "and shares none");

    let id = house.database.texts("SELECT id FROM packet_views WHERE name = 'Late ones'").remove(0);
    let address = format!("/packets/views/{id}");
    assert_eq!(vera.post(&address, &[("name", "Theirs")]).await.status, 404);
    assert_eq!(otto.post(&address, &[("name", "Late"), ("share", "yes")]).await.status, 303);
    assert!(vera.get("/packets").await.words().contains("Late"), "what the team shares everybody sees");
    assert!(vera.get("/packets/views").await.all("form[action^='/packets/views/']", "action").len() == 2);
    assert_eq!(vera.post(&address, &[("name", "Theirs")]).await.status, 403);
    assert_eq!(vera.post(&format!("{address}/remove"), &[]).await.status, 403);
    let adam = house.signed_in(Person::Adam).await;
    assert_eq!(adam.post(&format!("{address}/remove"), &[]).await.status, 303);
    assert_eq!(adam.post(&format!("{address}/remove"), &[]).await.status, 404);
    for at in 0..19 {
        assert_eq!(keep(&vera, &format!("View {at}"), "owner=nobody", "").await.status, 303);
    }
    assert!(keep(&vera, "One more", "owner=nobody", "").await.words().contains("at most 20 views"));
    let log = house.database.audit();
    for entry in ["operator view.save success", "viewer view.save denied", "admin view.remove success"] {
        assert!(log.contains(&entry.to_owned()), "{entry}: {log:?}");
    }
    let diff = house
        .database
        .texts("SELECT diff FROM audit_entries WHERE action = 'view.save' AND diff -> 'before' <> 'null' LIMIT 1");
    assert!(diff[0].contains("Late ones") && diff[0].contains("\"shared\": true"), "{diff:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_counts_what_waits_and_each_count_leads_to_as_many_packets() {
    let house = filled(60).await;
    let otto = house.signed_in(Person::Otto).await;
    house.database.run(
        "UPDATE packets SET owner_id = (SELECT id FROM users WHERE name = 'Otto Tester') \
         WHERE id IN (SELECT id FROM packets WHERE state = 'checked' AND verdict = 'review' ORDER BY id LIMIT 1)",
    );
    let home = otto.get("/").await;
    assert_eq!(home.status, 200);
    let page = scraper::Html::parse_document(&home.text());
    let select = |selector: &str| scraper::Selector::parse(selector).unwrap();
    let (stats, figure) = (select("a.stat"), select("b"));
    let mut looked = Vec::new();
    for stat in page.select(&stats) {
        let count = stat.select(&figure).next().unwrap().text().collect::<String>();
        let there = otto.get(stat.attr("href").unwrap()).await.words();
        let said = if count == "1" { "1 packet ".to_owned() } else { format!("{count} packets ") };
        assert!(there.contains(&said), "{:?} counts {count}: {there}", stat.attr("href"));
        looked.push(count);
    }
    assert_eq!(looked.len(), 6);
    assert_eq!(looked[0], "1", "my work is the packet that Otto owns: {looked:?}");
    assert!(home.words().contains("My work") && home.words().contains("Newest"));
    let vera = house.signed_in(Person::Vera).await.get("/").await;
    assert!(vera.words().contains("Nothing of yours"), "{}", vera.words());
    let nobody = house.nobody().get("/").await;
    assert_eq!((nobody.status, nobody.location.as_deref()), (303, Some("/sign-in?next=%2F")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_bin_is_in_no_list_and_what_is_decided_waits_no_more() {
    let house = filled(60).await;
    let otto = house.signed_in(Person::Otto).await;
    let all = async |path: &str| walk(&otto, path, "next").await.0.concat();
    let blocked = all("/packets?verdict=review").await;
    let [binned, approved, ..] = blocked.as_slice() else { panic!("{blocked:?}") };
    let bare = |id: &str| id.replace("packet-", "");
    otto.post(&format!("/packets/{}/delete", bare(binned)), &[]).await;
    house.database.run(&format!("UPDATE packets SET decision = 'approved' WHERE id = '{}'", bare(approved)));
    for path in [
        "/packets",
        "/packets?verdict=review",
        "/packets?verdict=open&order=eta",
        "/packets?client=harlan+tools+1",
        "/packets?owner=nobody",
    ] {
        assert!(!all(path).await.contains(binned), "{path}");
    }
    assert!(all("/packets").await.contains(approved));
    assert!(!all("/packets?verdict=review").await.contains(approved));
    assert_eq!(all("/packets?decision=approved").await, std::slice::from_ref(approved));
    assert!(!all("/packets?decision=none").await.contains(approved));
    let csv = otto.get("/packets/export.csv?verdict=review").await.text();
    assert_eq!(csv.lines().count(), blocked.len(), "a heading, a foot, and two packets less: {csv}");
    otto.post(&format!("/packets/{}/restore", bare(binned)), &[]).await;
    assert!(all("/packets?verdict=review").await.contains(binned));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_leaves_as_csv_and_excel_with_every_row_of_the_filter_and_no_formula() {
    let house = filled(2_400).await;
    house.database.run("UPDATE packets SET name = '=cmd|'' /C calc''!A0' WHERE name = (SELECT max(name) FROM packets WHERE verdict = 'ready')");
    let vera = house.signed_in(Person::Vera).await;
    for (query, sql) in
        [("order=name", "true"), ("verdict=ready&order=-score", "verdict = 'ready'"), ("q=nothing+like+it", "false")]
    {
        let wanted =
            usize::try_from(house.database.count(&format!("SELECT count(*) FROM packets WHERE {sql}"))).unwrap();
        let csv = vera.get(&format!("/packets/export.csv?{query}")).await;
        assert_eq!((csv.status, csv.header("content-type")), (200, "text/csv; charset=utf-8"));
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(csv.bytes.as_slice());
        let mut lines: Vec<Vec<String>> =
            reader.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect();
        let last = lines.pop().unwrap();
        assert_eq!((last[0].as_str(), last[1].as_str()), ("# end", wanted.to_string().as_str()), "{query}");
        assert_eq!(lines.len(), wanted, "{query}");
        assert!(lines.iter().flatten().all(|cell| !cell.starts_with('=')), "a formula");
        if query.contains("verdict") {
            let scores: Vec<i32> = lines.iter().map(|line| line[3].parse().unwrap_or(-1)).collect();
            assert!(scores.is_sorted_by(|one, other| one >= other), "in the order of the list");
            assert!(lines.iter().any(|line| line[0] == "'=cmd|' /C calc'!A0"));
        }

        let excel = vera.get(&format!("/packets/export.xlsx?{query}")).await;
        assert_eq!(excel.status, 200);
        use calamine::{Data, Reader};
        let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(std::io::Cursor::new(excel.bytes.clone())).unwrap();
        let table = book.worksheet_range("Packets").unwrap();
        assert_eq!(table.rows().count(), wanted + 1, "{query}");
        for (row, line) in table.rows().skip(1).zip(&lines) {
            let name = line[0].strip_prefix('\'').unwrap_or(&line[0]);
            assert_eq!(row[0], Data::String(name.to_owned()), "a text is a text");
        }
        let about: String = book.worksheet_range("About").unwrap().rows().flatten().map(ToString::to_string).collect();
        assert!(about.contains("Atlas Customs"), "{about}");
        let mut parts = zip::ZipArchive::new(std::io::Cursor::new(excel.bytes)).unwrap();
        for at in 0..parts.len() {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut parts.by_index(at).unwrap(), &mut text).unwrap();
            assert!(!text.contains("<f>"), "part {at} holds a formula");
        }
    }
    house.database.wait_for("SELECT count(*) FROM audit_entries WHERE action = 'packet.export'", 12);
    let log = house.database.texts(
        "SELECT DISTINCT role || ' ' || result || ' ' || coalesce(diff -> 'after' ->> 'rows', diff -> 'after' ->> 'verdict', '') \
         FROM audit_entries WHERE action = 'packet.export' ORDER BY 1",
    );
    assert!(
        log.contains(&"viewer started ready".to_owned()) && log.contains(&"viewer success 2401".to_owned()),
        "{log:?}"
    );
}

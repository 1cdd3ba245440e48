//! Packets: upload, list, progress, result, files.

use crate::harness::{House, Person, papers};
use sha2::{Digest, Sha256};

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_shipment_is_read_and_checked_and_each_finding_lights_its_box() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let address = otto.packet(papers(1)).await;
    let waiting = otto.get(&address).await;
    assert!(waiting.words().contains("Waiting for a free reader"), "{}", waiting.words());
    assert!(waiting.text().contains("<noscript><meta http-equiv=\"refresh\""), "works without script");
    assert_eq!(house.work().await, 1);
    let result = otto.get(&address).await;
    let words = result.words();
    assert!(words.contains("Blocked"), "{words}");
    assert!(words.contains("match.package_count") && words.contains("arithmetic.line_amount"), "{words}");
    assert!(!result.all("rect.lit", "class").is_empty(), "the first finding is lit");
    let value = result.all(".finding[data-selected] .versus a", "href").remove(0);
    let there = otto.get(value.trim_end_matches("#viewer")).await;
    assert!(!there.all("rect.lit", "class").is_empty(), "and so is each of its values: {value}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_image_is_drawn_once_and_kept() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let address = otto.packet(papers(0)).await;
    house.work().await;
    let image = otto.get(&address).await.all("svg image", "href").remove(0);
    let first = otto.get(&image).await;
    assert_eq!((first.status, first.header("content-type")), (200, "image/png"));
    assert!(first.bytes.starts_with(b"\x89PNG"));
    assert!(first.header("cache-control").contains("immutable"));
    let drawn: Vec<_> =
        walk(&house.database.folder().join("objects")).into_iter().filter(|path| path.ends_with(".png")).collect();
    assert_eq!(drawn.len(), 1);
    let second = otto.get(&image).await;
    assert_eq!(second.bytes, first.bytes);
    assert_eq!(otto.get(&image.replace("/1.png", "/99.png")).await.status, 404);
}

fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path.display().to_string()) }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_comes_back_byte_for_byte_and_never_runs() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let files = papers(0);
    let address = otto.packet(files.clone()).await;
    house.work().await;
    let link = otto.get(&address).await.all(".foot a", "href").remove(0);
    let answer = house.signed_in(Person::Vera).await.get(&link).await;
    let wanted = &files[0];
    assert_eq!(answer.bytes, wanted.1);
    assert_eq!(answer.header("x-content-sha256"), hex::encode(Sha256::digest(&wanted.1)));
    assert!(answer.header("content-disposition").starts_with("attachment; filename*=UTF-8''"));
    assert!(answer.header("content-security-policy").starts_with("sandbox"));
    assert_eq!(answer.header("content-type"), "application/octet-stream");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_form_sent_twice_makes_one_packet() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let key = otto.get("/packets").await.all("input[name=key]", "value").remove(0);
    let first = otto.upload(Some(&key), papers(0)).await;
    let second = otto.upload(Some(&key), papers(0)).await;
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.location, second.location);
    assert_eq!(house.database.count("SELECT count(*) FROM packets"), 1);
    assert_eq!(house.database.count("SELECT count(*) FROM work"), 1);
    let kept = walk(&house.database.folder().join("objects")).len();
    assert_eq!(kept, 5, "the second upload's files are gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_in_the_audit_log_with_the_hashes_of_its_files() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let files = papers(0);
    otto.packet(files.clone()).await;
    house.work().await;
    let log = house.database.audit();
    assert_eq!(
        log,
        ["operator session.start success", "operator packet.create success", "system packet.check success"]
    );
    let diff = house.database.texts("SELECT diff FROM audit_entries WHERE action = 'packet.create'").remove(0);
    assert!(diff.contains(&hex::encode(Sha256::digest(&files[0].1))), "{diff}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_is_refused_with_a_sentence_and_nothing_is_kept() {
    let house = House::with(&[("QUAYSIDE_FILE_MB", "1"), ("QUAYSIDE_FILES", "2")]);
    let otto = house.signed_in(Person::Otto).await;
    let large = vec![("large.pdf".to_owned(), vec![b'x'; 1024 * 1024 + 1])];
    let small = || ("a.pdf".to_owned(), b"%PDF".to_vec());
    for (files, sentence) in [
        (vec![], "Choose at least one file."),
        (large, "large.pdf is larger than 1 MB."),
        (vec![small(), small(), small()], "Send at most 2 files"),
    ] {
        let answer = otto.upload(Some(&uuid::Uuid::new_v4().to_string()), files).await;
        assert_eq!(answer.status, 422);
        assert!(answer.words().contains(sentence), "{}", answer.words());
        assert!(answer.text().contains("<title>Error: New packet"));
    }
    assert_eq!(house.database.count("SELECT count(*) FROM packets"), 0);
    assert!(walk(&house.database.folder().join("objects")).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_sees_results_and_cannot_upload_or_check_again() {
    let house = House::new().await;
    let address = house.signed_in(Person::Otto).await.packet(papers(0)).await;
    house.work().await;
    let vera = house.signed_in(Person::Vera).await;
    let page = vera.get(&address).await;
    assert_eq!(page.status, 200);
    assert!(!page.words().contains("Check again"));
    assert!(!vera.get("/packets").await.words().contains("Upload and check"));
    assert_eq!(vera.upload(None, papers(0)).await.status, 403);
    assert_eq!(vera.post(&format!("{address}/runs"), &[]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_document_is_named_with_what_to_do_and_the_others_are_read() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let mut files = papers(0);
    files.push(("broken.pdf".to_owned(), b"%PDF-1.4 and nothing more".to_vec()));
    files.push(("empty.pdf".to_owned(), Vec::new()));
    let address = otto.packet(files).await;
    house.work().await;
    let page = otto.get(&address).await;
    let words = page.words();
    assert!(words.contains("broken.pdf") && words.contains("empty.pdf"), "{words}");
    assert!(words.contains("document.unreadable"), "{words}");
    assert!(words.contains("Commercial invoice"), "{words}");
    let text = otto.get(&format!("{address}/result.json")).await.text();
    let result: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(result["documents"].as_array().unwrap().len(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn checking_again_makes_a_new_run_and_not_two_at_once() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let address = otto.packet(papers(0)).await;
    assert_eq!(otto.post(&format!("{address}/runs"), &[]).await.status, 409, "it is being checked");
    house.work().await;
    assert_eq!(otto.post(&format!("{address}/runs"), &[]).await.status, 303);
    assert!(otto.get(&address).await.words().contains("Waiting for a free reader"));
    house.work().await;
    assert_eq!(house.database.texts("SELECT number || ' ' || state FROM runs ORDER BY number"), ["1 done", "2 done"]);
    let both = house.database.texts("SELECT (result - 'stats') FROM runs");
    assert_eq!(both[0], both[1], "the same files give the same result");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_was_read_before_is_not_read_again() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let address = otto.packet(papers(0)).await;
    house.work().await;
    assert_eq!(house.database.count("SELECT count(*) FROM readings"), 0, "text is read again faster than it is kept");
    // As if the first file had been a scan that showed nothing.
    let kept = |reader: &str| {
        format!(
            "INSERT INTO readings (team_id, sha256, reader, reading) SELECT team_id, sha256, '{reader}', \
             '{{\"documents\":[],\"pages\":[]}}' FROM files WHERE position = (SELECT min(position) FROM files) \
             ON CONFLICT (team_id, sha256, arrangement) DO UPDATE SET reader = excluded.reader"
        )
    };
    let documents =
        || house.database.texts("SELECT jsonb_array_length(result -> 'documents')::text FROM runs ORDER BY number");
    for reader in ["0.0.0-older", env!("CARGO_PKG_VERSION")] {
        assert_eq!(house.database.run(&kept(reader)), 1);
        otto.post(&format!("{address}/runs"), &[]).await;
        house.work().await;
    }
    let documents = documents();
    assert_eq!(documents[0], documents[1], "another version reads anew");
    assert_ne!(documents[0], documents[2], "this version takes what it kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_a_piece_of_a_page_for_htmx_and_a_page_for_everybody_else() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let address = otto.packet(papers(0)).await;
    let piece = otto.get_piece(&format!("{address}/progress")).await;
    assert!(piece.text().trim_start().starts_with("<section"), "{}", piece.text());
    assert!(otto.get(&format!("{address}/progress")).await.text().contains("<!doctype html>"));
    house.work().await;
    let done = otto.get_piece(&format!("{address}/progress")).await;
    assert_eq!(done.header("hx-redirect"), address);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_files_are_text_wherever_they_are_shown() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let mut files = papers(0);
    files[0].0 = "<img src=x onerror=alert(1)>.pdf".to_owned();
    let address = otto.packet(files).await;
    for path in ["/packets", &address] {
        assert!(!otto.get(path).await.text().contains("<img src=x"), "{path}");
    }
    house.work().await;
    assert!(!otto.get(&address).await.text().contains("<img src=x"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_code_of_a_finding_leads_to_its_rule() {
    let house = House::new().await;
    let vera = house.signed_in(Person::Vera).await;
    let address = house.signed_in(Person::Otto).await.packet(papers(1)).await;
    house.work().await;
    let rules = vera.get("/rules").await;
    let known = rules.all("tbody tr", "id");
    assert!(known.len() >= 40);
    let links = vera.get(&address).await.all(".finding h3 a.code", "href");
    assert!(!links.is_empty());
    for link in links {
        assert!(known.contains(&link.trim_start_matches("/rules#").to_owned()), "{link}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_prints_the_findings_with_the_places_that_prove_them_and_the_end_of_the_log() {
    let house = House::new().await;
    let (otto, vera) = (house.signed_in(Person::Otto).await, house.signed_in(Person::Vera).await);
    let files = papers(1);
    let hashes: Vec<String> = files.iter().map(|(_, bytes)| hex::encode(Sha256::digest(bytes))).collect();
    let address = otto.packet(files).await;
    assert_eq!(vera.get(&format!("{address}/report.pdf")).await.status, 404, "there is no result yet");
    house.work().await;
    let page = vera.get(&address).await;
    assert_eq!(page.all("a[href$='report.pdf']", "href").len(), 1, "whoever may only read can print");
    let report = vera.get(&format!("{address}/report.pdf")).await;
    assert_eq!((report.status, report.header("content-type")), (200, "application/pdf"));
    assert!(report.header("content-disposition").starts_with("attachment; filename*=UTF-8''"));
    let kept = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("report.pdf");
    std::fs::write(&kept, &report.bytes).unwrap();
    let read = quayside::reading::read("report.pdf", report.bytes.clone(), &quayside::reading::NoOcr, &mut |_, _| {});
    let text: String = read.pages.iter().map(|page| page.text.clone() + " ").collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["Blocked", "match.package_count", "arithmetic.line_amount", "What to do:", "Documents", "page 1 of"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    for hash in hashes {
        assert!(text.contains(&format!("SHA-256 {hash}")), "{hash}");
    }
    let head = house.database.texts(
        "SELECT h.seq || ', hash ' || encode(h.hash, 'hex') FROM audit_heads h JOIN teams t ON t.id = h.team_id \
         WHERE t.name = 'Atlas Customs'",
    );
    assert!(text.contains(&head[0][..40]), "the export's own entry is under it: {head:?} {text}");
    let pictures =
        report.bytes.windows(14).filter(|part| *part == b"/Subtype/Image" || *part == b"Subtype /Image").count();
    assert!(pictures >= 4, "{pictures} places are shown");
    let log = house
        .database
        .texts("SELECT action || ' ' || role || ' ' || result FROM audit_entries ORDER BY seq DESC LIMIT 1");
    assert_eq!(log, ["packet.export viewer success"]);
}

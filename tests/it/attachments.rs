//! Files that hold documents or state them instead of printing them, sent as people send the rest: an e-mail with what is attached, an
//! invoice as XML.

use crate::harness::{Browser, House, Person, Upload, papers};
use quayside::domain::packet::arrangement::Leaf;

/// An e-mail with these files attached.
fn mail(files: &[Upload]) -> Vec<u8> {
    let head = "From: ship@seller.example\r\nTo: desk@broker.example\r\nSubject: papers\r\nMessage-ID: <7@seller.example>\r\n\
                MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n\
                --cut\r\nContent-Type: text/plain\r\n\r\nPlease find the papers attached.\r\n";
    let part = |(name, bytes): &Upload| {
        let rows: Vec<String> =
            bytes.chunks(24).map(|row| row.iter().map(|byte| format!("={byte:02X}")).collect()).collect();
        format!(
            "--cut\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n",
            rows.join("=\r\n")
        )
    };
    format!("{head}{}--cut--\r\n", files.iter().map(part).collect::<String>()).into_bytes()
}

const INVOICE: &str = r#"<?xml version="1.0"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:a" xmlns:cbc="urn:b">
 <cbc:ID>XML-7</cbc:ID>
 <cbc:IssueDate>2026-06-02</cbc:IssueDate>
 <cbc:DocumentCurrencyCode>USD</cbc:DocumentCurrencyCode>
 <cac:LegalMonetaryTotal><cbc:PayableAmount>230.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
</Invoice>"#;

/// The documents of the packet's result.
async fn documents(browser: &Browser, packet: &str) -> Vec<serde_json::Value> {
    let text = browser.get(&format!("{packet}/result.json")).await.text();
    let result: serde_json::Value = serde_json::from_str(&text).unwrap();
    result["documents"].as_array().unwrap().clone()
}

/// The address of a document's field on the result page.
fn place(packet: &str, document: &serde_json::Value, field: &str) -> String {
    let page = document["fields"][field]["evidence"][0]["page"].as_u64().map(|page| format!("&page={page}"));
    format!("{packet}?document={}{}&field={field}", document["id"].as_str().unwrap(), page.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_attached_to_an_e_mail_becomes_documents_with_their_own_pages() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let files = papers(1);
    let packet = otto.packet(vec![("papers.eml".to_owned(), mail(&files))]).await;
    assert_eq!(house.work().await, 1);
    let words = otto.get(&packet).await.words();
    assert!(words.contains("match.package_count"), "the attachments are checked against each other: {words}");
    let found = documents(&otto, &packet).await;
    assert_eq!(found.len(), files.len());
    let mut pictures = Vec::new();
    for (document, (name, bytes)) in found.iter().zip(&files) {
        assert_eq!(document["file"], format!("papers.eml/{name}"));
        assert_ne!(document["kind"], "unknown", "{name}");
        let (field, _) = document["fields"]
            .as_object()
            .unwrap()
            .iter()
            .find(|(_, reading)| reading["evidence"][0]["bbox"].is_array())
            .unwrap();
        let page = otto.get(&place(&packet, document, field)).await;
        assert!(!page.all("rect.lit", "class").is_empty(), "{name}: {field} is not lit");
        let picture = otto.get(&page.all("svg image", "href").remove(0)).await;
        assert_eq!((picture.status, picture.header("content-type")), (200, "image/png"), "{name}");
        // Alone, the same file has the same picture: it is the attachment's page, and no other's.
        let alone =
            house.sandbox.render_page(name, bytes.as_slice(), bytes.len() as u64, Leaf::from(1), 1240).await.unwrap();
        assert!(picture.bytes == alone, "{name} is shown by another page");
        pictures.push(picture.bytes);
    }
    let kept = otto.get(&otto.get(&packet).await.all(".foot a", "href").remove(0)).await;
    assert_eq!(kept.bytes, mail(&files), "the original is the e-mail");
    pictures.sort();
    pictures.dedup();
    assert_eq!(pictures.len(), files.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_as_xml_is_a_document_whose_values_light_their_lines() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let mut files: Vec<Upload> = papers(0).into_iter().filter(|(name, _)| !name.contains("invoice")).collect();
    files.push(("invoice.xml".to_owned(), INVOICE.as_bytes().to_vec()));
    let packet = otto.packet(files).await;
    house.work().await;
    let found = documents(&otto, &packet).await;
    let invoice = found.iter().find(|document| document["file"] == "invoice.xml").unwrap();
    assert_eq!(
        (&invoice["kind"], &invoice["fields"]["invoice_number"]["value"]),
        (&"commercial_invoice".into(), &"XML-7".into())
    );
    let page = otto.get(&place(&packet, invoice, "invoice_number")).await;
    let html = page.text();
    let lit: Vec<&str> =
        html.split("<td class=\"lit\">").skip(1).filter_map(|cell| cell.split("</td>").next()).collect();
    assert!(lit.len() == 1 && lit[0].contains("XML-7"), "the line that proves it is lit alone: {lit:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_that_takes_files_says_the_limits_that_are_in_force() {
    let house =
        House::with(&[("QUAYSIDE_ATTACHMENTS", "1"), ("QUAYSIDE_PAGES", "7"), ("QUAYSIDE_READ_MEMORY_MB", "345")]);
    let otto = house.signed_in(Person::Otto).await;
    let words = otto.get("/packets/new").await.words();
    for figure in ["1 attachment", "7 pages", "345 MB of memory", "500,000 segments"] {
        assert!(words.contains(figure), "{figure}: {words}");
    }
    let packet = otto.packet(vec![("papers.eml".to_owned(), mail(&papers(0)))]).await;
    house.work().await;
    let words = otto.get(&packet).await.words();
    assert!(
        words.contains("papers.eml has more than 1 attachments"),
        "a limit on the page holds in the reader: {words}"
    );
}

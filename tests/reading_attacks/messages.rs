//! Text, tables, XML, EDI, JSON and e-mails without end.

use crate::{read, refused};

#[tokio::test]
async fn an_xml_that_declares_a_document_type_or_goes_too_deep_is_refused() {
    let laughs: String =
        (1..10).map(|at| format!("<!ENTITY l{at} \"{}\">", format!("&l{};", at - 1).repeat(10))).collect();
    let laughs = format!("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY l0 \"ha\">{laughs}]><a>&l9;</a>");
    let outside = "<?xml version=\"1.0\"?><!DOCTYPE a SYSTEM \"http://192.0.2.1/x.dtd\"><a/>";
    for text in [laughs.as_str(), outside] {
        let (code, sentence) = refused("laughs.xml", text.as_bytes()).await;
        assert_eq!(code, "file.not_allowed");
        assert!(sentence.contains("DTD"), "{sentence}");
    }
    let deep = format!("<?xml version=\"1.0\"?>{}", "<a>".repeat(2_000_000));
    assert_eq!(refused("deep.xml", deep.as_bytes()).await.0, "file.too_large");
    let wide = format!("<?xml version=\"1.0\"?><a>{}</a>", "<b/>".repeat(2_000_000));
    assert_eq!(refused("wide.xml", wide.as_bytes()).await.0, "file.too_large");
}

#[tokio::test]
async fn ten_million_empty_segments_end_with_a_sentence() {
    let head =
        "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260602*1200*U*00401*000000001*0*P*>~";
    let x12 = format!("{head}{}", "~".repeat(10_000_000));
    let edifact = format!("UNB+UNOC:3+A+B+260602:1200+1'{}", "'".repeat(10_000_000));
    let long = format!("UNB+UNOC:3+A+B+260602:1200+1'UNH+1+INVOIC:D'{}", "+:".repeat(5_000_000));
    for (name, text) in [("empty.x12", x12), ("empty.edi", edifact), ("long.edi", long)] {
        let (code, sentence) = refused(name, text.as_bytes()).await;
        assert!(matches!(code.as_str(), "file.too_large" | "file.corrupt"), "{code}");
        assert!(sentence.contains("segment"), "{sentence}");
    }
}

#[tokio::test]
async fn json_of_a_million_brackets_ends_with_a_sentence() {
    assert_eq!(
        refused("deep.json", format!("[{{\"a\":{}", "[".repeat(1_000_000)).as_bytes()).await.0,
        "file.too_large"
    );
    let wide = format!("{{\"a\":[{}1]}}", "1,".repeat(2_000_000));
    assert_eq!(refused("wide.json", wide.as_bytes()).await.0, "file.too_large");
}

#[tokio::test]
async fn an_e_mail_of_nested_parts_or_many_files_ends_with_a_sentence() {
    let head = "From: a@b.example\r\nMessage-ID: <1@b.example>\r\nSubject: x\r\n";
    let mut nested = format!("{head}Content-Type: text/csv\r\nContent-Disposition: attachment\r\n\r\n1;2");
    for level in 0..200 {
        nested = format!(
            "{head}Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\nContent-Type: message/rfc822\r\n\r\n{nested}\r\n--b{level}--\r\n"
        );
    }
    read("nested.eml", nested.as_bytes()).await;
    let parts = "--c\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n1;2\r\n".repeat(50_000);
    let many = format!("{head}Content-Type: multipart/mixed; boundary=c\r\n\r\n{parts}--c--\r\n");
    let (code, sentence) = refused("many.eml", many.as_bytes()).await;
    assert_eq!(code, "file.not_allowed");
    assert!(sentence.contains("more than 100 attachments"), "{sentence}");
    let opened: String =
        (0..100_000).map(|at| format!("--p\r\nContent-Type: multipart/mixed; boundary=q{at}\r\n\r\n")).collect();
    read("open.eml", format!("{head}Content-Type: multipart/mixed; boundary=p\r\n\r\n{opened}").as_bytes()).await;
}

#[tokio::test]
async fn a_table_of_a_million_columns_and_utf16_text_end() {
    read("wide.csv", "a;".repeat(1_000_000).as_bytes()).await;
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("Menge;Preis\n1;2\n".bytes().flat_map(|byte| [byte, 0])).collect();
    read("utf16.csv", &utf16).await;
}

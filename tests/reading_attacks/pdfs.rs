//! PDFs that grow, loop, hide or lie.

use crate::forge::{CONTENT, FONT, PRINT, carrier, deflated, filled, one_page, pdf, sound, stream};
use crate::{read, refused, shown};
use quayside::reading::sandbox::RenderError;

#[tokio::test]
async fn a_stream_that_unpacks_twice_to_a_gigabyte_ends_its_reader_alone() {
    let bomb = one_page("", stream("/Filter[/FlateDecode/FlateDecode]", &deflated(&filled(b' ', 1024))), vec![]);
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    let (code, _) = refused("bomb.pdf", &bomb).await;
    assert_eq!(code, "file.out_of_memory");
    let _ = shown("bomb.pdf", &bomb).await;
    assert!(shown("sound.pdf", &sound()).await.is_ok());
}

#[tokio::test]
async fn a_picture_of_thirty_thousand_pixels_a_side_is_not_drawn() {
    let pixels = filled(0, 859);
    let picture = stream(
        "/Type/XObject/Subtype/Image/Width 30000/Height 30000/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/FlateDecode",
        &pixels,
    );
    let content = [CONTENT, b"612 0 0 792 0 0 cm /I Do"].concat();
    let file = one_page(&format!("/XObject<</I 5 0 R>>{FONT}"), stream("", &content), vec![picture]);
    let Err(RenderError::Refused(sentence)) = shown("huge.pdf", &file).await else { panic!("it was drawn") };
    assert!(sentence.contains("30000 by 30000 pixels"), "{sentence}");
    let reading = read("huge.pdf", &file).await;
    let text = &reading.pages.first().unwrap().text;
    assert!(text.contains(PRINT), "the text under the picture was not read: {text}");
}

#[tokio::test]
async fn ten_thousand_pages_are_shown_or_refused_but_never_stuck() {
    let kids: String = (0..10_000).map(|index| format!("{} 0 R ", index + 3)).collect();
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!("<</Type/Pages/Kids[{kids}]/Count 10000>>").into_bytes(),
    ];
    objects.extend((0..10_000).map(|_| b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>".to_vec()));
    let file = pdf(&objects);
    assert!(shown("book.pdf", &file).await.is_ok());
    assert_eq!(refused("book.pdf", &file).await.0, "file.too_many_pages");
}

#[tokio::test]
async fn a_page_tree_that_holds_itself_ends() {
    let file = pdf(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]/Count 3>>".to_vec(),
        b"<</Type/Pages/Kids[2 0 R]/Count 1>>".to_vec(),
    ]);
    assert!(shown("loop.pdf", &file).await.is_err());
    read("loop.pdf", &file).await;
}

#[tokio::test]
async fn a_form_that_draws_itself_ends() {
    let form = stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>", b"/F Do /F Do");
    let file = one_page("/XObject<</F 5 0 R>>", stream("", b"/F Do"), vec![form]);
    let _ = shown("form.pdf", &file).await;
    read("form.pdf", &file).await;
}

#[tokio::test]
async fn two_million_open_brackets_end() {
    let file = one_page("", stream("", &vec![b'['; 2_000_000]), vec![]);
    let _ = shown("brackets.pdf", &file).await;
    read("brackets.pdf", &file).await;
}

#[tokio::test]
async fn cut_and_garbled_files_end_with_a_sentence_or_a_picture() {
    let whole = sound();
    for share in [10, 50, 90, 98] {
        let cut = whole.get(..whole.len() * share / 100).unwrap();
        let _ = shown("cut.pdf", cut).await;
        read("cut.pdf", cut).await;
    }
    for step in [3, 7, 31] {
        let garbled: Vec<u8> = whole
            .iter()
            .enumerate()
            .map(|(at, byte)| if at > 20 && at % step == 0 { byte ^ 0x55 } else { *byte })
            .collect();
        let _ = shown("garbled.pdf", &garbled).await;
        read("garbled.pdf", &garbled).await;
    }
}

#[tokio::test]
async fn a_protected_pdf_asks_for_a_copy_without_a_password() {
    // The key is 40 bits of RC4; /O and /U belong to a password that nobody knows.
    let encrypt = format!("<</Filter/Standard/V 1/R 2/P -4/O<{0}>/U<{0}>>>", "5a".repeat(32));
    let mut file = one_page("", stream("", b"0 0 100 100 re f"), vec![encrypt.into_bytes()]);
    let text = String::from_utf8_lossy(&file).replace("/Root 1 0 R", "/Encrypt 5 0 R/ID[<00><00>]/Root 1 0 R");
    file = text.into_bytes();
    let Err(RenderError::Refused(sentence)) = shown("secret.pdf", &file).await else { panic!("it was drawn") };
    assert!(sentence.contains("protected by a password"), "{sentence}");
    assert_eq!(
        read("secret.pdf", &file).await.documents.first().unwrap().problems.first().unwrap().code,
        "file.encrypted"
    );
}

#[tokio::test]
async fn what_a_pdf_carries_inside_and_cannot_be_read_is_said_and_its_page_is_read() {
    let invoice = "<?xml version=\"1.0\"?>\n<rsm:CrossIndustryInvoice xmlns:rsm=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100\">\n";
    let plain = |text: &str| stream("/Type/EmbeddedFile", text.as_bytes());
    let packed = |bytes: &[u8]| stream("/Type/EmbeddedFile/Filter/FlateDecode", bytes);
    let half = deflated(format!("{invoice}{}", "<a/>\n".repeat(5_000)).as_bytes());
    let dtd = invoice.replace("?>", "?><!DOCTYPE a SYSTEM \"http://192.0.2.1/x.dtd\">");
    let cases: [(&str, Vec<u8>, &str, &str); 7] = [
        ("factur-x.xml", plain(&format!("{invoice}<a>")), "attachment.unreadable", "is damaged"),
        ("zugferd-invoice.xml", packed(half.get(..half.len() / 2).unwrap()), "attachment.unreadable", "is damaged"),
        ("invoice.XML", packed(b"no deflate"), "attachment.unreadable", "is damaged"),
        ("a.xml", stream("/Filter/JBIG2Decode", b"x"), "attachment.unreadable", "packed in a way that is not read"),
        ("bomb.xml", packed(&filled(b' ', 200)), "attachment.unreadable", "unpacks to far more"),
        ("dtd.xml", plain(&dtd), "attachment.not_allowed", "document type"),
        (
            "wide.xml",
            plain(&format!("{invoice}{}", "<b/>".repeat(600_000))),
            "attachment.too_large",
            "more than is allowed",
        ),
    ];
    for (name, file, code, words) in cases {
        let reading = read("carrier.pdf", &carrier(name, file)).await;
        assert!(reading.pages.first().unwrap().text.contains(PRINT));
        let problem = reading.documents.first().unwrap().problems.first().unwrap();
        assert_eq!(problem.code, code, "{name}");
        assert!(problem.message.contains(name) && problem.message.contains(words), "{}", problem.message);
    }
    for (name, file) in [("order.xml", plain("<?xml version=\"1.0\"?><Order/>")), ("photo.jpg", packed(b"no deflate"))]
    {
        let reading = read("carrier.pdf", &carrier(name, file)).await;
        assert_eq!(reading.documents.first().unwrap().problems, [], "{name} means to be no invoice");
    }
}

#[tokio::test]
async fn tables_of_places_and_streams_of_objects_that_point_at_themselves_end() {
    let own = String::from_utf8_lossy(&sound()).into_owned();
    let at = own.rfind("xref\n0").unwrap();
    let again = own.replace("/Root 1 0 R>>", &format!("/Root 1 0 R/Prev {at}>>"));
    let reading = read("prev.pdf", again.as_bytes()).await;
    assert!(reading.pages.is_empty() || reading.pages.first().unwrap().text.contains(PRINT));
    let away = own.replace("/Root 1 0 R>>", "/Root 1 0 R/Prev 99999999999/XRefStm 18446744073709551615>>");
    read("away.pdf", away.as_bytes()).await;
    let loops = pdf(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"2 0 R".to_vec(),
        b"4 0 R".to_vec(),
        b"3 0 R".to_vec(),
        stream("/Type/ObjStm/N 1/First 4/Extends 5 0 R", b"5 0 5 0 R"),
    ]);
    refused("loops.pdf", &loops).await;
    let long = one_page(FONT, b"<</Length 4 0 R>>stream\nBT ET\nendstream".to_vec(), vec![]);
    read("length.pdf", &long).await;
}

#[tokio::test]
async fn what_a_pdf_wants_to_do_is_never_done_and_its_text_is_read() {
    let page = format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<<{FONT}>>/AA<</O 6 0 R>>\
         /Annots[<</Type/Annot/Subtype/Link/Rect[0 0 600 700]/A<</S/URI/URI(http://192.0.2.1/)>>>>]>>"
    );
    let file = pdf(&[
        b"<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R/Names<</JavaScript<</Names[(a) 5 0 R]>>>>>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        page.into_bytes(),
        stream("", CONTENT),
        b"<</S/JavaScript/JS(app.alert\\(1\\); while\\(true\\){})>>".to_vec(),
        b"<</S/Launch/F(/bin/sh)/Next<</S/SubmitForm/F(http://192.0.2.1/)/Next 6 0 R>>>>".to_vec(),
    ]);
    let reading = read("actions.pdf", &file).await;
    assert!(reading.pages.first().unwrap().text.contains(PRINT));
    assert_eq!(reading.documents.first().unwrap().problems, []);
    assert!(shown("actions.pdf", &file).await.is_ok());
}

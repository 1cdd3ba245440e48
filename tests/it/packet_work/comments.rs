//! Comments: said, mentioned, changed and removed, in order with the decisions.

use super::{one_packet, send};
use crate::harness::Person;

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_is_plain_text_and_whom_it_mentions_gets_one_letter() {
    let (house, otto, address) = one_packet(0).await;
    let words = "@Olga Tester and @adam@atlas.example: <b>look</b> at the bill, @Otto Tester";
    let path = format!("{address}/comments");
    assert_eq!(otto.post(&path, &[("body", words)]).await.status, 303);
    let page = otto.get(&address).await;
    assert!(page.words().contains("<b>look</b> at the bill") && !page.text().contains("<b>look"), "{}", page.words());
    let told = || house.database.texts("SELECT recipient FROM outbox WHERE kind = 'mention' ORDER BY 1");
    assert_eq!(told(), ["adam@atlas.example", "olga@atlas.example"], "and not who wrote it");
    let again = [("body", "@Olga Tester and @Vera Tester: done")];
    assert_eq!(send(&otto, &page, &address, "/comments/edit", &again).await.status, 303);
    assert_eq!(told(), ["adam@atlas.example", "olga@atlas.example", "vera@atlas.example"], "each once");
    let letter = house.letters().await.into_iter().next().unwrap();
    assert!(letter.text.contains(&format!("{address}#comments")) && !letter.text.contains("done"), "{}", letter.text);
    assert!(otto.get(&address).await.words().contains("now , edited @Olga Tester and @Vera Tester: done"));
    let empty = otto.post(&path, &[("body", " ")]).await;
    assert_eq!((empty.status, empty.all("#comment", "aria-invalid").len()), (422, 1));
    assert!(empty.words().contains("Write something first."), "{}", empty.words());
    let long = otto.post(&path, &[("body", &"word ".repeat(900))]).await;
    assert!(long.status == 422 && long.words().contains("word word word"), "what was typed is kept");
    let page = otto.get(&address).await;
    let edited = send(&otto, &page, &address, "/comments/edit", &[("body", "")]).await;
    assert_eq!((edited.status, edited.all("textarea[id^=edit-]", "aria-invalid").len()), (422, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_is_changed_and_removed_by_its_author_alone_and_by_no_old_form() {
    let (house, otto, address) = one_packet(0).await;
    otto.post(&format!("{address}/comments"), &[("body", "first words")]).await;
    let page = otto.get(&address).await;
    let olga = house.signed_in(Person::Olga).await;
    assert!(olga.get(&address).await.all("form[action$='/comments/edit']", "action").is_empty());
    assert_eq!(send(&olga, &page, &address, "/comments/remove", &[]).await.status, 404, "not hers");
    assert_eq!(send(&otto, &page, &address, "/comments/edit", &[("body", "second words")]).await.status, 303);
    assert_eq!(send(&otto, &page, &address, "/comments/edit", &[("body", "third words")]).await.status, 409);
    assert_eq!(send(&otto, &page, &address, "/comments/remove", &[]).await.status, 409);
    let page = otto.get(&address).await;
    assert_eq!(send(&otto, &page, &address, "/comments/remove", &[]).await.status, 303);
    let words = olga.get(&address).await.words();
    assert!(words.contains("This comment was removed by its author.") && !words.contains("second words"), "{words}");
    assert_eq!(house.database.texts("SELECT body FROM comments"), [""], "its words are gone");
    let entries = "SELECT count(*) FROM audit_entries WHERE action = 'packet.comment' AND result = 'success'";
    assert_eq!(house.database.count(entries), 3);
    let vera = house.signed_in(Person::Vera).await;
    assert_eq!(vera.post(&format!("{address}/comments"), &[("body", "x")]).await.status, 403);
}

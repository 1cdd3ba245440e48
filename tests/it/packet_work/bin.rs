//! The bin: what is deleted leaves the lists, says so on its page, and comes back.

use super::one_packet;
use crate::harness::Person;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_leaves_the_list_and_comes_back_with_one_click() {
    let (house, otto, address) = one_packet(0).await;
    let listed = async || otto.get("/packets").await.text().contains(&address);
    assert!(listed().await);
    let gone = otto.post(&format!("{address}/delete"), &[]).await;
    assert_eq!((gone.status, gone.location.as_deref()), (303, Some(address.as_str())));
    assert!(!listed().await);
    let page = otto.get(&address).await;
    assert!(page.words().contains("In the bin : deleted now by Otto Tester"), "{}", page.words());
    assert!(page.words().contains("Take it back") && !page.words().contains("Check again"));
    let bin = otto.get("/packets/bin").await;
    assert!(bin.text().contains(&address) && bin.words().contains("Nothing is removed for good yet."));
    for ending in ["/runs", "/decision", "/owner", "/delete"] {
        let run = house.database.texts("SELECT run_id FROM packets").remove(0);
        let refused = otto.post(&format!("{address}{ending}"), &[("run", &run), ("step", "approve")]).await;
        assert_eq!(refused.status, 409, "{ending}");
        assert!(refused.words().contains("The packet is in the bin."), "{ending}: {}", refused.words());
    }
    assert_eq!(otto.post(&format!("{address}/restore"), &[]).await.status, 303);
    assert!(listed().await);
    assert!(otto.get("/packets/bin").await.words().contains("The bin is empty"));
    assert_eq!(otto.post(&format!("{address}/restore"), &[]).await.status, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bin_is_in_the_log_and_a_viewer_only_looks_into_it() {
    let (house, otto, address) = one_packet(0).await;
    otto.post(&format!("{address}/delete"), &[]).await;
    let diff = house.database.texts("SELECT diff FROM audit_entries WHERE action = 'packet.delete'").remove(0);
    let diff: serde_json::Value = serde_json::from_str(&diff).unwrap();
    assert_eq!(diff, serde_json::json!({ "before": { "deleted": false }, "after": { "deleted": true } }));
    let vera = house.signed_in(Person::Vera).await;
    let bin = vera.get("/packets/bin").await;
    assert!(bin.text().contains(&address) && bin.all("form[action$='/restore']", "action").is_empty());
    assert_eq!(vera.post(&format!("{address}/restore"), &[]).await.status, 403);
    assert_eq!(vera.post(&format!("{address}/delete"), &[]).await.status, 403);
}

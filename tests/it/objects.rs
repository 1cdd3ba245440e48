//! The object store: a folder, and a server that speaks S3.

use bytes::Bytes;
use futures_util::TryStreamExt;
use hyper_util::rt::{TokioExecutor, TokioIo};
use quayside::gateways::objects::{ObjectError, Objects};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tempfile::TempDir;
use url::Url;

/// A server that speaks S3 on loopback, with one bucket in a folder.
async fn s3(folder: &TempDir) -> Vec<(String, String)> {
    std::fs::create_dir(folder.path().join("documents")).unwrap();
    let service = {
        let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single("key", "secret"));
        builder.build()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let service = service.clone();
            tokio::spawn(async move {
                let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                drop(server.serve_connection(TokioIo::new(socket), service).await);
            });
        }
    });
    [
        ("AWS_ENDPOINT", format!("http://127.0.0.1:{port}")),
        ("AWS_ACCESS_KEY_ID", "key".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "secret".to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ALLOW_HTTP", "true".to_owned()),
        ("HOME", "/nowhere".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

async fn walk_through(objects: &Objects) {
    let pieces: Vec<Bytes> = (0..14u8).map(|n| Bytes::from(vec![n; 1024 * 1024])).collect();
    let mut incoming = objects.begin("teams/a/files/one").await.unwrap();
    for piece in pieces.clone() {
        incoming.write(piece).await.unwrap();
    }
    assert!(matches!(objects.get("teams/a/files/one").await, Err(ObjectError::NotFound)), "not before it is whole");
    incoming.finish().await.unwrap();
    let whole = objects.get("teams/a/files/one").await.unwrap();
    assert_eq!(whole, Bytes::from(pieces.concat()));
    let streamed: Vec<Bytes> = objects.stream("teams/a/files/one").await.unwrap().try_collect().await.unwrap();
    assert_eq!(streamed.concat(), pieces.concat());

    let mut abandoned = objects.begin("teams/a/files/two").await.unwrap();
    abandoned.write(Bytes::from_static(b"half")).await.unwrap();
    abandoned.abort().await;
    assert!(matches!(objects.get("teams/a/files/two").await, Err(ObjectError::NotFound)));

    objects.put("teams/a/pages/1.png", Bytes::from_static(b"png")).await.unwrap();
    objects.remove("teams/a/pages/1.png").await.unwrap();
    objects.remove("teams/a/pages/1.png").await.unwrap();
    assert!(matches!(objects.get("teams/a/pages/1.png").await, Err(ObjectError::NotFound)));
}

#[tokio::test]
async fn a_folder_keeps_objects() {
    let folder = tempfile::tempdir().unwrap();
    walk_through(&Objects::in_folder(folder.path()).unwrap()).await;
    let other = tempfile::tempdir().unwrap();
    let url = Url::from_directory_path(other.path()).unwrap();
    walk_through(&Objects::at(&url, std::iter::empty()).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_keeps_objects_under_its_prefix() {
    let folder = tempfile::tempdir().unwrap();
    let settings = s3(&folder).await;
    let url = Url::parse("s3://documents/quayside").unwrap();
    walk_through(&Objects::at(&url, settings.into_iter()).unwrap()).await;
    assert!(folder.path().join("documents/quayside/teams/a/files/one").exists());
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_unavailable_and_not_empty() {
    let settings = [
        ("AWS_ENDPOINT", "http://127.0.0.1:9"),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_ACCESS_KEY_ID", "k"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let url = Url::parse("s3://documents").unwrap();
    let objects = Objects::at(&url, settings.into_iter()).unwrap();
    let answer = tokio::time::timeout(std::time::Duration::from_secs(60), objects.get("x")).await.unwrap();
    assert!(matches!(answer, Err(ObjectError::Unavailable(_))));
}

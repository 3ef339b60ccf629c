//! Uploads: kept, found, forgotten.

use super::*;
use crate::files::FileKey;
use pocketping_core::AttachmentId;
use pocketping_core::model::UploadSource;

fn upload(session: &str, id: &str, second: i64) -> AttachmentRecord {
    AttachmentRecord {
        id: id.into(),
        session_id: session.into(),
        message_id: None,
        filename: "shot \"1\" é.png".into(),
        mime_type: "image/png".into(),
        size: 12_345,
        source: UploadSource::Widget,
        created_at: at(second),
        stage: UploadStage::Declared,
        file: None,
    }
}

async fn put(store: &dyn Storage, record: AttachmentRecord) -> Written {
    let session = record.session_id.as_str().to_owned();
    write(store, &session, move |draft| draft.put_attachment(record)).await
}

/// What a rule of this session finds when it asks so.
async fn found(store: &dyn Storage, session: &str, query: AttachmentQuery) -> Vec<String> {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let told = Arc::clone(&seen);
    let write = SessionWrite {
        attachments: query,
        ..write_to(Target::Existing(session.into()), move |draft| {
            let ids = draft.attachments().iter().map(|record| record.id.to_string());
            told.lock().unwrap().extend(ids);
            Ok(())
        })
    };
    store.write(write).await.unwrap();
    let mut ids = seen.lock().unwrap().clone();
    ids.sort();
    ids
}

async fn loose(store: &dyn Storage, second: i64, limit: usize) -> Vec<String> {
    let found = store.loose_attachments(at(second), limit).await.unwrap();
    found.iter().map(|record| record.id.to_string()).collect()
}

/// What is read back equals what was written, whoever asks; changing one replaces it.
pub async fn every_field_of_an_attachment_is_kept(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    let declared = upload("s", "a", 2);
    let written = put(store, declared.clone()).await;
    assert_eq!(written.attachments, std::slice::from_ref(&declared));
    let id = AttachmentId::from("a");
    assert_eq!(store.attachment(&id).await.unwrap(), Some(declared.clone()));
    let full = AttachmentRecord {
        message_id: Some("m".into()),
        size: 54_321,
        stage: UploadStage::Attached,
        file: FileKey::parse("file-1"),
        ..declared
    };
    put(store, full.clone()).await;
    assert_eq!(store.attachment(&id).await.unwrap(), Some(full));
    assert_eq!(store.attachment(&"b".into()).await.unwrap(), None);
    let sources = [
        UploadSource::Telegram,
        UploadSource::Discord,
        UploadSource::Slack,
        UploadSource::Api,
    ];
    for (number, source) in sources.into_iter().enumerate() {
        let record = AttachmentRecord {
            source,
            ..upload("s", &format!("from {number}"), 3)
        };
        put(store, record.clone()).await;
        assert_eq!(store.attachment(&record.id).await.unwrap(), Some(record));
    }
}

/// A rule finds its own session's attachments and nobody else's.
pub async fn a_rule_sees_attachments_of_its_session_only(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    open(store, None, "t", "w", 1).await;
    for (session, id, stage) in [
        ("s", "declared", UploadStage::Declared),
        ("s", "ready", UploadStage::Ready),
        ("s", "attached", UploadStage::Attached),
        ("t", "foreign", UploadStage::Ready),
    ] {
        let record = upload(session, id, 2);
        put(store, AttachmentRecord { stage, ..record }).await;
    }
    let these = AttachmentQuery::These(vec![
        "ready".into(),
        "foreign".into(),
        "attached".into(),
        "nope".into(),
    ]);
    assert_eq!(found(store, "s", these).await, ["attached", "ready"]);
    assert_eq!(
        found(store, "s", AttachmentQuery::Loose).await,
        ["declared", "ready"]
    );
    assert_eq!(found(store, "t", AttachmentQuery::Loose).await, ["foreign"]);
    assert!(found(store, "s", AttachmentQuery::None).await.is_empty());
}

/// A write that is refused attaches nothing.
pub async fn a_refused_write_leaves_attachments_as_they_were(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    put(store, upload("s", "a", 2)).await;
    let write = SessionWrite {
        attachments: AttachmentQuery::These(vec!["a".into()]),
        ..write_to(Target::Existing("s".into()), |draft| {
            let record = draft.attachment(&"a".into()).unwrap().clone();
            draft.put_attachment(AttachmentRecord {
                stage: UploadStage::Attached,
                ..record
            });
            draft.put_attachment(upload("s", "b", 2));
            Err(ServiceError::ContentBlank)
        })
    };
    assert!(store.write(write).await.is_err());
    let kept = store.attachment(&"a".into()).await.unwrap().unwrap();
    assert_eq!(kept.stage, UploadStage::Declared);
    assert_eq!(store.attachment(&"b".into()).await.unwrap(), None);
}

/// Uploads that nobody sent are found by their age, discarded ones at any age; only the latter are forgotten.
pub async fn loose_attachments_are_listed_by_age_and_discarded_ones_forgotten(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    for (id, second, stage) in [
        ("young", 90, UploadStage::Ready),
        ("newer", 20, UploadStage::Declared),
        ("old", 10, UploadStage::Arrived),
        ("sent", 5, UploadStage::Attached),
        ("gone", 99, UploadStage::Discarded),
    ] {
        let record = upload("s", id, second);
        put(store, AttachmentRecord { stage, ..record }).await;
    }
    assert_eq!(loose(store, 50, 10).await, ["old", "newer", "gone"]);
    assert_eq!(loose(store, 50, 1).await, ["old"]);
    let ids = ["gone", "old", "sent", "nope"];
    let ids = ids.into_iter().map(AttachmentId::from).collect();
    store.forget_attachments(ids).await.unwrap();
    assert_eq!(loose(store, 50, 10).await, ["old", "newer"]);
    assert_eq!(store.attachment(&"gone".into()).await.unwrap(), None);
    assert!(store.attachment(&"sent".into()).await.unwrap().is_some());
}

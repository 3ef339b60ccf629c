//! Signed identities: what they open, and what nothing else opens.

use super::*;
use crate::storage::{MemoryStorage, Storage};
use hmac::{Hmac, KeyInit, Mac};
use pocketping_core::model::Identity;
use pocketping_core::route::{Feature, IdentifyRequest};
use sha2::Sha256;

const SECRET: &str = "the-sites-identity-secret";

fn server() -> Server {
    Server::with(|builder| builder.identity_secrets([SECRET]))
}

fn unsigned(person: &str) -> Identity {
    Identity {
        verified: Some(true),
        ..Identity::new(person)
    }
}

fn signed(person: &str) -> Identity {
    let key: Hmac<Sha256> = Hmac::new_from_slice(SECRET.as_bytes()).unwrap();
    let mac = key.chain_update(person).finalize().into_bytes();
    Identity {
        user_hash: Some(mac.iter().map(|byte| format!("{byte:02x}")).collect()),
        ..unsigned(person)
    }
}

async fn connect(
    server: &Server,
    visitor: &str,
    asked: Option<&SessionId>,
    identity: Option<Identity>,
) -> Result<ConnectResponse, ServiceError> {
    let request = ConnectRequest {
        session_id: asked.cloned(),
        identity,
        ..request(visitor)
    };
    server.pp.connect(request, Client::default()).await
}

async fn session(server: &Server, visitor: &str, person: &str) -> SessionId {
    connect(server, visitor, None, Some(signed(person)))
        .await
        .unwrap()
        .session_id
}

#[tokio::test]
async fn a_signed_identity_is_verified_and_its_proof_is_not_kept() {
    let server = server();
    let answer = connect(&server, "v", None, Some(signed("ada"))).await.unwrap();
    assert!(answer.features.contains(&Feature::SignedIdentity));
    let stored = answer.identity.unwrap();
    assert_eq!(
        (stored.verified, stored.user_hash, stored.token),
        (Some(true), None, None)
    );
}

#[tokio::test]
async fn with_a_secret_an_unsigned_identity_is_refused_and_changes_nothing() {
    let forged = Identity {
        user_hash: signed("bob").user_hash,
        ..unsigned("ada")
    };
    for wrong in [unsigned("ada"), forged] {
        let server = server();
        let refused = connect(&server, "v", None, Some(wrong.clone())).await;
        assert_eq!(code(refused), "identity_not_verified");
        assert!(
            server
                .pp
                .get_sessions(Default::default())
                .await
                .unwrap()
                .sessions
                .is_empty()
        );
        let session_id = server.session().await;
        let request = IdentifyRequest {
            session_id: session_id.clone(),
            identity: wrong,
        };
        assert_eq!(code(server.pp.identify(request).await), "identity_not_verified");
        assert_eq!(server.pp.get_session(&session_id).await.unwrap().identity, None);
    }
}

#[tokio::test]
async fn without_a_secret_nobody_is_verified_whatever_they_say() {
    let server = Server::new();
    let answer = connect(&server, "v", None, Some(signed("ada"))).await.unwrap();
    assert_eq!(answer.identity.unwrap().verified, Some(false));
    assert!(!answer.features.contains(&Feature::SignedIdentity));
    let elsewhere = connect(&server, "other", None, Some(signed("ada")))
        .await
        .unwrap();
    assert_ne!(elsewhere.session_id, answer.session_id);
}

#[tokio::test]
async fn a_verified_person_finds_their_session_in_another_browser() {
    let server = server();
    let first = session(&server, "at-home", "ada").await;
    server.say(&first, "hello").await;
    let answer = connect(&server, "at-work", None, Some(signed("ada")))
        .await
        .unwrap();
    assert_eq!(answer.session_id, first);
    assert_eq!(answer.messages.len(), 1);
    assert_eq!(
        answer.visitor_id.as_str(),
        "at-work",
        "the other browser's id is its secret"
    );
    let again = connect(&server, "at-work", Some(&first), Some(signed("ada")))
        .await
        .unwrap();
    assert_eq!(again.session_id, first);
}

#[tokio::test]
async fn who_was_identified_later_is_found_too() {
    let server = server();
    let first = connect(&server, "at-home", None, None).await.unwrap().session_id;
    let request = IdentifyRequest {
        session_id: first.clone(),
        identity: signed("ada"),
    };
    server.pp.identify(request).await.unwrap();
    assert_eq!(session(&server, "at-work", "ada").await, first);
}

#[tokio::test]
async fn without_a_signature_another_browsers_session_stays_closed() {
    let server = server();
    let first = session(&server, "at-home", "ada").await;
    let answer = connect(&server, "thief", Some(&first), None).await.unwrap();
    assert_ne!(answer.session_id, first);
    assert!(answer.identity.is_none() && answer.messages.is_empty());
}

#[tokio::test]
async fn who_does_not_prove_anything_keeps_the_browsers_session_and_is_not_told_whose_it_is() {
    let server = server();
    let first = session(&server, "at-home", "ada").await;
    server.say(&first, "hello").await;
    let answer = connect(&server, "at-home", Some(&first), None).await.unwrap();
    assert_eq!((answer.session_id, answer.messages.len()), (first, 1));
    assert_eq!(answer.identity, None);
}

#[tokio::test]
async fn two_people_who_use_one_browser_have_two_sessions() {
    let server = server();
    let ada = session(&server, "shared", "ada").await;
    server.say(&ada, "ada's secret").await;
    let bob = connect(&server, "shared", Some(&ada), Some(signed("bob")))
        .await
        .unwrap();
    assert_ne!(bob.session_id, ada);
    assert!(bob.messages.is_empty());
    assert_eq!(
        connect(&server, "shared", Some(&bob.session_id), Some(signed("bob")))
            .await
            .unwrap()
            .session_id,
        bob.session_id
    );
    assert_eq!(
        connect(&server, "shared", None, Some(signed("bob")))
            .await
            .unwrap()
            .session_id,
        bob.session_id
    );
    assert_eq!(
        connect(&server, "shared", Some(&bob.session_id), Some(signed("ada")))
            .await
            .unwrap()
            .session_id,
        ada
    );
    let stored = server.pp.get_session(&ada).await.unwrap();
    assert_eq!(stored.identity.unwrap().id, "ada");
}

#[tokio::test]
async fn an_anonymous_conversation_becomes_its_persons_when_they_sign_in() {
    let server = server();
    let first = server.session().await;
    server.say(&first, "before the login").await;
    assert_eq!(session(&server, "visitor", "ada").await, first);
    assert_eq!(session(&server, "at-work", "ada").await, first);
}

#[tokio::test]
async fn a_person_is_told_from_many_who_only_say_that_they_are_the_same() {
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let server = Server::with(|builder| {
        builder
            .identity_secrets([SECRET])
            .storage_arc(Arc::clone(&storage))
    });
    let ada = session(&server, "v", "ada").await;
    let without_secret =
        Server::with(|builder| builder.rng(TestRng(AtomicU64::new(1 << 32))).storage_arc(storage));
    without_secret.later(1);
    for number in 0..250 {
        connect(
            &without_secret,
            &format!("v{number}"),
            None,
            Some(unsigned("ada")),
        )
        .await
        .unwrap();
    }
    assert_eq!(session(&server, "at-work", "ada").await, ada);
    assert_ne!(session(&server, "elsewhere", "ad").await, ada);
}

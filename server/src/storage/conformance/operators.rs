//! Who may sign in.

use super::*;
use crate::storage::{OperatorChange, OperatorRecord, TokenHash};
use pocketping_core::OperatorId;
use pocketping_core::model::OperatorRole;

fn operator(id: &str, second: i64) -> OperatorRecord {
    OperatorRecord {
        id: id.into(),
        name: format!("{id} \0 \u{10FFFF}"),
        avatar: None,
        role: OperatorRole::Agent,
        token: TokenHash::of(id),
        created_at: at(second),
        removed_at: None,
        last_seen: None,
        away: false,
    }
}

async fn ids(store: &dyn Storage) -> Vec<OperatorId> {
    let all = store.operators().all().await.unwrap();
    all.into_iter().map(|operator| operator.id).collect()
}

/// Every field of an operator is kept, and they are found by their id and by their token.
pub async fn an_operator_is_found_by_id_and_by_token(store: &dyn Storage) {
    let operators = store.operators();
    let bob = OperatorRecord {
        avatar: Some("https://example.com/bob.png".into()),
        role: OperatorRole::Admin,
        last_seen: Some(at(3)),
        away: true,
        ..operator("bob", 2)
    };
    operators.add(operator("zoe", 9)).await.unwrap();
    operators.add(bob.clone()).await.unwrap();
    assert_eq!(ids(store).await, ["zoe".into(), "bob".into()]);
    assert_eq!(operators.by_id(&"bob".into()).await.unwrap(), Some(bob.clone()));
    assert_eq!(
        operators.by_token(&TokenHash::of("bob")).await.unwrap(),
        Some(bob)
    );
    assert_eq!(operators.by_id(&"nobody".into()).await.unwrap(), None);
    assert_eq!(operators.by_token(&TokenHash::of("nobody")).await.unwrap(), None);
    assert!(
        operators.add(operator("bob", 2)).await.is_err(),
        "the id is taken"
    );
    assert_eq!(ids(store).await.len(), 2);
}

/// What is left out of a change stays, and nobody's last sign gets older.
pub async fn a_change_of_an_operator_leaves_the_rest(store: &dyn Storage) {
    let (operators, ada) = (store.operators(), OperatorId::from("ada"));
    operators.add(operator("ada", 1)).await.unwrap();
    let change = OperatorChange {
        avatar: Some(Some("https://example.com/a.png".into())),
        role: Some(OperatorRole::Owner),
        last_seen: Some(at(20)),
        ..OperatorChange::default()
    };
    let changed = operators.change(&ada, change).await.unwrap().unwrap();
    assert_eq!(changed.name, operator("ada", 1).name);
    let change = OperatorChange {
        name: Some("Ada".into()),
        avatar: Some(None),
        token: Some(TokenHash::of("another")),
        last_seen: Some(at(10)),
        away: Some(true),
        ..OperatorChange::default()
    };
    let changed = operators.change(&ada, change).await.unwrap().unwrap();
    let expected = OperatorRecord {
        name: "Ada".into(),
        role: OperatorRole::Owner,
        token: TokenHash::of("another"),
        last_seen: Some(at(20)),
        away: true,
        ..operator("ada", 1)
    };
    assert_eq!(changed, expected);
    assert_eq!(operators.by_id(&ada).await.unwrap(), Some(expected));
    assert_eq!(
        operators.by_token(&TokenHash::of("ada")).await.unwrap(),
        None,
        "the old token"
    );
    let nobody = operators
        .change(&"nobody".into(), OperatorChange::default())
        .await;
    assert_eq!(nobody.unwrap(), None);
}

/// A token is one operator's alone, for ever: neither a new one nor a changed one gets that of another, and what is refused
/// changes nothing.
pub async fn no_two_operators_have_one_token(store: &dyn Storage) {
    let operators = store.operators();
    for (id, second) in [("ada", 1), ("bob", 2), ("eve", 3)] {
        operators.add(operator(id, second)).await.unwrap();
    }
    let removal = OperatorChange {
        removed_at: Some(at(5)),
        ..OperatorChange::default()
    };
    operators.change(&"eve".into(), removal).await.unwrap();
    for taken in ["bob", "eve"] {
        let change = OperatorChange {
            name: Some("Ada".into()),
            token: Some(TokenHash::of(taken)),
            ..OperatorChange::default()
        };
        assert!(operators.change(&"ada".into(), change).await.is_err(), "{taken}");
        let added = OperatorRecord {
            id: "zoe".into(),
            ..operator(taken, 9)
        };
        assert!(operators.add(added).await.is_err(), "{taken}");
    }
    assert_eq!(
        operators.by_id(&"ada".into()).await.unwrap(),
        Some(operator("ada", 1))
    );
    let found = operators.by_token(&TokenHash::of("bob")).await.unwrap();
    assert_eq!(found.map(|found| found.id), Some("bob".into()));
    let own = OperatorChange {
        token: Some(TokenHash::of("ada")),
        ..OperatorChange::default()
    };
    assert!(
        operators.change(&"ada".into(), own).await.unwrap().is_some(),
        "their own is theirs"
    );
    assert_eq!(ids(store).await.len(), 3);
}

/// A token that is given with a role takes effect only where the role is above the one before.
pub async fn a_token_for_a_rise_is_taken_with_a_rise_only(store: &dyn Storage) {
    let (operators, ada) = (store.operators(), OperatorId::from("ada"));
    operators.add(operator("ada", 1)).await.unwrap();
    let steps = [
        (OperatorRole::Admin, "one", "one"),
        (OperatorRole::Admin, "two", "one"),
        (OperatorRole::Owner, "three", "three"),
        (OperatorRole::Agent, "four", "three"),
        (OperatorRole::Owner, "five", "five"),
    ];
    for (role, given, has) in steps {
        let change = OperatorChange {
            role: Some(role),
            token_on_rise: Some(TokenHash::of(given)),
            ..OperatorChange::default()
        };
        let changed = operators.change(&ada, change).await.unwrap().unwrap();
        assert_eq!(
            (changed.role, changed.token),
            (role, TokenHash::of(has)),
            "{given}"
        );
        assert_eq!(
            operators.by_token(&TokenHash::of(has)).await.unwrap(),
            Some(changed)
        );
    }
    assert_eq!(operators.by_token(&TokenHash::of("one")).await.unwrap(), None);
}

/// A change that is meant for a role leaves alone whoever has another one by then.
pub async fn a_change_for_one_role_changes_no_other(store: &dyn Storage) {
    let (operators, ada) = (store.operators(), OperatorId::from("ada"));
    operators.add(operator("ada", 1)).await.unwrap();
    let change = |only_as| OperatorChange {
        only_as: Some(only_as),
        token: Some(TokenHash::of("another")),
        ..OperatorChange::default()
    };
    let refused = operators.change(&ada, change(OperatorRole::Owner)).await;
    assert_eq!(refused.unwrap(), None);
    assert_eq!(operators.by_id(&ada).await.unwrap(), Some(operator("ada", 1)));
    let made = operators.change(&ada, change(OperatorRole::Agent)).await;
    assert_eq!(made.unwrap().unwrap().token, TokenHash::of("another"));
}

/// Whoever was removed is known by name still, and signs in no more; nothing brings them back.
pub async fn a_removed_operator_stays_known_and_out(store: &dyn Storage) {
    let (operators, ada) = (store.operators(), OperatorId::from("ada"));
    operators.add(operator("ada", 1)).await.unwrap();
    let removal = OperatorChange {
        removed_at: Some(at(5)),
        ..OperatorChange::default()
    };
    let removed = operators.change(&ada, removal.clone()).await.unwrap().unwrap();
    assert_eq!(removed.removed_at, Some(at(5)));
    assert_eq!(operators.by_token(&TokenHash::of("ada")).await.unwrap(), None);
    assert_eq!(operators.by_id(&ada).await.unwrap(), Some(removed));
    assert_eq!(operators.change(&ada, removal).await.unwrap(), None);
    assert_eq!(ids(store).await, [ada]);
}

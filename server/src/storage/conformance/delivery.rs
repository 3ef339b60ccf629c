//! The queue of deliveries.

use super::*;

fn new(id: &str, second: i64) -> NewDelivery {
    NewDelivery {
        id: id.into(),
        kind: "custom_event".into(),
        body: format!("{{\"of\":\"{id}\"}}"),
        queued_at: at(second),
    }
}

async fn queue(store: &dyn Storage, session: &str, id: &str, second: i64) {
    let delivery = new(id, second);
    write(store, session, |draft| draft.deliver(delivery)).await;
}

/// Claims until a minute later.
async fn claim(store: &dyn Storage, second: i64, limit: usize) -> Claimed {
    let claimed = store.deliveries().claim(at(second), at(second + 60), limit);
    claimed.await.unwrap()
}

async fn settle(store: &dyn Storage, delivery: &Delivery, settlement: Settlement) {
    store.deliveries().settle(delivery, settlement).await.unwrap();
}

async fn waiting_and_dead(store: &dyn Storage) -> (u64, u64) {
    let counts = store.deliveries().counts().await.unwrap();
    (counts.waiting, counts.dead)
}

fn names(claimed: &Claimed) -> Vec<&str> {
    claimed
        .deliveries
        .iter()
        .map(|delivery| delivery.id.as_str())
        .collect()
}

fn dead(second: i64, problem: &str) -> Settlement {
    Settlement::Dead {
        at: at(second),
        problem: problem.to_owned(),
    }
}

/// Every field is kept, whatever characters it has; a refused write queues nothing.
pub async fn a_delivery_is_queued_with_its_write_and_not_without(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    let refused = store.write(write_to(Target::Existing("s".into()), |draft| {
        draft.deliver(new("refused", 2));
        Err(ServiceError::ContentBlank)
    }));
    assert!(refused.await.is_err());
    assert_eq!(claim(store, 9, 9).await, Claimed::default());
    let body = "{\"text\":\"\u{10FFFF}\u{0}ж\\u0000\"}\n";
    write(store, "s", move |draft| {
        draft.deliver(NewDelivery {
            body: body.to_owned(),
            ..new("d", 2)
        });
    })
    .await;
    let early = claim(store, 1, 9).await;
    assert_eq!((names(&early), early.next), (vec![], Some(at(2))));
    let claimed = claim(store, 2, 9).await;
    let expected = Delivery {
        id: "d".into(),
        session_id: "s".into(),
        kind: "custom_event".into(),
        body: body.to_owned(),
        queued_at: at(2),
        attempts: 1,
    };
    assert_eq!(claimed.deliveries, [expected]);
    settle(store, &claimed.deliveries[0], Settlement::Delivered).await;
    assert_eq!(store.deliveries().counts().await.unwrap(), Default::default());
}

/// Nobody else gets it before the lease is over; then the first one's word counts no more.
pub async fn a_claimed_delivery_is_leased_and_comes_again_when_the_lease_is_over(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    queue(store, "s", "d", 2).await;
    let first = claim(store, 10, 9).await;
    assert_eq!((names(&first), first.next), (vec!["d"], Some(at(70))));
    assert_eq!(names(&claim(store, 69, 9).await), [""; 0]);
    let second = claim(store, 70, 9).await;
    assert_eq!((names(&second), second.deliveries[0].attempts), (vec!["d"], 2));
    settle(store, &first.deliveries[0], Settlement::Delivered).await;
    settle(store, &first.deliveries[0], dead(71, "late")).await;
    assert_eq!(waiting_and_dead(store).await, (1, 0));
    settle(store, &second.deliveries[0], Settlement::Again { at: at(90) }).await;
    assert_eq!(claim(store, 89, 9).await.next, Some(at(90)));
    let third = claim(store, 90, 9).await;
    assert_eq!(third.deliveries[0].attempts, 3);
    assert_eq!(third.deliveries[0].body, first.deliveries[0].body);
}

/// The next one has its turn when the one before is delivered or dead; other sessions do not wait.
pub async fn deliveries_of_a_session_come_one_after_the_other(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    open(store, None, "t", "w", 1).await;
    write(store, "s", |draft| {
        draft.deliver(new("s1", 2));
        draft.deliver(new("s2", 2));
    })
    .await;
    queue(store, "s", "s3", 3).await;
    queue(store, "t", "t1", 4).await;
    let claimed = claim(store, 10, 9).await;
    assert_eq!(names(&claimed), ["s1", "t1"]);
    settle(store, &claimed.deliveries[0], Settlement::Again { at: at(20) }).await;
    assert_eq!(names(&claim(store, 19, 9).await), [""; 0]);
    let again = claim(store, 20, 9).await;
    assert_eq!(names(&again), ["s1"]);
    settle(store, &again.deliveries[0], dead(20, "no")).await;
    let next = claim(store, 20, 9).await;
    assert_eq!(names(&next), ["s2"]);
    settle(store, &next.deliveries[0], Settlement::Delivered).await;
    queue(store, "s", "s4", 21).await;
    let last = claim(store, 21, 9).await;
    assert_eq!(names(&last), ["s3"]);
    settle(store, &last.deliveries[0], Settlement::Delivered).await;
    assert_eq!(names(&claim(store, 21, 9).await), ["s4"]);
}

/// After so many attempts the next one has its turn; then they wait for that.
pub async fn a_delivery_that_fails_for_long_holds_up_no_others(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    for id in ["d1", "d2", "d3"] {
        queue(store, "s", id, 2).await;
    }
    for attempt in 1..=HOLDING_ATTEMPTS {
        let claimed = claim(store, 100, 9).await;
        assert_eq!(names(&claimed), ["d1"], "attempt {attempt}");
        settle(store, &claimed.deliveries[0], Settlement::Again { at: at(100) }).await;
    }
    let claimed = claim(store, 100, 9).await;
    assert_eq!(names(&claimed), ["d2", "d1"]);
    settle(store, &claimed.deliveries[1], dead(101, "no")).await;
    assert_eq!(names(&claim(store, 101, 9).await), [""; 0], "d3 waits for d2");
    settle(store, &claimed.deliveries[0], Settlement::Delivered).await;
    assert_eq!(names(&claim(store, 101, 9).await), ["d3"]);
}

/// However many ask, each delivery is given to one.
pub async fn claims_at_the_same_time_share_no_delivery(store: &dyn Storage) {
    for number in 0..20 {
        let session = format!("s{number}");
        open(store, None, &session, &format!("v{number}"), 1).await;
        queue(store, &session, &format!("d{number:02}"), 2).await;
    }
    let claims = (0..10).map(|_| claim(store, 10, 3));
    let claims = futures_util::future::join_all(claims).await;
    let mut all: Vec<&str> = claims.iter().flat_map(names).collect();
    // Who finds rows that others are just taking may get less than is there.
    let rest = claim(store, 10, 20).await;
    all.extend(names(&rest));
    all.sort_unstable();
    let expected: Vec<_> = (0..20).map(|number| format!("d{number:02}")).collect();
    assert_eq!(all, expected);
}

/// Page by page, those given up last first; what is queued anew comes in its old order.
pub async fn dead_letters_are_listed_and_queued_anew_in_order(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    for (number, id) in ["d1", "d2", "d3"].into_iter().enumerate() {
        queue(store, "s", id, 2).await;
        let claimed = claim(store, 10, 1).await;
        let problem = format!("problem {number}");
        settle(store, &claimed.deliveries[0], dead(20 + number as i64, &problem)).await;
    }
    assert_eq!(waiting_and_dead(store).await, (0, 3));
    let deliveries = store.deliveries();
    let page = deliveries.dead(None, 2).await.unwrap();
    let ids: Vec<_> = page
        .letters
        .iter()
        .map(|letter| letter.delivery.id.as_str())
        .collect();
    assert_eq!(ids, ["d3", "d2"]);
    let letter = &page.letters[0];
    assert_eq!((letter.died_at, letter.problem.as_str()), (at(22), "problem 2"));
    assert_eq!(
        (letter.delivery.attempts, letter.delivery.session_id.as_str()),
        (1, "s")
    );
    let last = deliveries.dead(page.next, 2).await.unwrap();
    assert_eq!(
        (last.letters.len(), last.letters[0].delivery.id.as_str()),
        (1, "d1")
    );
    assert_eq!(last.next, None);
    assert_eq!(
        deliveries
            .dead(Some("nonsense".into()), 9)
            .await
            .unwrap()
            .letters
            .len(),
        3
    );
    let one = Letters::One("d3".into());
    assert_eq!(deliveries.revive(one.clone(), at(30)).await.unwrap(), 1);
    assert_eq!(deliveries.revive(one, at(30)).await.unwrap(), 0);
    assert_eq!(names(&claim(store, 29, 9).await), [""; 0]);
    let claimed = claim(store, 30, 9).await;
    assert_eq!(names(&claimed), ["d3"]);
    assert_eq!(
        (claimed.deliveries[0].attempts, claimed.deliveries[0].queued_at),
        (1, at(30))
    );
    settle(store, &claimed.deliveries[0], Settlement::Delivered).await;
    assert_eq!(deliveries.revive(Letters::All, at(40)).await.unwrap(), 2);
    for id in ["d1", "d2"] {
        let claimed = claim(store, 40, 9).await;
        assert_eq!(names(&claimed), [id]);
        settle(store, &claimed.deliveries[0], Settlement::Delivered).await;
    }
    assert_eq!(waiting_and_dead(store).await, (0, 0));
}

/// Waiting ones are never forgotten.
pub async fn dead_letters_are_forgotten_by_id_and_by_age(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    for (id, second) in [("d1", 20), ("d2", 30), ("d3", 40)] {
        queue(store, "s", id, 2).await;
        let claimed = claim(store, 10, 1).await;
        settle(store, &claimed.deliveries[0], dead(second, "no")).await;
    }
    queue(store, "s", "alive", 2).await;
    let deliveries = store.deliveries();
    assert_eq!(deliveries.forget(Letters::One("alive".into())).await.unwrap(), 0);
    assert_eq!(deliveries.forget(Letters::One("d2".into())).await.unwrap(), 1);
    assert_eq!(deliveries.forget(Letters::Before(at(40))).await.unwrap(), 1);
    assert_eq!(waiting_and_dead(store).await, (1, 1));
    assert_eq!(deliveries.forget(Letters::All).await.unwrap(), 1);
    assert_eq!(waiting_and_dead(store).await, (1, 0));
    assert_eq!(names(&claim(store, 10, 9).await), ["alive"]);
}

/// Waiting and dead ones go, and one under way is settled without effect; those of others stay.
pub async fn an_erased_session_takes_its_deliveries_along(store: &dyn Storage) {
    open(store, None, "s", "v", 1).await;
    open(store, None, "t", "w", 1).await;
    for id in ["d1", "d2", "d3"] {
        queue(store, "s", id, 2).await;
    }
    queue(store, "t", "other", 3).await;
    let claimed = claim(store, 10, 1).await;
    settle(store, &claimed.deliveries[0], dead(10, "no")).await;
    let under_way = claim(store, 10, 1).await;
    assert_eq!(names(&under_way), ["d2"]);
    write(store, "s", |draft| {
        draft.deliver(new("d4", 11));
        draft.erase();
    })
    .await;
    settle(store, &under_way.deliveries[0], Settlement::Again { at: at(11) }).await;
    assert_eq!(waiting_and_dead(store).await, (1, 0));
    assert_eq!(names(&claim(store, 500, 9).await), ["other"]);
}

/// Whatever happens at the same time, none is forgotten behind one that is gone, and each session's come in order.
pub async fn many_deliveries_queued_while_others_are_settled_all_have_their_turn(store: &dyn Storage) {
    const EACH: usize = 15;
    for session in ["s0", "s1", "s2"] {
        open(store, None, session, session, 1).await;
    }
    let queueing = async {
        for number in 0..EACH {
            let ids = ["s0", "s1", "s2"].map(|session| (session, format!("{session}.{number:02}")));
            let writes = ids.iter().map(|(session, id)| queue(store, session, id, 2));
            futures_util::future::join_all(writes).await;
        }
    };
    let settling = async {
        let mut told = Vec::new();
        while told.len() < 3 * EACH {
            let claimed = claim(store, 10, 2).await;
            for delivery in &claimed.deliveries {
                told.push(delivery.id.to_string());
                settle(store, delivery, Settlement::Delivered).await;
            }
            // On one thread the other side has its turn here.
            tokio::task::yield_now().await;
        }
        told
    };
    let ((), told) = tokio::join!(queueing, settling);
    for session in ["s0", "s1", "s2"] {
        let own: Vec<_> = told.iter().filter(|id| id.starts_with(session)).collect();
        assert_eq!(own.len(), EACH);
        assert!(own.is_sorted(), "{own:?}");
    }
    assert_eq!(waiting_and_dead(store).await, (0, 0));
}

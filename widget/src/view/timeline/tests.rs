use super::*;
use leptos::prelude::Owner;
use pocketping_core::model::Sender;

#[derive(Clone, Debug, PartialEq)]
pub(in crate::view) struct Note(EntryKey, i64, &'static str);

impl Item for Note {
    fn key(&self) -> &EntryKey {
        &self.0
    }
    fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.1 * 1000)
    }
    fn group(&self) -> Group {
        Group::Of(Sender::Visitor)
    }
    fn element_id(&self) -> String {
        self.0.to_string()
    }
}

pub(in crate::view) fn note(key: &str, second: i64, text: &'static str) -> Note {
    Note(EntryKey(key.into()), second, text)
}

pub(in crate::view) fn with_timeline(test: impl FnOnce(Timeline<Note>)) {
    Owner::new().with(|| test(Timeline::new(|at| at.as_millis() / 100_000)));
}

fn texts(timeline: Timeline<Note>) -> Vec<&'static str> {
    let rows = timeline.rows();
    rows.with_untracked(|rows| rows.iter().map(|row| row.with_untracked(|note| note.2)).collect())
}

#[test]
fn a_changed_item_keeps_its_row() {
    with_timeline(|timeline| {
        assert!(timeline.put(note("a", 1, "one")));
        assert!(timeline.put(note("b", 2, "two")));
        let before = timeline.rows().get_untracked()[0].clone();
        assert!(timeline.put(note("a", 1, "ONE")));
        assert_eq!(before.with_untracked(|note| note.2), "ONE");
        assert_eq!(texts(timeline), ["ONE", "two"]);
    });
}

#[test]
fn an_item_older_than_the_last_is_left_to_the_owner() {
    with_timeline(|timeline| {
        timeline.replace(&[note("a", 1, "one"), note("c", 3, "three")]);
        assert!(!timeline.put(note("b", 2, "two")));
        let kept = timeline.rows().get_untracked()[1].clone();
        timeline.replace(&[note("a", 1, "one"), note("b", 2, "two"), note("c", 3, "3")]);
        assert_eq!(texts(timeline), ["one", "two", "3"]);
        assert_eq!(
            kept.with_untracked(|note| note.2),
            "3",
            "the row that was there lives on"
        );
    });
}

#[test]
fn appending_and_removing_moves_the_end_of_the_group() {
    with_timeline(|timeline| {
        timeline.put(note("a", 1, "one"));
        timeline.put(note("b", 2, "two"));
        let lasts = || {
            let rows = timeline.rows().get_untracked();
            rows.iter()
                .map(|row| row.with(|_, place| place.last))
                .collect::<Vec<_>>()
        };
        assert_eq!(lasts(), [false, true]);
        timeline.remove(&EntryKey("b".into()));
        assert_eq!(lasts(), [true]);
    });
}

#[test]
fn only_appended_rows_carry_a_serial() {
    with_timeline(|timeline| {
        timeline.replace(&[note("a", 1, "one")]);
        timeline.put(note("b", 2, "two"));
        let rows = timeline.rows().get_untracked();
        assert_eq!((rows[0].serial, rows[1].serial), (0, 1));
    });
}

#[test]
fn what_comes_in_stands_where_its_owner_says() {
    with_timeline(|timeline| {
        let key = |name: &str| EntryKey(name.into());
        timeline.put(note("a", 1, "one"));
        timeline.put(note("failed", 9, "not sent"));
        assert!(timeline.put_before(note("b", 2, "two"), Some(&key("failed"))));
        assert_eq!(texts(timeline), ["one", "two", "not sent"]);
        assert_eq!(timeline.rows().get_untracked()[1].serial, 3, "it has come in");
        assert!(timeline.put_before(note("b", 2, "TWO"), Some(&key("failed"))));
        assert_eq!(texts(timeline), ["one", "TWO", "not sent"]);
        assert!(
            !timeline.put_before(note("b", 10, "two"), None),
            "it stands elsewhere now"
        );
        assert!(!timeline.put_before(note("c", 3, "three"), Some(&key("nobody"))));
    });
}

#[test]
fn an_item_that_falls_on_another_day_is_told_to_who_follows_the_rows() {
    with_timeline(|timeline| {
        timeline.put(note("a", 99, "late"));
        let row = timeline.rows().get_untracked()[0].clone();
        assert!(row.set(&note("a", 98, "late"), timeline.spot(&note("a", 98, "late"))));
        assert!(!row.set(&note("a", 101, "late"), timeline.spot(&note("a", 101, "late"))));
        assert_eq!(row.day(), 1);
    });
}

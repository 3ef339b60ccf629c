use super::*;
use leptos::prelude::Owner;
use pocketping_core::model::Sender;

#[derive(Clone, Debug, PartialEq)]
struct Note(EntryKey, i64, &'static str);

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
}

fn note(key: &str, second: i64, text: &'static str) -> Note {
    Note(EntryKey(key.into()), second, text)
}

fn with_timeline(test: impl FnOnce(Timeline<Note>)) {
    Owner::new().with(|| test(Timeline::new(|_| 0)));
}

fn texts(timeline: Timeline<Note>) -> Vec<&'static str> {
    let rows = timeline.rows();
    rows.with_untracked(|rows| rows.iter().map(|row| row.with_untracked(|note| note.2)).collect())
}

#[test]
fn a_changed_item_keeps_its_row_and_its_neighbours_signals() {
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
        timeline.replace(vec![note("a", 1, "one"), note("c", 3, "three")]);
        assert!(!timeline.put(note("b", 2, "two")));
        let kept = timeline.rows().get_untracked()[1].clone();
        timeline.replace(vec![note("a", 1, "one"), note("b", 2, "two"), note("c", 3, "3")]);
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
        timeline.replace(vec![note("a", 1, "one")]);
        timeline.put(note("b", 2, "two"));
        let rows = timeline.rows().get_untracked();
        assert_eq!((rows[0].serial, rows[1].serial), (0, 1));
    });
}

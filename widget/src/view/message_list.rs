//! The list around the rows: days, earlier messages, the way back to the newest.

use super::dates::{local_day, now};
use super::day::day_separator;
use super::icon::{Glyph, icon};
use super::stick::Stick;
use super::timeline::{Item, Row, Timeline};
use super::words::Word;
use crate::dom::{El, Live, effect, el};
use pocketping_core::Timestamp;
use std::rc::Rc;
use std::sync::Arc;

/// So many rows are drawn at first, and so many more each time somebody reads back: ten thousand messages
/// open as quickly as ten.
pub const FIRST_ROWS: usize = 60;

/// What a list of messages is made of.
pub struct MessageList<T> {
    /// The rows.
    pub timeline: Timeline<T>,
    /// The list's accessible name.
    pub label: &'static str,
    /// `aria-live` of the list: `off` where something else announces.
    pub live: &'static str,
    /// Draws a row; the flag says that it comes in while the list is shown.
    pub draw: Box<dyn Fn(Row<T>, bool) -> El>,
    /// Whether the reader wrote it: the list goes to an own row in any case.
    pub is_own: fn(&T) -> bool,
    /// Stands above the rows.
    pub head: Option<Extra>,
    /// Stands below the rows.
    pub tail: Option<Extra>,
    /// Reads older rows than the timeline has, if somebody can.
    pub older: Option<Older>,
    /// How many of the newest rows are drawn, [`FIRST_ROWS`] at first; more when somebody reads back or leads to one.
    pub shown: Live<usize>,
}

/// Something beside the rows.
pub struct Extra {
    /// Whether it is there, followed.
    pub shown: Rc<dyn Fn() -> bool>,
    /// Makes it.
    pub build: Box<dyn Fn() -> El>,
}

/// How to read further back than the timeline goes.
pub struct Older {
    /// Whether there is anything older, followed.
    pub any: Box<dyn Fn() -> bool>,
    /// Reads it into the timeline.
    pub read: Rc<dyn Fn()>,
}

/// What stands in the list: a message, or the heading of its day.
enum Line<T> {
    Day(Timestamp, Arc<str>),
    Row(Row<T>),
}

impl<T: Item> MessageList<T> {
    /// The list, and the button that leads to its end, appended to `parent`.
    pub fn append_to(self, parent: El) -> El {
        let timeline = self.timeline;
        let rows = timeline.rows();
        let shown = self.shown;
        let first_serial = timeline.serial();
        let hidden = move || {
            // What comes in does not push out what somebody may be reading.
            let appended = (timeline.serial() - first_serial) as usize;
            rows.with(|rows| rows.len().saturating_sub(shown.get() + appended))
        };
        let list = el("div.pp-messages[part=messages][role=log][tabindex=0]")
            .attr("aria-live", self.live)
            .attr("aria-label", self.label);
        let stick = Stick::new(list.clone());
        let (any_older, read_older) = match self.older {
            Some(older) => (Some(older.any), Some(older.read)),
            None => (None, None),
        };
        let measured = stick.clone();
        let read_back = Rc::new(move || {
            measured.measure();
            shown.update(|shown| *shown += FIRST_ROWS);
            // What there is to draw is drawn: only the server knows whether there is more.
            if let Some(read) = read_older.as_ref().filter(|_| hidden() == 0) {
                read();
            }
        });
        let draw = self.draw;
        let list = with_extra(list, self.head)
            .show(
                move || hidden() > 0 || any_older.as_ref().is_some_and(|any| any()),
                move || {
                    let read_back = read_back.clone();
                    button("pp-load-older", Word::Earlier.text()).on("click", move |_| read_back())
                },
            )
            .keyed(
                move || rows.with(|rows| lines(&rows[hidden().min(rows.len())..])),
                Line::key,
                move |line| match line {
                    Line::Day(at, _) => day_separator(*at),
                    Line::Row(row) => draw(row.clone(), row.serial > first_serial),
                },
            );
        if let Some(tail) = &self.tail {
            let (shown, stick) = (tail.shown.clone(), stick.clone());
            effect(move || {
                shown();
                stick.next_frame(Stick::settled);
            });
        }
        let list = with_extra(list, self.tail);
        follow(stick.clone(), timeline, self.is_own, hidden);
        let news = stick.news;
        parent.child(list).show(
            move || news.get(),
            move || {
                let stick = stick.clone();
                button("pp-jump", Word::NewMessages.text())
                    .child(icon(Glyph::DOWN, ""))
                    .on("click", move |_| stick.jump())
            },
        )
    }
}

fn with_extra(list: El, extra: Option<Extra>) -> El {
    match extra {
        Some(extra) => list.show(move || (extra.shown)(), extra.build),
        None => list,
    }
}

fn button(class: &str, text: &str) -> El {
    el("button[type=button]").class(class).text(text)
}

impl<T: Item> Line<T> {
    fn key(&self) -> Arc<str> {
        match self {
            Line::Day(_, key) => key.clone(),
            Line::Row(row) => row.with_untracked(|item| item.key().0.clone()),
        }
    }
}

/// The rows with a heading before the first of each day.
fn lines<T: Item>(rows: &[Row<T>]) -> Vec<Line<T>> {
    let mut lines = Vec::with_capacity(rows.len() + 1);
    let mut day = None;
    for row in rows {
        if day.replace(row.day()) != Some(row.day()) {
            let at = row.with_untracked(Item::at);
            // The words depend on both days: with another one it is another heading.
            let days = [row.day(), local_day(now())].map(pocketping_core::decimal);
            let key = row.with_untracked(|item| [&days[0], " as of ", &days[1], " ", &item.key().0].concat());
            lines.push(Line::Day(at, key.into()));
        }
        lines.push(Line::Row(row.clone()));
    }
    lines
}

/// Once rows are drawn: goes along with what came in, and keeps in place what is being read when something was
/// put above it.
fn follow<T: Item>(
    stick: Stick,
    timeline: Timeline<T>,
    is_own: fn(&T) -> bool,
    hidden: impl Fn() -> usize + 'static,
) {
    let (mut serial, mut first) = (timeline.serial(), None);
    effect(move || {
        let (now_first, own) = timeline.rows().with(|rows| {
            let first = rows.get(hidden().min(rows.len()));
            let first = first.map(|row| row.with_untracked(|item| item.key().clone()));
            (first, rows.last().is_some_and(|row| row.with_untracked(is_own)))
        });
        let came_in = std::mem::replace(&mut serial, timeline.serial()) < timeline.serial();
        let before = std::mem::replace(&mut first, now_first);
        let above = before.is_some() && before != first;
        stick.next_frame(move |stick| {
            if above {
                stick.grew_above();
            }
            match (came_in, above) {
                (true, _) => stick.grew(own),
                (false, true) => {}
                (false, false) => stick.settled(),
            }
        });
    });
}

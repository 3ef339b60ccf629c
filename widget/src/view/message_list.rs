//! The list around the rows: days, earlier messages, the way back to the newest.

use super::dates::{local_day, now};
use super::day::day_separator;
use super::extent::Extent;
use super::icon::{Glyph, icon};
use super::stick::{Grew, Stick};
use super::timeline::{Item, Row, Timeline};
use super::words::Word;
use crate::dom::{El, Live, effect, el};
use pocketping_core::Timestamp;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

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
    /// A row to lead to, named by its key or what [`Item::is_named`] knows it by besides; taken when that is done, or not possible.
    pub lead: Live<Option<Arc<str>>>,
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
        let extent = Extent::new(timeline);
        let list = el("div.pp-messages[part=messages][role=log][tabindex=0]")
            .attr("aria-live", self.live)
            .attr("aria-label", self.label);
        let (any_older, read_older) = match self.older {
            Some(older) => (Some(older.any), Some(older.read)),
            None => (None, None),
        };
        let any_older: Rc<dyn Fn() -> bool> = any_older.map_or_else(|| Rc::new(|| false) as _, Rc::from);
        let read_older = read_older.unwrap_or_else(|| Rc::new(|| {}));
        let read = read_older.clone();
        let go = Rc::new(move |earlier| {
            if extent.go(earlier) {
                // Before the reader gets there. Only the server knows whether there is more.
                read();
            }
        });
        let reach = go.clone();
        let stick = Stick::new(list.clone(), move |earlier| reach(earlier));
        let draw = self.draw;
        let older = any_older.clone();
        // Rows up to this one have been drawn: only later ones come in.
        let entered = Rc::new(Cell::new(timeline.serial()));
        let seen = entered.clone();
        let pressed = stick.clone();
        let list = with_extra(list, self.head)
            .show(
                move || extent.drawn().0 > 0 || older(),
                move || {
                    let (go, pressed) = (go.clone(), pressed.clone());
                    button("pp-load-older", Word::Earlier.text()).on("click", move |_| {
                        pressed.back();
                        go(true);
                    })
                },
            )
            .keyed(
                move || {
                    let (from, to, _) = extent.drawn();
                    timeline.rows().with(|rows| lines(&rows[from..to]))
                },
                Line::key,
                move |line| match line {
                    Line::Day(at, _) => day_separator(*at),
                    Line::Row(row) => draw(row.clone(), row.serial > seen.get()),
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
        follow(stick.clone(), timeline, self.is_own, extent, entered);
        lead(stick.clone(), self.lead, timeline, extent, any_older, read_older);
        let news = stick.news;
        parent.child(list).show(
            move || news.get() || extent.drawn().2 > 0,
            move || {
                let stick = stick.clone();
                el("button.pp-jump[type=button]")
                    .attr_of("aria-label", move || {
                        Some(
                            if news.get() {
                                Word::NewMessages
                            } else {
                                Word::Latest
                            }
                            .text()
                            .to_owned(),
                        )
                    })
                    .text_of(move || if news.get() { Word::NewMessages.text() } else { "" }.to_owned())
                    .child(icon(Glyph::DOWN, ""))
                    .on("click", move |_| {
                        extent.go_to_end();
                        stick.soon(Stick::jump);
                    })
            },
        )
    }
}

/// Appends something, if there is anything.
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

/// Once rows are drawn: goes along with what came in, and keeps in place what is being read.
fn follow<T: Item>(
    stick: Stick,
    timeline: Timeline<T>,
    is_own: fn(&T) -> bool,
    extent: Extent<T>,
    entered: Rc<Cell<u32>>,
) {
    effect(move || {
        let (_, _, newer) = extent.drawn();
        let own = timeline
            .rows()
            .with(|rows| rows.last().is_some_and(|row| row.with_untracked(is_own)));
        let came_in = entered.replace(timeline.serial()) < timeline.serial();
        let grew = match (came_in, own) {
            (false, _) => Grew::Not,
            (true, false) => Grew::Others,
            (true, true) => Grew::Own,
        };
        stick.soon(move |stick| {
            if grew == Grew::Own && newer > 0 {
                extent.go_to_end();
                return stick.soon(|stick| stick.drew(false, Grew::Own));
            }
            stick.drew(newer > 0, grew);
        });
    });
}

/// Leads to the row that somebody wishes for, reading older ones until it is there.
fn lead<T: Item>(
    stick: Stick,
    wish: Live<Option<Arc<str>>>,
    timeline: Timeline<T>,
    extent: Extent<T>,
    older: Rc<dyn Fn() -> bool>,
    read_older: Rc<dyn Fn()>,
) {
    let rows = timeline.rows();
    effect(move || {
        let Some(name) = wish.get() else { return };
        let found = rows.with(|rows| {
            let at = rows
                .iter()
                .rposition(|row| row.with_untracked(|item| item.is_named(&name)))?;
            Some((at, rows[at].with_untracked(Item::element_id)))
        });
        let (reads, read_older) = (found.is_none() && older(), read_older.clone());
        stick.soon(move |stick| {
            if reads {
                return read_older();
            }
            wish.set(None);
            if let Some((at, id)) = found {
                extent.go_to(at);
                stick.soon(move |stick| stick.reveal(&id));
            }
        });
    });
}

//! The list around the rows: days, earlier messages, the way back to the newest.

use super::day::DaySeparator;
use super::effect::effect;
use super::icon::{Glyph, Icon};
use super::stick::Stick;
use super::timeline::{Item, Row, Timeline};
use super::words;
use leptos::prelude::*;
use web_sys::ScrollBehavior;

/// So many rows are drawn at first, and so many more each time somebody reads back: ten thousand messages
/// open as quickly as ten.
const PAGE: usize = 60;

/// A scrolling list of rows.
#[component]
pub fn MessageList<T, D, V>(
    /// The rows.
    timeline: Timeline<T>,
    /// The list's accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// `aria-live` of the list: `off` where something else announces.
    live: &'static str,
    /// Draws a row; the flag says that it comes in while the list is shown.
    draw: D,
    /// Whether the reader wrote it: the list goes to an own row in any case.
    is_own: fn(&T) -> bool,
    /// Shown above the rows.
    #[prop(into)]
    head: ViewFn,
    /// Shown below the rows.
    #[prop(into)]
    tail: ViewFn,
    /// Changes whenever `tail` grows or shrinks.
    #[prop(into)]
    tail_shown: Signal<bool>,
    /// Reads older rows than the timeline has, if somebody can.
    #[prop(optional)]
    older: Option<Older>,
) -> impl IntoView
where
    T: Item,
    D: Fn(Row<T>, bool) -> V + Clone + Send + 'static,
    V: IntoView + 'static,
{
    let stick = Stick::new();
    let rows = timeline.rows();
    let shown = RwSignal::new(PAGE);
    let first_serial = timeline.serial();
    let hidden = Memo::new(move |_| {
        // What comes in does not push out what somebody may be reading.
        let appended = (timeline.serial() - first_serial) as usize;
        rows.with(Vec::len).saturating_sub(shown.get() + appended)
    });
    let drawn = Memo::new(move |_| rows.with(|rows| rows.len() - hidden.get().min(rows.len())));
    follow(stick, timeline, is_own, drawn);
    effect(move || {
        tail_shown.track();
        stick.next_frame(Stick::settled);
    });
    let more = move || hidden.get() > 0 || older.is_some_and(|older| older.any.get());
    let read_back = move |_| {
        if hidden.get_untracked() == 0
            && let Some(older) = older
        {
            older.read.run(());
        }
        shown.update(|shown| *shown += PAGE);
    };
    view! {
        <div class="pp-messages" part="messages" role="log" aria-live=live aria-label=label tabindex="0" node_ref=stick.node>
            {move || head.run()}
            <Show when=more>
                <button type="button" class="pp-load-older" on:click=read_back>{words::EARLIER}</button>
            </Show>
            <For
                each=move || rows.with(|rows| rows[hidden.get().min(rows.len())..].to_vec())
                key=|row| row.key.clone()
                children=move |row| {
                    let (item, place) = (row.item.clone(), row.place.clone());
                    let at = move || item.with_untracked(Item::at);
                    let enter = row.serial > first_serial;
                    view! {
                        {move || place.with(|place| place.new_day).then(|| view! { <DaySeparator at=at()/> })}
                        {draw(row, enter)}
                    }
                }
            />
            {move || tail.run()}
        </div>
        <Show when=move || stick.news.get()>
            <button type="button" class="pp-jump" on:click=move |_| stick.to_end(ScrollBehavior::Smooth)>
                {words::NEW_MESSAGES}
                <Icon glyph=Glyph::DOWN/>
            </button>
        </Show>
    }
}

/// How to read further back than the timeline goes.
#[derive(Clone, Copy)]
pub struct Older {
    /// Whether there is anything older.
    pub any: Signal<bool>,
    /// Reads it into the timeline.
    pub read: UnsyncCallback<()>,
}

/// Once rows are drawn: goes along with what was appended, and keeps in place what is being read when
/// something was put above it.
fn follow<T: Item>(stick: Stick, timeline: Timeline<T>, is_own: fn(&T) -> bool, drawn: Memo<usize>) {
    let mut before = None;
    effect(move || {
        let rows = timeline.rows();
        let own = rows.with(|rows| rows.last().is_some_and(|row| row.item.with_untracked(is_own)));
        let now = (timeline.serial(), drawn.get());
        let (serial, count) = before.replace(now).unwrap_or(now);
        stick.next_frame(move |stick| match (now.0 > serial, now.1 > count) {
            (true, _) => stick.grew(own),
            (false, true) => stick.grew_above(),
            (false, false) => stick.settled(),
        });
    });
}

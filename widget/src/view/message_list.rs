//! The list around the rows: days, earlier messages, the way back to the newest.

use super::day::DaySeparator;
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
) -> impl IntoView
where
    T: Item,
    D: Fn(Row<T>, bool) -> V + Clone + Send + 'static,
    V: IntoView + 'static,
{
    let stick = Stick::new();
    let rows = timeline.rows();
    let shown = RwSignal::new(PAGE);
    let hidden = Memo::new(move |_| rows.with(Vec::len).saturating_sub(shown.get()));
    let first_serial = timeline.serial();
    follow(stick, timeline, is_own, tail_shown);
    let read_back = move |_| {
        let before = stick
            .node
            .get_untracked()
            .map(|list| (list.scroll_height(), list.scroll_top()));
        shown.update(|shown| *shown += PAGE);
        // What was read stays where it is: the rows above push it down by their height.
        request_animation_frame(move || {
            if let Some((list, (height, top))) = stick.node.get_untracked().zip(before) {
                list.set_scroll_top(top + list.scroll_height() - height);
            }
        });
    };
    view! {
        <div class="pp-messages" part="messages" role="log" aria-live=live aria-label=label tabindex="0" node_ref=stick.node>
            {move || head.run()}
            <Show when=move || { hidden.get() > 0 }>
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

/// Moves with what is appended, once it is drawn.
fn follow<T: Item>(stick: Stick, timeline: Timeline<T>, is_own: fn(&T) -> bool, tail_shown: Signal<bool>) {
    Effect::new(move |before: Option<u32>| {
        let serial = timeline.serial();
        let own = timeline
            .rows()
            .with(|rows| rows.last().is_some_and(|row| row.item.with_untracked(is_own)));
        let appended = before.is_some_and(|before| serial > before);
        request_animation_frame(move || {
            if appended {
                stick.grew(own)
            } else {
                stick.settled()
            }
        });
        serial
    });
    Effect::new(move |_| {
        tail_shown.track();
        request_animation_frame(move || stick.settled());
    });
}

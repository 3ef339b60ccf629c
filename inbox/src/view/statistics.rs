//! The figures: how many wrote, how quickly they were answered, how they liked it.

use super::back::Back;
use super::plot::{BarPlot, Bars, Meter};
use super::tabs::Tab;
use crate::place::SPANS;
use crate::store::Store;
use crate::{span, words};
use leptos::prelude::*;
use pocketping_core::Timestamp;
use pocketping_core::model::Stats;
use pocketping_widget::view::{NoticeText, day_name, notice_bar};

const DAY_MILLIS: i64 = 24 * 3600 * 1000;

/// Spans to choose from, a plot, and a tile for each figure.
#[component]
pub(super) fn StatisticsPage(
    /// What is known.
    store: Store,
) -> impl IntoView {
    let figures = store.figures;
    let notice = Memo::new(move |_| store.trouble.get().map(NoticeText::unreachable));
    let spans = SPANS.map(|days| {
        let name = if days == 365 {
            words::YEAR.to_owned()
        } else {
            [&days.to_string(), words::DAYS].concat()
        };
        let pressed = Signal::derive(move || figures.days.get() == Some(days));
        view! { <Tab name pressed press=move || store.show_figures(Some(days))/> }
    });
    let shown = move || match figures.now.get() {
        Some(now) => view! { <All store now/> }.into_any(),
        None if store.trouble.with(Option::is_some) => ().into_any(),
        None => view! { <p class="pp-empty">{words::LOADING}</p> }.into_any(),
    };
    view! {
        <main class="pp-statistics" aria-label=words::STATISTICS>
            <header class="pp-bar">
                <Back to=words::BACK_TO_LIST go=move || store.leave_figures()/>
                <h1 class="pp-bar__title">{words::STATISTICS}</h1>
            </header>
            <div class="pp-statistics__body">
                <div class="pp-tabs" role="group" aria-label=words::SPAN>{spans.into_iter().collect_view()}</div>
                {move || notice.with(Option::is_some).then(|| notice_bar(move || notice.get()).embed())}
                {shown}
            </div>
        </main>
    }
}

#[component]
fn All(
    /// What is known.
    store: Store,
    /// The figures.
    now: Stats,
) -> impl IntoView {
    let before = store.figures.before;
    let conversations = now.conversations;
    let days = now.conversations_sparkline.len();
    let difference = move || {
        let before = before.get()?.conversations;
        Some(compared(conversations, before, days))
    };
    let answered = (conversations > 0).then_some(now.response_rate);
    let share = |share: Option<f64>| share.map_or(words::STAT_NONE.to_owned(), percent);
    let wait = now.median_first_response_seconds.map(span::short);
    let average = now.csat.average.map(|average| format!("{average:.1}"));
    let or_none = |text: Option<String>| text.unwrap_or(words::STAT_NONE.to_owned());
    view! {
        <section class="pp-stat pp-stat-wide">
            <h2 class="pp-stat__name">{words::STAT_CONVERSATIONS}</h2>
            <p class="pp-stat__value" data-stat="conversations">{conversations.to_string()}</p>
            <p class="pp-stat__hint">{difference}</p>
            <Days now=now.clone()/>
        </section>
        <div class="pp-statistics__tiles">
            <Tile id="messages" name=words::STAT_MESSAGES value=now.messages.to_string()/>
            <Tile id="responseRate" name=words::STAT_RESPONSE_RATE value=share(answered)>
                {answered.map(|share| view! { <Meter share/> })}
            </Tile>
            <Tile id="medianFirstResponse" name=words::STAT_FIRST_RESPONSE value=or_none(wait)>
                <p class="pp-stat__hint">{words::STAT_FIRST_RESPONSE_HINT}</p>
            </Tile>
            <Tile id="unansweredNow" name=words::STAT_UNANSWERED value=now.unanswered_now.to_string()/>
            <Tile id="csatPercent" name=words::STAT_CSAT value=share(now.csat.percent)>
                {now.csat.percent.map(|share| view! { <Meter share/> })}
                <p class="pp-stat__hint">{words::STAT_CSAT_HINT}</p>
            </Tile>
            <Tile id="csatAverage" name=words::STAT_AVERAGE value=or_none(average)/>
            <Tile id="csatResponses" name=words::STAT_RATINGS value=now.csat.responses.to_string()/>
        </div>
    }
}

#[component]
fn Tile(
    /// The figure's name for programs.
    id: &'static str,
    /// Its name for people.
    name: &'static str,
    /// The figure.
    #[prop(into)]
    value: String,
    /// What stands below it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <section class="pp-stat">
            <h2 class="pp-stat__name">{name}</h2>
            <p class="pp-stat__value" data-stat=id>{value}</p>
            {children.map(|children| children())}
        </section>
    }
}

/// Conversations by day or week, with the scale beside and the ends below.
#[component]
fn Days(
    /// The figures.
    now: Stats,
) -> impl IntoView {
    let bars = Bars::of_days(&now.conversations_sparkline);
    let (count, days, top) = (bars.values.len(), bars.days, bars.top);
    let to = now.to;
    let beginning = move |at: usize| {
        let back = (count - at) as i64 * days as i64 * DAY_MILLIS;
        day_name(Timestamp::from_millis(to.as_millis() - back), to)
    };
    let name = if days == 1 {
        words::STAT_PER_DAY
    } else {
        words::STAT_PER_WEEK
    };
    let each: Vec<_> = bars.values.iter().map(u64::to_string).collect();
    let label = [name, ": ", &each.join(", ")].concat();
    view! {
        <figure class="pp-plot__figure">
            <div class="pp-plot__scale" aria-hidden="true"><span>{top.to_string()}</span><span>"0"</span></div>
            <BarPlot bars label tell=move |at, value| [&beginning(at), ": ", &value.to_string()].concat()/>
            <figcaption class="pp-plot__ends">
                <span>{beginning(0)}</span>
                <span>{name}</span>
                <span>{day_name(to, to)}</span>
            </figcaption>
        </figure>
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn compared(now: u64, before: u64, days: usize) -> String {
    let (difference, days) = (now.abs_diff(before).to_string(), days.to_string());
    let lead = match now.cmp(&before) {
        std::cmp::Ordering::Equal => words::AS_IN.to_owned(),
        std::cmp::Ordering::Greater => [&difference, words::MORE_THAN, words::THAN_IN].concat(),
        std::cmp::Ordering::Less => [&difference, words::FEWER_THAN, words::THAN_IN].concat(),
    };
    [&lead, days.as_str(), words::DAYS_BEFORE].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_in_words() {
        assert_eq!(percent(0.666), "67 %");
        assert_eq!(compared(5, 2, 7), "3 more than in the 7 days before");
        assert_eq!(compared(2, 5, 30), "3 fewer than in the 30 days before");
        assert_eq!(compared(2, 2, 7), "As many as in the 7 days before");
    }
}

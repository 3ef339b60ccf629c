//! Bars, drawn by our own few lines: their places are numbers here, their look is in the style sheet.

use leptos::prelude::*;

/// Width of one bar and the gap after it.
const STEP: u32 = 10;
const GAP: u32 = 2;
/// Height of the whole plot, in its own units.
const HEIGHT: u32 = 100;
/// More values than this are summed up by weeks.
const MOST_BARS: usize = 120;
const WEEK: usize = 7;

/// Values as they are drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bars {
    /// One for each bar, oldest first.
    pub(super) values: Vec<u64>,
    /// How many days a bar has.
    pub(super) days: usize,
    /// The value at the top of the scale.
    pub(super) top: u64,
}

impl Bars {
    /// Of values for each day, oldest first.
    pub(super) fn of_days(days: &[u64]) -> Self {
        let size = if days.len() > MOST_BARS { WEEK } else { 1 };
        // From the end, so that the newest bar is a whole one.
        let mut values: Vec<u64> = days.rchunks(size).map(|chunk| chunk.iter().sum()).collect();
        values.reverse();
        let top = round_up(values.iter().copied().max().unwrap_or(0));
        Bars {
            values,
            days: size,
            top,
        }
    }

    /// Height of a value in the plot's units; what is not nothing can be seen.
    fn height(&self, value: u64) -> u32 {
        let height = (value * u64::from(HEIGHT) / self.top.max(1)) as u32;
        if value > 0 { height.max(1) } else { 0 }
    }
}

/// The next of 1, 2, 5, 10, 20, 50…; scales that end there are read easily.
fn round_up(value: u64) -> u64 {
    let mut unit: u64 = 1;
    loop {
        for step in [1, 2, 5] {
            if unit.saturating_mul(step) >= value {
                return unit.saturating_mul(step);
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// A bar for each value. `label` tells all of it to those who do not see it, `tell` one bar.
#[component]
pub(super) fn BarPlot(
    /// What is drawn.
    bars: Bars,
    /// The plot in words.
    label: String,
    /// A bar by its place in words, shown where the pointer is.
    tell: impl Fn(usize, u64) -> String + 'static,
) -> impl IntoView {
    let width = bars.values.len() as u32 * STEP - GAP.min(bars.values.len() as u32 * STEP);
    let drawn: Vec<_> = bars
        .values
        .iter()
        .enumerate()
        .map(|(at, value)| {
            let (x, height) = (at as u32 * STEP, bars.height(*value));
            let y = HEIGHT - height;
            view! {
                <g class="pp-plot__slot">
                    <rect class="pp-plot__hover" x=x y=0 width=STEP - GAP height=HEIGHT></rect>
                    <rect class="pp-plot__bar" x=x y=y width=STEP - GAP height=height></rect>
                    <title>{tell(at, *value)}</title>
                </g>
            }
        })
        .collect();
    view! {
        <svg
            class="pp-plot"
            role="img"
            aria-label=label
            viewBox=format!("0 0 {width} {HEIGHT}")
            preserveAspectRatio="none"
        >
            {drawn}
        </svg>
    }
}

/// How much of a whole: a bar that is filled so far.
#[component]
pub(super) fn Meter(
    /// 0 to 1.
    share: f64,
) -> impl IntoView {
    let filled = (share.clamp(0.0, 1.0) * 100.0).round();
    view! {
        <svg class="pp-meter" aria-hidden="true" viewBox="0 0 100 4" preserveAspectRatio="none">
            <rect class="pp-meter__all" x="0" y="0" width="100" height="4"></rect>
            <rect class="pp-meter__filled" x="0" y="0" width=filled.to_string() height="4"></rect>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_at_a_round_number() {
        for (value, top) in [
            (0, 1),
            (1, 1),
            (3, 5),
            (7, 10),
            (11, 20),
            (21, 50),
            (100, 100),
            (101, 200),
        ] {
            assert_eq!(round_up(value), top, "{value}");
        }
    }

    #[test]
    fn a_year_is_drawn_by_weeks_whose_newest_is_whole() {
        let mut days = vec![0; 365];
        days[364] = 3;
        days[358] = 4;
        days[0] = 9;
        let bars = Bars::of_days(&days);
        assert_eq!((bars.values.len(), bars.days), (53, 7));
        assert_eq!((bars.values[52], bars.values[0]), (7, 9));
        assert_eq!(Bars::of_days(&[1, 2]).values, [1, 2]);
    }

    #[test]
    fn heights_are_shares_of_the_top_and_nothing_vanishes() {
        let bars = Bars {
            values: vec![],
            days: 1,
            top: 1_000,
        };
        assert_eq!(
            [0, 1, 500, 1_000].map(|value| bars.height(value)),
            [0, 1, 50, 100]
        );
    }
}

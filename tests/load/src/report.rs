//! Figures beside their budgets and the peer's.

use std::fmt::{self, Display, Formatter};

/// What a figure has to keep to (DESIGN, Budgets).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Budget {
    /// At most so much.
    AtMost(f64),
    /// At least so much.
    AtLeast(f64),
    /// At least so many times the peer's.
    TimesPeer(f64),
    /// Only shown.
    None,
}

/// One figure.
pub(crate) struct Row {
    /// What was measured.
    pub(crate) what: String,
    /// Its unit.
    pub(crate) unit: &'static str,
    /// Ours.
    pub(crate) ours: f64,
    /// The peer's in the same run.
    pub(crate) peer: Option<f64>,
    /// What ours has to keep to.
    pub(crate) budget: Budget,
}

impl Row {
    /// Whether the budget is kept; `None` when there is none, or nothing to compare with.
    fn kept(&self) -> Option<bool> {
        match self.budget {
            Budget::AtMost(most) => Some(self.ours <= most),
            Budget::AtLeast(least) => Some(self.ours >= least),
            Budget::TimesPeer(times) => self.peer.map(|peer| self.ours >= times * peer),
            Budget::None => None,
        }
    }
}

/// A table in Markdown.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Adds a figure.
    pub(crate) fn add(&mut self, row: Row) {
        self.rows.push(row);
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | unit | ours | budget | | Python | ours : Python |")?;
        writeln!(f, "|---|---|---:|---:|---|---:|---:|")?;
        for row in &self.rows {
            let budget = match row.budget {
                Budget::AtMost(most) => format!("≤ {}", number(most)),
                Budget::AtLeast(least) => format!("≥ {}", number(least)),
                Budget::TimesPeer(times) => format!("≥ {} × Python", number(times)),
                Budget::None => "–".to_owned(),
            };
            let verdict = match row.kept() {
                Some(true) => "kept",
                Some(false) => "**missed**",
                None => "",
            };
            let peer = row.peer.map_or("–".to_owned(), number);
            let ratio = row
                .peer
                .map_or("–".to_owned(), |peer| format!("{:.3}", row.ours / peer));
            writeln!(
                f,
                "| {} | {} | {} | {budget} | {verdict} | {peer} | {ratio} |",
                row.what,
                row.unit,
                number(row.ours)
            )?;
        }
        Ok(())
    }
}

/// With as many places as say something; thousands apart.
fn number(value: f64) -> String {
    if value.abs() < 100.0 {
        let text = format!("{value:.2}");
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ours: f64, budget: Budget, peer: Option<f64>) -> Row {
        Row {
            what: "x".to_owned(),
            unit: "µs",
            ours,
            peer,
            budget,
        }
    }

    #[test]
    fn a_budget_in_terms_of_the_peer_needs_a_peer() {
        assert_eq!(row(30.0, Budget::TimesPeer(3.0), Some(10.0)).kept(), Some(true));
        assert_eq!(row(29.0, Budget::TimesPeer(3.0), Some(10.0)).kept(), Some(false));
        assert_eq!(row(29.0, Budget::TimesPeer(3.0), None).kept(), None);
        assert_eq!(row(5.0, Budget::AtMost(5.0), None).kept(), Some(true));
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(1_234_567.8), "1,234,568");
        assert_eq!(number(123.4), "123");
        assert_eq!(number(7.25), "7.25");
        assert_eq!(number(16.0), "16");
    }
}

//! The rules of axe-core, run on what the widget shows.

use crate::Widget;
use crate::process::program;
use anyhow::{Context, Result, ensure};
use serde_json::Value as Json;

/// Runs all rules of WCAG 2.2 AA and the best practices on the widget, but for those about whole pages, and gives a line for
/// each thing that breaks one.
const AUDIT: &str = "const done = arguments[0];
    axe.run({ include: [['#pocketping-container']] }, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        rules: {
            'target-size': { enabled: true },
            region: { enabled: false },
            // An experiment, which takes the letter in a hidden avatar for a part of the label.
            'label-content-name-mismatch': { enabled: false },
        },
        resultTypes: ['violations'],
    }).then(({ violations, passes }) => done(passes.length ? violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ html, any, all, none }) => `${id}: ${help}\\n  ${html.slice(0, 300)}\\n  ` +
            [...any, ...all, ...none].map((check) => check.message).join('; '))) : ['no rule has looked at anything']),
        (error) => done([String(error)]))";

impl Widget {
    /// No rule is broken by what is shown now; `state` names that. Animations have to be over: what fades in cannot be read.
    ///
    /// # Errors
    /// When a rule is broken, with what and where.
    pub async fn audit(&self, state: &str) -> Result<()> {
        let path = program("AXE")?;
        let axe = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        if self.script("return !window.axe").await? == true {
            // A script of the driver's own: a policy of the page does not forbid it.
            self.browser
                .script(&format!("{axe}; window.axe = axe"), Vec::new())
                .await?;
        }
        self.until("return root.getAnimations ? !root.getAnimations().some((a) => a.effect.getComputedTiming().iterations !== Infinity) : true")
            .await?;
        let found = self.browser.async_script(AUDIT).await?;
        let broken: Vec<&str> = found
            .as_array()
            .map(|lines| lines.iter().filter_map(Json::as_str).collect())
            .unwrap_or_default();
        ensure!(broken.is_empty(), "{state}:\n{}", broken.join("\n"));
        Ok(())
    }
}

//! Which of the end-to-end tests run in Firefox: all but those about what only Chromium has. The everyday suite has some of
//! every subject, as its time is short; the long one has the rest.

use std::process::Command;

use anyhow::{Result, ensure};

use super::programs::Program;
use crate::shell;

/// Says in which browser tests run that name none themselves.
const BROWSER: (&str, &str) = ("POCKETPING_BROWSER", "firefox");

/// Tests that do not run in Firefox, each with the reason.
const ONLY_CHROMIUM: &[(&str, &str)] = &[
    (
        "handlers::a_message_that_is_changed_under_the_focus_may_call_the_page",
        "Firefox tells no page that what had the focus was taken away",
    ),
    (
        "options::messages_are_heard_after_a_gesture_until_the_visitor_turns_that_off",
        "Firefox lets no sound begin where there is nothing to hear it with",
    ),
    (
        "phone::nothing_is_under_the_notch_or_the_bar_at_the_bottom",
        "Firefox cannot be told that something lies over the screen",
    ),
    (
        "privacy::a_chromium_without_a_window_is_taken_for_a_bot",
        "it is about the name that Chromium gives itself",
    ),
    (
        "tabs::a_leader_that_is_frozen_hands_over_and_awakes_as_a_follower",
        "Firefox freezes no tabs",
    ),
];

/// How the names begin of what every change has to pass, subject by subject.
const EVERYDAY: &[&str] = &[
    // Launcher and window.
    "options::colours_shapes_and_styles",
    "options::every_scalar_option",
    "options::pages_that_swap_their_body",
    "options::the_widget_is_there_on_the_pages",
    "phone::",
    // Messages, kept over outages, reloads and tabs.
    "messages::a_finger_answers",
    "messages::a_message_is_answered_by_a_right_click",
    "messages::deleting_asks",
    "messages::marks_and_addresses",
    "bubbles::a_message_is_copied",
    "bubbles::a_refused_message_stays",
    "conversation::a_reload_keeps",
    "offline::",
    "tabs::a_crashed_leader",
    "tabs::two_tabs_share",
    // Files.
    "attaching::files_are_dropped",
    "attaching::files_wait_offline",
    "attaching::picked_files",
    "attaching::what_cannot_be_sent",
    "pictures::pictures_are_looked_at_by_keyboard",
    // Forms.
    "prechat::a_country_is_found_by_keyboard",
    "prechat::where_it_is_required",
    "csat::a_rating_is_given_by_keyboard",
    "away::a_message_that_was_left",
    // What messages carry.
    "emoji::arrow_keys_walk",
    "emoji::it_is_searched",
    "rich::quick_replies",
    "rich::what_is_malformed",
    // The page: elements, pictures of it.
    "tracked::only_what_lies_in_the_element",
    "inspector::a_click_chooses",
    "screenshots::under_a_strict_policy",
    // Functions, callbacks, the module and the element.
    "api::a_refused_call",
    "api::calls_before_the_app",
    "api::destroy_may_come",
    "calls::",
    "callbacks::a_widget_that_the_server_calls_old",
    "callbacks::callbacks_are_called",
    "modules::an_element_starts",
    "modules::the_module_is",
    // Languages.
    "languages::arabic_is_mirrored",
    "languages::each_of_the_twelve",
    // People without a mouse, with other colours, at 400 %.
    "accessibility::a_whole_conversation",
    "accessibility::forced_colours",
    "accessibility::no_rule_is_broken_on_a_phone",
    "accessibility::one_live_region",
    "accessibility::who_asked_for_less_motion",
    "accessibility::zoom_to_400",
    "states::no_state_breaks_a_rule_in_the_light",
    // What is stored and fetched, and when.
    "consent::who_agrees",
    "privacy::before_an_act",
    "privacy::the_page_gets_one_global",
    "privacy::until_somebody_comes_near",
    // Hostile pages and texts, strict policies, old browsers.
    "csp::",
    "injection::messages_files_and_events",
    "isolation::no_style_of_the_page",
    "isolation::the_page_is_as_it_was",
    "old_browsers::",
];

/// What to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What every change has to pass.
    Everyday,
    /// What that leaves out.
    Rest,
}

/// The command that runs a part of the end-to-end tests in Firefox. Tells what runs there never, and what only in the other
/// part.
///
/// # Errors
/// When a list here names something that the program does not have.
pub(crate) fn command(e2e: &Program, part: Part) -> Result<Command> {
    let listed = shell::output(e2e.command().args(["--list", "--format", "terse"]))?;
    let tests: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .collect();
    for (test, why) in ONLY_CHROMIUM {
        ensure!(
            tests.contains(test),
            "there is no test {test}, which is said to be of Chromium"
        );
        eprintln!("not in Firefox: {test}: {why}");
    }
    for beginning in EVERYDAY {
        let is_there = tests.iter().any(|test| test.starts_with(beginning));
        ensure!(
            is_there,
            "no test is called {beginning}…, which is said to run in Firefox"
        );
    }
    let is_everyday = |test: &str| EVERYDAY.iter().any(|beginning| test.starts_with(beginning));
    let runs = |test: &&&str| {
        let has_it = ONLY_CHROMIUM.iter().all(|(only, _)| only != *test);
        has_it && is_everyday(test) == (part == Part::Everyday)
    };
    let wanted: Vec<&&str> = tests.iter().filter(runs).collect();
    let others = tests.len() - wanted.len() - ONLY_CHROMIUM.len();
    match part {
        Part::Everyday => {
            eprintln!("{others} others run in Firefox with `--long`, or in the suite firefox-rest")
        }
        Part::Rest => eprintln!("{others} others run in Firefox in the suite firefox"),
    }
    let mut command = e2e.command();
    command.env(BROWSER.0, BROWSER.1).arg("--exact").args(wanted);
    Ok(command)
}

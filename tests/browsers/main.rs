//! The core promises in WebKitGTK, the nearest thing to Safari. All else is tried in Chromium and Firefox (`e2e`).

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

mod scene;

use anyhow::Result;
use pocketping_tests::Engine;
use scene::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn webkit_keeps_what_is_said_over_outages_reloads_and_tabs() -> Result<()> {
    let mut scene = Scene::begin(Engine::WebKit).await?;
    scene.talks().await?;
    scene.stays_over_a_reload().await?;
    scene.waits_for_a_server_that_is_gone().await?;
    scene.shares_with_a_second_tab().await?;
    scene.visitor.browser.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn webkit_looks_speaks_and_sends_files_as_it_should() -> Result<()> {
    let scene = Scene::begin(Engine::WebKit).await?;
    scene.sends_a_file().await?;
    scene.looks_as_designed("webkit").await?;
    scene.is_used_by_keyboard().await?;
    scene.speaks_other_languages().await?;
    scene.visitor.browser.quit().await
}

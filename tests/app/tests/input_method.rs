//! Chinese, Japanese and Korean, typed with real keys through real input methods into the composer.

use anyhow::Result;
use holdfast_app_tests::LOGIN;
use holdfast_app_tests::composing::Field;
use holdfast_app_tests::input_method::{Framework, Script};
use holdfast_app_tests::server::Server;
use holdfast_app_tests::stage::Stage;
use holdfast_app_tests::window::Window;

#[tokio::test(flavor = "multi_thread")]
async fn with_fcitx_all_three_scripts_arrive_whole() -> Result<()> {
    all_three_arrive(Framework::Fcitx).await
}

#[tokio::test(flavor = "multi_thread")]
async fn with_ibus_all_three_scripts_arrive_whole() -> Result<()> {
    all_three_arrive(Framework::Ibus).await
}

async fn all_three_arrive(framework: Framework) -> Result<()> {
    let server = Server::start().await?;
    let mut stage = Stage::set()?;
    framework.start(&mut stage).await?;
    let secrets = stage.file("secrets.json", server.secrets())?;
    let desk = stage.folder("desk")?;
    let url = server.url();
    let secrets = secrets.to_string_lossy();
    let args = ["--server", &url, "--sample-login", LOGIN, "--sample-secrets", &secrets];
    let window = Window::open(&stage, &desk, &args).await?;
    let typed = type_all(&stage, &window, framework).await;
    if typed.is_err() {
        let picture = stage.picture(&format!("input-method-{framework:?}"))?;
        eprintln!("the screen as it was: {}", picture.display());
    }
    typed
}

async fn type_all(stage: &Stage, window: &Window, framework: Framework) -> Result<()> {
    window.click("row").await?;
    window.find("subject").await?;
    window.click("composer-reply").await?;
    let field = Field::focus(stage, window, framework, "composer-text").await?;

    field.begin(Script::Chinese).await?;
    field.press(&["n", "i", "h", "a", "o"])?;
    field.shows(&["ni hao", "你好"]).await?;
    field.press(&["space"])?;
    field.shows(&["你好"]).await?;

    field.begin(Script::Korean).await?;
    field.press(&["g", "k", "s", "r", "m", "f"])?;
    field.shows(&["한글"]).await?;
    // The last syllable is still in the making; it stays when the person clicks elsewhere.
    window.click("subject").await?;
    field.shows(&["한글"]).await?;

    window.click("composer-text").await?;
    field.begin(Script::Japanese).await?;
    field.press(&["n", "i", "h", "o", "n", "g", "o"])?;
    field.shows(&["にほんご"]).await?;
    field.press(&["space"])?;
    field.shows(&["日本語"]).await?;
    field.press(&["Return"])?;
    field.shows(&["日本語"]).await?;
    field.no_enter_leaked().await
}

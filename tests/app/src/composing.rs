//! Words in the making: what a field shows while an input method composes, and what stays.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::input_method::{Framework, Script, press};
use crate::stage::Stage;
use crate::until;
use crate::window::Window;

/// A field under a person's fingers.
pub struct Field<'a> {
    stage: &'a Stage,
    window: &'a Window,
    framework: Framework,
    id: &'a str,
}

const FOCUS: &str = "
    const field = document.querySelector(`[data-testid='${arguments[0]}']`);
    field.focus();
    window.told = [];
    field.addEventListener('keydown', (event) =>
      window.told.push([event.key, event.keyCode, event.isComposing]), true);
    field.addEventListener('compositionend', () => window.told.push(['compositionend']), true);";
const EMPTY: &str = "
    const field = document.querySelector(`[data-testid='${arguments[0]}']`);
    field.value = '';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
    window.told = [];";
const VALUE: &str = "
    return document.querySelector(`[data-testid='${arguments[0]}']`)?.value ?? null;";

impl<'a> Field<'a> {
    /// The field with that test id, with the cursor in it.
    pub async fn focus(
        stage: &'a Stage,
        window: &'a Window,
        framework: Framework,
        id: &'a str,
    ) -> Result<Self> {
        window.focus(stage).await?;
        window.find(id).await?.click().await?;
        window.run(FOCUS, vec![json!(id)]).await?;
        Ok(Self { stage, window, framework, id })
    }

    /// Begins anew in another script.
    pub async fn begin(&self, script: Script) -> Result<()> {
        self.window.run(EMPTY, vec![json!(self.id)]).await?;
        self.framework.choose(self.stage, script).await
    }

    /// Presses real keys.
    pub fn press(&self, keys: &[&str]) -> Result<()> {
        press(self.stage, keys)
    }

    /// Waits until the field shows one of these.
    pub async fn shows(&self, any_of: &[&str]) -> Result<()> {
        let mut last = Value::Null;
        let shown = until(&format!("`{}` shows one of {any_of:?}", self.id), async || {
            last = self.window.run(VALUE, vec![json!(self.id)]).await?;
            Ok(any_of.iter().any(|wanted| last == *wanted).then_some(()))
        })
        .await;
        ensure!(shown.is_ok(), "`{}` shows {last}, not one of {any_of:?}", self.id);
        Ok(())
    }

    /// No key that belonged to the input method reached the page as its own.
    pub async fn no_enter_leaked(&self) -> Result<()> {
        let told = self.window.run("return window.told", Vec::new()).await?;
        let leaked = told
            .as_array()
            .into_iter()
            .flatten()
            .any(|event| event[0] == "Enter" && event[1] != 229 && event[2] == false);
        ensure!(!leaked, "the Enter that ended a composition came as a plain Enter: {told}");
        Ok(())
    }
}

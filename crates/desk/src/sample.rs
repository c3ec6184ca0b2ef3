//! Sample: entering a sample desk without typing, for `cargo xtask run`, tests and pictures.
//!
//! Sample people have no keyring entry: their passphrase stands in a file beside the sample.
//! Deliberately absent: any way to enter that a person has not; it calls the same commands.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Desk;

/// A person of the sample desk with what opens it. Holds secrets: not printable.
pub struct Sample {
    login: String,
    secrets: Secrets,
}

#[derive(Clone, Deserialize)]
struct Secrets {
    password: String,
    passphrase: String,
}

impl Sample {
    /// Reads `{"login": {"password": …, "passphrase": …}}` and takes out one person.
    pub fn read(file: &Path, login: &str) -> Result<Self> {
        let text = std::fs::read(file)
            .with_context(|| format!("cannot read the sample's secrets in {}", file.display()))?;
        let mut people: BTreeMap<String, Secrets> = serde_json::from_slice(&text)
            .context("the sample's secrets are not {login: {password, passphrase}}")?;
        let secrets = people
            .remove(login)
            .with_context(|| format!("nobody called {login} is in the sample's secrets"))?;
        Ok(Self { login: login.to_owned(), secrets })
    }

    /// Unlocks the person's profile, or signs in where there is none yet.
    pub async fn enter(self, desk: &Desk, server: &str) -> Result<()> {
        let session = desk.call("session.get", json!({})).await?;
        let session = serde_json::from_str(session.get())?;
        let Secrets { password, passphrase } = self.secrets;
        let (name, request) = match profile_of(&session, &self.login) {
            Some(profile) => {
                ("session.unlock", json!({ "profile": profile, "passphrase": passphrase }))
            }
            None => (
                "session.sign_in",
                json!({
                    "server": server,
                    "login": self.login,
                    "password": password,
                    "passphrase": passphrase,
                }),
            ),
        };
        desk.call(name, request).await?;
        Ok(())
    }
}

fn profile_of<'a>(session: &'a Value, login: &str) -> Option<&'a str> {
    let profiles = session["profiles"].as_array()?;
    profiles.iter().find(|profile| profile["login"] == login)?["id"].as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_found_by_its_login() {
        let session = json!({ "profiles": [
            { "id": "00aa", "login": "lin-yue" },
            { "id": "11bb", "login": "elena-ruiz" },
        ]});
        assert_eq!(profile_of(&session, "elena-ruiz"), Some("11bb"));
        assert_eq!(profile_of(&session, "nobody"), None);
    }

    #[test]
    fn somebody_who_is_not_in_the_sample_is_named() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("secrets.json");
        std::fs::write(&file, r#"{"lin-yue": {"password": "a", "passphrase": "b"}}"#)?;
        let Err(error) = Sample::read(&file, "elena-ruiz") else {
            anyhow::bail!("nobody can be read who is not there");
        };
        assert!(error.to_string().contains("elena-ruiz"));
        Ok(())
    }
}

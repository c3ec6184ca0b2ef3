//! What stands on the command line, and what follows from it before there is a window.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Folder below the system's own for programs' data.
const USUAL_FOLDER: &str = "holdfast";
/// The identifier of a desk whose profiles lie elsewhere begins so.
const OTHER_DESKS: &str = "com.holdfast.desk.at";

/// Holdfast: the workstation of a support agent.
#[derive(Clone, Debug, clap::Parser)]
#[command(name = "holdfast", version)]
pub struct Flags {
    /// Folder of the profiles; each person on this machine has one
    #[arg(long, value_name = "DIR")]
    profile_root: Option<PathBuf>,
    /// Server that is offered when signing in
    #[arg(long, value_name = "URL", default_value = "")]
    pub server: String,
    /// Sign in or unlock as this person of the sample desk
    #[arg(long, value_name = "LOGIN", requires = "sample_secrets")]
    pub sample_login: Option<String>,
    /// What opens sample desks: {"LOGIN": {"password": …, "passphrase": …}}
    #[arg(long, value_name = "FILE", requires = "sample_login")]
    pub sample_secrets: Option<PathBuf>,
    /// Write the moment of the first picture here (ms of the monotonic clock)
    #[arg(long, value_name = "FILE", env = "HOLDFAST_PAINTED_FILE", hide = true)]
    pub painted_file: Option<PathBuf>,
}

impl Flags {
    /// The folder of the profiles, made if it is not there, readable by its owner only.
    pub fn profile_root(&self) -> Result<PathBuf> {
        let root = match &self.profile_root {
            Some(root) => root.clone(),
            None => dirs::data_local_dir()
                .context("this system names no folder for programs' data")?
                .join(USUAL_FOLDER),
        };
        private_folder(&root)
            .with_context(|| format!("cannot make the folder {}", root.display()))?;
        let root = root
            .canonicalize()
            .with_context(|| format!("cannot read the folder {}", root.display()))?;
        Ok(root)
    }

    /// One running desk for each folder of profiles: the system tells programs apart by this name.
    /// `None` for the usual folder.
    pub fn identifier(&self, root: &Path) -> Option<String> {
        self.profile_root.as_ref()?;
        let mark = blake3::hash(root.as_os_str().as_encoded_bytes()).to_hex();
        Some(format!("{OTHER_DESKS}{}", &mark[..16]))
    }
}

fn private_folder(root: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(root)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[test]
    fn two_folders_have_two_identifiers_and_the_usual_one_keeps_its_own() {
        let flags = Flags::parse_from(["holdfast", "--profile-root", "/tmp/a"]);
        let a = flags.identifier(Path::new("/tmp/a"));
        let b = flags.identifier(Path::new("/tmp/b"));
        assert!(a.is_some() && b.is_some());
        assert_ne!(a, b);
        assert_eq!(Flags::parse_from(["holdfast"]).identifier(Path::new("/tmp/a")), None);
    }

    #[test]
    fn a_sample_person_without_secrets_is_refused() {
        assert!(Flags::try_parse_from(["holdfast", "--sample-login", "a"]).is_err());
    }
}

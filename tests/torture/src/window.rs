//! Window: how an agent asks her desk, which may be killed before it answers.
//!
//! An answer that never came says nothing. What was to be saved may be saved or not, and the
//! ledger does not hold it; what was to be thrown away or taken back may be gone, and the ledger
//! does not ask for it any more. What is there twice is wrong all the same.

use std::time::Duration;

use anyhow::Result;
use holdfast_domain::OperationId;
use holdfast_simulator::ledger::Ledger;
use holdfast_simulator::work::Window;
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use serde_json::{Value, json};

/// How long an agent waits before she believes that nothing will come.
const WITHIN: Duration = Duration::from_secs(20);

/// The way to a desk that runs.
#[derive(Clone, Debug)]
pub struct Door {
    web: reqwest::Client,
    url: String,
    cookie: String,
}

/// What came of a question.
pub enum Answer {
    /// An answer.
    Told(Value),
    /// A failure that the desk tells.
    Refused(String),
    /// Nothing.
    Silence,
}

impl Door {
    /// Goes in with the one-time token; `at` is `127.0.0.1:1234/#token=…`.
    pub async fn open(at: &str) -> Result<Self> {
        let (host, token) = at.split_once("/#token=").unwrap_or((at, ""));
        let url = format!("http://{host}");
        let web = reqwest::Client::builder().timeout(WITHIN).build()?;
        let asked = web.post(format!("{url}/enter")).header(ORIGIN, &url);
        let let_in = asked.json(&json!({ "token": token })).send().await?.error_for_status()?;
        let cookie = let_in.headers().get(SET_COOKIE).and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|all| all.split(';').next()).unwrap_or_default().to_owned();
        Ok(Self { web, url, cookie })
    }

    /// A command.
    pub async fn ask(&self, name: &str, request: &Value) -> Answer {
        let asked = self.web.post(format!("{}/call", self.url));
        let asked = asked.header(ORIGIN, &self.url).header(COOKIE, &self.cookie);
        let body = json!({ "name": name, "request": request });
        let Ok(answer) = asked.json(&body).send().await else { return Answer::Silence };
        let is_told = answer.status().is_success();
        let Ok(said) = answer.json::<Value>().await else { return Answer::Silence };
        if is_told {
            return Answer::Told(said);
        }
        let text = |name: &str| said[name].as_str().unwrap_or("?").to_owned();
        Answer::Refused(format!("{}: {}", text("code"), text("message")))
    }

    /// A command that must be answered.
    pub async fn must(&self, name: &str, request: Value) -> Result<Value> {
        match self.ask(name, &request).await {
            Answer::Told(said) => Ok(said),
            Answer::Refused(why) => anyhow::bail!("{name}: {why}"),
            Answer::Silence => anyhow::bail!("{name}: no answer"),
        }
    }
}

/// A window during one thing that its agent does.
pub struct AtWindow {
    door: Door,
    drafts: Value,
    thrown: Vec<String>,
    undone: Vec<OperationId>,
    /// Commands that were never answered.
    pub unanswered: u64,
}

impl AtWindow {
    /// At this door.
    pub fn new(door: Door) -> Self {
        Self { door, drafts: Value::Null, thrown: Vec::new(), undone: Vec::new(), unanswered: 0 }
    }

    /// What may have been thrown away or taken back is not asked for any more.
    pub fn note(self, ledger: &mut Ledger) {
        for text in &self.thrown {
            ledger.thrown(text);
        }
        for operation in self.undone {
            let text = ledger.operations.get_mut(&operation).map(|told| {
                told.undone = true;
                told.text.clone()
            });
            ledger.thrown(&text.unwrap_or_default());
        }
    }

    fn maybe(&mut self, name: &str, request: &Value) {
        self.unanswered += 1;
        match name {
            "draft.discard" => {
                let drafts = self.drafts.as_array().into_iter().flatten();
                let meant = drafts.filter(|draft| draft["id"] == request["draft"]);
                self.thrown.extend(meant.filter_map(|it| it["text"].as_str().map(str::to_owned)));
            }
            "outbox.undo" => {
                self.undone
                    .extend(serde_json::from_value::<OperationId>(request["operation"].clone()));
            }
            _ => {}
        }
    }
}

impl Window for AtWindow {
    async fn ask(&mut self, name: &str, request: Value) -> Result<Result<Value, String>> {
        match self.door.ask(name, &request).await {
            Answer::Told(said) => {
                if name == "draft.list" {
                    self.drafts = said.clone();
                }
                Ok(Ok(said))
            }
            Answer::Refused(why) => Ok(Err(why)),
            Answer::Silence => {
                self.maybe(name, &request);
                Ok(Err("no answer".to_owned()))
            }
        }
    }
}

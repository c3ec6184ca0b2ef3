//! Work: what agents do at their windows, by the commands of the UI's contract; and what they were
//! told, into the ledger.

use base64::Engine as _;
use holdfast_domain::{OperationId, TeamId, TicketId};
use holdfast_server::load::key;
use serde_json::{Value, json};

use crate::ledger::{Ledger, Told};
use crate::plan::Deed;

/// How a window asks its desk.
pub trait Window {
    /// A command; `Err` is what the window is told instead, or the end of the world.
    fn ask(
        &mut self,
        name: &str,
        request: Value,
    ) -> impl Future<Output = anyhow::Result<Result<Value, String>>>;
}

/// One thing an agent does.
pub struct Work<'a, W> {
    /// Her window.
    pub window: &'a mut W,
    /// What she was told.
    pub ledger: &'a mut Ledger,
    /// Which desk.
    pub desk: usize,
    /// On what.
    pub pick: u64,
}

/// What came of it, for the journal.
type Came = anyhow::Result<String>;

macro_rules! told {
    ($answer:expr) => {
        match $answer {
            Ok(value) => value,
            Err(said) => return Ok(said),
        }
    };
}

impl<W: Window> Work<'_, W> {
    /// Does it.
    pub async fn go(&mut self, deed: Deed) -> Came {
        match deed {
            Deed::Create => self.create().await,
            Deed::Undo => self.undo().await,
            Deed::AnswerNeed => self.answer_need().await,
            Deed::Search => self.search().await,
            Deed::DiscardDraft => self.discard_draft().await,
            Deed::Bulk => self.bulk().await,
            _ => self.on_ticket(deed).await,
        }
    }

    async fn ask(&mut self, name: &str, request: Value) -> anyhow::Result<Result<Value, String>> {
        self.window.ask(name, request).await
    }

    async fn on_ticket(&mut self, deed: Deed) -> Came {
        let views = ["all", "mine", "unassigned", "inbox", "asked", "finished"];
        let view = match deed {
            Deed::Reopen => "finished",
            Deed::AnswerEscalation => "asked",
            Deed::Claim => "unassigned",
            _ => views[usize::try_from(self.pick % 5).unwrap_or(0)],
        };
        let page = json!({
            "view": { "view": view }, "sort": "due", "offset": 0, "limit": 50,
        });
        let page = told!(self.ask("view.page", page).await?);
        let rows = page["rows"].as_array().cloned().unwrap_or_default();
        if rows.is_empty() {
            return Ok("nothing there".to_owned());
        }
        let n = usize::try_from((self.pick >> 8) % rows.len() as u64).unwrap_or(0);
        let ticket = rows[n]["ticket"].clone();
        let opened = told!(self.ask("ticket.open", json!({ "ticket": ticket })).await?);
        let subject = opened["row"]["subject"].as_str().unwrap_or("?").to_owned();
        let came = self.at(deed, &ticket, &opened).await?;
        Ok(format!("on {subject:?}: {came}"))
    }

    async fn at(&mut self, deed: Deed, ticket: &Value, opened: &Value) -> Came {
        let pick = self.pick >> 16;
        let one = |of: &[&str]| of[usize::try_from(pick % of.len() as u64).unwrap_or(0)].to_owned();
        let seen = &opened["seen_through"];
        match deed {
            Deed::Reply => self.say(ticket, "reply", seen, None).await,
            Deed::Note => self.say(ticket, "note", seen, None).await,
            Deed::SendAndSolve => {
                let solve = json!({ "code": "fixed", "words": "It works again." });
                self.say(ticket, "reply", seen, Some(solve)).await
            }
            Deed::SaveDraft => self.draft(ticket, one(&["reply", "note"])).await,
            Deed::Attach => self.attach(ticket, one(&["reply", "note"])).await,
            Deed::Read => {
                told!(self.ask("ticket.read", json!({ "ticket": ticket })).await?);
                Ok("read".to_owned())
            }
            Deed::Escalate => self.escalate(ticket).await,
            Deed::AnswerEscalation => self.answer_escalation(ticket, opened).await,
            Deed::Claim => self.act(ticket, json!({ "act": "claim" })).await,
            Deed::Assign => {
                let who = one(&["ada", "ann", "ben"]);
                let team = if who == "ben" { "blue" } else { "red" };
                let team = key::team(team);
                let agent = key::agent(&who);
                self.act(ticket, json!({ "act": "assign", "team": team, "agent": agent })).await
            }
            Deed::Severity => {
                let to = one(&["p0", "p1", "p2", "p3", "p4"]);
                self.act(ticket, json!({ "act": "severity", "to": to })).await
            }
            Deed::Status => {
                let to = one(&["open", "pending", "on_hold"]);
                self.act(ticket, json!({ "act": "status", "to": to, "pending_until": null })).await
            }
            Deed::Stage => {
                let to = one(&["triage", "diagnosis", "remedy", "verification"]);
                self.act(ticket, json!({ "act": "stage", "to": to })).await
            }
            Deed::Tags => {
                let (add, remove) = (one(&["web", "db", "net"]), one(&["db", "net", "web"]));
                let remove: Vec<String> = if add == remove { Vec::new() } else { vec![remove] };
                self.act(ticket, json!({ "act": "tags", "add": [add], "remove": remove })).await
            }
            Deed::Solve => {
                let act = json!({
                    "act": "solve", "code": "fixed", "words": "Done.", "seen_through": seen,
                });
                self.act(ticket, act).await
            }
            Deed::Reopen => self.act(ticket, json!({ "act": "reopen" })).await,
            Deed::Create
            | Deed::Undo
            | Deed::AnswerNeed
            | Deed::Search
            | Deed::DiscardDraft
            | Deed::Bulk => Ok("nothing".to_owned()),
        }
    }

    async fn act(&mut self, ticket: &Value, act: Value) -> Came {
        let what = act["act"].as_str().unwrap_or("?").to_owned();
        let acted = told!(self.ask("ticket.act", json!({ "ticket": ticket, "act": act })).await?);
        self.saved(&acted, &what, "");
        Ok(what)
    }

    /// What stands in the composer, and a new sentence behind it; on the disk.
    async fn types(&mut self, ticket: &Value, kind: &str) -> anyhow::Result<Result<Typed, String>> {
        let asked = json!({ "ticket": ticket, "kind": kind });
        let before = match self.ask("draft.get", asked).await? {
            Ok(draft) => draft["text"].as_str().unwrap_or_default().to_owned(),
            Err(said) => return Ok(Err(said)),
        };
        let fresh = self.ledger.types(self.desk, kind == "reply");
        let text = if before.is_empty() { fresh } else { format!("{before}\n{fresh}") };
        let save = json!({ "ticket": ticket, "kind": kind, "text": text });
        Ok(self.ask("draft.save", save).await?.map(|draft| {
            self.ledger.saved(&text);
            Typed { draft: draft["id"].clone(), text }
        }))
    }

    async fn say(
        &mut self,
        ticket: &Value,
        kind: &str,
        seen: &Value,
        solve: Option<Value>,
    ) -> Came {
        let Typed { draft, text } = told!(self.types(ticket, kind).await?);
        self.ledger.sent(&text, seen.as_str().unwrap_or_default());
        let send = json!({ "draft": draft, "text": text, "seen_through": seen, "solve": solve });
        let acted = told!(self.ask("draft.send", send).await?);
        self.saved(&acted, kind, "");
        Ok(format!("{kind} {text:?}"))
    }

    async fn draft(&mut self, ticket: &Value, kind: String) -> Came {
        let Typed { text, .. } = told!(self.types(ticket, &kind).await?);
        Ok(format!("draft {text:?}"))
    }

    /// A file that nobody ever had before, in the composer; it goes with the words that are sent
    /// next.
    async fn attach(&mut self, ticket: &Value, kind: String) -> Came {
        let number = self.ledger.words.len() as u64 + (self.pick >> 40);
        let bytes = format!("log {number} of desk {}\n", self.desk).repeat(40);
        let begin = json!({
            "ticket": ticket, "kind": kind, "name": "log.txt", "media_type": "text/plain",
            "size_bytes": bytes.len(),
        });
        let begun = told!(self.ask("attachment.begin", begin).await?);
        let base64 = base64::engine::general_purpose::STANDARD.encode(bytes);
        let append = json!({ "upload": begun["upload"], "base64": base64 });
        told!(self.ask("attachment.append", append).await?);
        told!(self.ask("attachment.finish", json!({ "upload": begun["upload"] })).await?);
        Ok("a file".to_owned())
    }

    /// What lies where nobody has it goes to somebody.
    async fn bulk(&mut self) -> Came {
        let who = if self.pick.is_multiple_of(2) { ("red", "ann") } else { ("blue", "ben") };
        let view = if self.pick.is_multiple_of(3) { "all" } else { "unassigned" };
        let bulk = json!({
            "selection": { "select": "all_of", "view": { "view": view }, "except": [] },
            "team": key::team(who.0), "agent": key::agent(who.1),
        });
        let done = told!(self.ask("bulk.apply", bulk).await?);
        let outbox = told!(self.ask("outbox.list", json!({})).await?);
        let written = done["operations"].as_array().cloned().unwrap_or_default();
        for item in outbox["saved"].as_array().into_iter().flatten() {
            if written.contains(&item["operation"]) {
                self.saved(item, "assign with others", "");
            }
        }
        Ok(format!("assigns {}", written.len()))
    }

    async fn discard_draft(&mut self) -> Came {
        let drafts = told!(self.ask("draft.list", json!({})).await?);
        let Some(draft) = self.one_of(&drafts) else { return Ok("no draft".to_owned()) };
        told!(self.ask("draft.discard", json!({ "draft": draft["id"] })).await?);
        self.ledger.thrown(draft["text"].as_str().unwrap_or_default());
        Ok("thrown away".to_owned())
    }

    async fn create(&mut self) -> Came {
        let text = self.ledger.types(self.desk, true);
        let create = json!({
            "requester": key::contact("ana"),
            "subject": format!("By phone {}", self.ledger.words.len()),
            "text": text, "severity": "p2", "channel": "phone",
            "team": self.some_team(),
        });
        let acted = told!(self.ask("ticket.create", create).await?);
        self.saved(&acted, "create", &text);
        self.ledger.saved(&text);
        Ok(format!("begun {text:?}"))
    }

    async fn escalate(&mut self, ticket: &Value) -> Came {
        let kind = if self.pick.is_multiple_of(3) { "consult" } else { "functional" };
        let act = json!({
            "act": "escalate", "kind": kind,
            "team": self.some_team(),
            "agent": null, "accept_within_s": 900,
            "packet": {
                "asked": "Look at the disk.", "tried": "A restart.", "found": "Nothing.",
                "next": "Replace it.", "customer_words": "It is slow.", "evidence": "",
            },
        });
        self.act(ticket, act).await
    }

    async fn answer_escalation(&mut self, ticket: &Value, opened: &Value) -> Came {
        let Some(asked) = self.one_of(&opened["escalations"]) else {
            return Ok("nobody asks".to_owned());
        };
        let escalation = &asked["id"];
        let act = match self.pick % 4 {
            0 => json!({ "act": "escalation_decline", "escalation": escalation, "reason": "No." }),
            1 => json!({ "act": "escalation_withdraw", "escalation": escalation }),
            _ => json!({ "act": "escalation_accept", "escalation": escalation }),
        };
        self.act(ticket, act).await
    }

    async fn undo(&mut self) -> Came {
        let outbox = told!(self.ask("outbox.list", json!({})).await?);
        let Some(item) = self.one_of(&outbox["saved"]) else {
            return Ok("nothing waits".to_owned());
        };
        let undone =
            told!(self.ask("outbox.undo", json!({ "operation": item["operation"] })).await?);
        let Some(operation) = id::<OperationId>(&item["operation"]) else {
            return Ok("?".to_owned());
        };
        let told = self.ledger.operations.get_mut(&operation).map(|told| {
            told.undone = true;
            told.text.clone()
        });
        if undone["draft"].is_null() {
            // A ticket that was never begun: its words go with it.
            self.ledger.thrown(&told.unwrap_or_default());
        }
        Ok("undone".to_owned())
    }

    async fn answer_need(&mut self) -> Came {
        let outbox = told!(self.ask("outbox.list", json!({})).await?);
        let Some(item) = self.one_of(&outbox["needs_you"]) else {
            return Ok("nothing needs her".to_owned());
        };
        let ticket = json!({ "ticket": item["ticket"] });
        let opened = told!(self.ask("ticket.open", ticket).await?);
        let answers = ["send_as_is", "apply_mine", "understood", "edit", "keep_theirs"];
        for n in 0..answers.len() as u64 {
            let n = usize::try_from((self.pick + n) % answers.len() as u64).unwrap_or(0);
            let answer = json!({
                "operation": item["operation"], "answer": answers[n],
                "seen_through": opened["seen_through"],
            });
            if answers[n] == "send_as_is" {
                let text = item["need"]["need"]["text"].as_str().unwrap_or_default();
                self.ledger.sent(text, opened["seen_through"].as_str().unwrap_or_default());
            }
            if self.ask("outbox.answer", answer).await?.is_ok() {
                return Ok(format!("answers {}", answers[n]));
            }
        }
        Ok("no answer fits".to_owned())
    }

    async fn search(&mut self) -> Came {
        let words = format!("words{}x", self.pick % (self.ledger.words.len() as u64).max(1));
        let search = json!({ "query": words, "offset": 0, "limit": 10 });
        told!(self.ask("search.run", search).await?);
        Ok(format!("looks for {words}"))
    }

    fn some_team(&self) -> TeamId {
        key::team(if self.pick.is_multiple_of(2) { "red" } else { "blue" })
    }

    fn one_of(&self, of: &Value) -> Option<Value> {
        let all = of.as_array().filter(|all| !all.is_empty())?;
        all.get(usize::try_from((self.pick >> 24) % all.len() as u64).ok()?).cloned()
    }

    fn saved(&mut self, acted: &Value, what: &str, text: &str) {
        let ids = (id::<OperationId>(&acted["operation"]), id::<TicketId>(&acted["ticket"]));
        if let (Some(operation), Some(ticket)) = ids {
            let told = Told {
                desk: self.desk,
                ticket,
                what: what.to_owned(),
                text: text.to_owned(),
                undone: false,
                answered_with_no: false,
            };
            self.ledger.operations.insert(operation, told);
        }
    }
}

/// Words in a composer, on the disk.
struct Typed {
    draft: Value,
    text: String,
}

fn id<T: serde::de::DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

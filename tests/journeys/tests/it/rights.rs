//! What an agent may not see is not on her disk.

use std::path::Path;

use anyhow::{Context, Result};
use holdfast_desk::ipc::error::Code;
use holdfast_journeys::{ELENA, HANNAH, LENA, Person, Seat, Server};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_leaves_her_sight_leaves_her_disk() -> Result<()> {
    let server = Server::with_sample().await?;
    let (_a, elena) = Person::at_work(&server, ELENA).await?;
    let (_b, hannah) = Person::at_work(&server, HANNAH).await?;
    hannah.without_undo().await?;
    let rows = elena.rows(json!({ "view": "unassigned" })).await?;
    let row = rows.first().context("something is unassigned")?;
    let ticket = row["ticket"].as_str().context("an id")?.to_owned();
    let directory = hannah.call("directory.get", json!({})).await?;
    let teams = directory["teams"].as_array().context("teams")?;
    let l2 = teams.iter().find(|team| team["tier"] == 2 && team["city"] == "Querétaro");
    let l2 = l2.context("the centre has a second tier")?;
    let request = json!({
        "selection": { "select": "tickets", "tickets": [ticket] },
        "team": l2["id"],
        "agent": null,
    });
    hannah.call("bulk.apply", request).await?;
    hannah.synced().await?;
    let all = json!({ "view": { "view": "all" }, "sort": "due", "offset": 0, "limit": 200 });
    let gone = |page: &Value| {
        page["rows"].as_array().is_some_and(|rows| rows.iter().all(|r| r["ticket"] != ticket))
    };
    elena.until("it leaves her lists", ("view.page", all), gone).await?;
    let code = elena.fails("ticket.open", json!({ "ticket": ticket })).await?;
    assert_eq!(code, Code::NotFound);
    let number = row["number"].as_i64().context("a number")?;
    let search = json!({ "query": format!("#{number}"), "offset": 0, "limit": 10 });
    assert_eq!(elena.call("search.run", search).await?["hits"], json!([]));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_holds_nothing_of_other_teams() -> Result<()> {
    let server = Server::with_sample().await?;
    let (_a, elena) = Person::at_work(&server, ELENA).await?;
    let (_b, lena) = Person::at_work(&server, LENA).await?;
    let theirs = lena.rows(json!({ "view": "mine" })).await?;
    for row in theirs {
        let code = elena.fails("ticket.open", json!({ "ticket": row["ticket"] })).await?;
        assert_eq!(code, Code::NotFound);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_a_wrong_passphrase_and_a_second_window_are_told_apart() -> Result<()> {
    let server = Server::with_sample().await?;
    let seat = Seat::new(&server)?;
    let person = seat.start();
    let wrong = json!({
        "server": server.url(), "login": ELENA, "password": "wrong", "passphrase": null,
    });
    assert_eq!(person.fails("session.sign_in", wrong).await?, Code::SignInFailed);
    let weak = json!({
        "server": server.url(), "login": ELENA, "password": server.password(ELENA)?,
        "passphrase": "short",
    });
    assert_eq!(person.fails("session.sign_in", weak).await?, Code::PassphraseWeak);
    let elena = seat.sign_in(&server, ELENA).await?;
    let second = seat.start();
    let profile = second.call("session.get", json!({})).await?["profiles"][0]["id"].clone();
    let unlock = json!({ "profile": profile, "passphrase": "a passphrase for journeys" });
    assert_eq!(second.fails("session.unlock", unlock).await?, Code::ProfileInUse);
    elena.quit().await;
    let guess = json!({ "profile": profile, "passphrase": "not the right one at all" });
    assert_eq!(second.fails("session.unlock", guess).await?, Code::PassphraseWrong);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_on_the_disk_is_plain_text() -> Result<()> {
    let server = Server::with_sample().await?;
    let (seat, elena) = Person::at_work(&server, ELENA).await?;
    let rows = elena.rows(json!({ "view": "mine" })).await?;
    let ticket = rows[0]["ticket"].as_str().context("an id")?;
    elena.note(ticket, "canary-7f3a-in-a-note").await?;
    elena.quit().await;
    let subject = rows[0]["subject"].as_str().context("a subject")?;
    for needle in ["canary-7f3a-in-a-note", subject] {
        assert_eq!(files_with(&seat.folder(), needle.as_bytes())?, Vec::<String>::new());
    }
    Ok(())
}

fn files_with(folder: &Path, needle: &[u8]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files_with(&path, needle)?);
        } else if std::fs::read(&path)?.windows(needle.len()).any(|window| window == needle) {
            found.push(path.display().to_string());
        }
    }
    Ok(found)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_whose_session_ended_works_on_and_signs_in_again_without_losing_anything()
-> Result<()> {
    let server = Server::with_sample().await?;
    let (_seat, elena) = Person::at_work(&server, ELENA).await?;
    elena.without_undo().await?;
    let ticket = elena.own_ticket().await?;
    let said = server.run(&["agent", "reset", ELENA]).await?;
    let password = said.split_whitespace().last().context("the new password is said once")?;
    let out = |status: &Value| status["connection"] == "sign_in_needed";
    elena.until("she is told", ("status.get", json!({})), out).await?;
    elena.note(&ticket, "written while the session was over").await?;
    let again = json!({
        "server": server.url(), "login": ELENA, "password": password, "passphrase": null,
    });
    elena.call("session.sign_in", again).await?;
    elena.synced().await?;
    let texts = holdfast_journeys::desk::words(&elena.ticket(&ticket).await?);
    let kept = texts.iter().filter(|text| *text == "written while the session was over").count();
    assert_eq!(kept, 1);
    Ok(())
}

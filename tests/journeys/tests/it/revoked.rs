//! Rights that are taken away: nothing of what they showed is left on the disk, in no page of the
//! cache, used or free.

use anyhow::Result;
use holdfast_desk::ipc::error::Code;
use holdfast_journeys::team::{CANARY, CANARY_END};
use holdfast_journeys::{Disk, ELENA, Person, Seat, Server, Team, Wire};
use serde_json::{Value, json};

/// Tickets and bytes of a team whose snapshot has more than one chunk.
const LARGE: (usize, usize) = (300, 20_000);
const SMALL: (usize, usize) = (40, 400);

fn second_chunk(path: &str) -> bool {
    path.contains("/snapshot/team:") && path.ends_with("/1")
}

async fn until_shown(person: &Person, wanted: fn(u64) -> bool) -> Result<Value> {
    let all = json!({ "view": { "view": "all" }, "sort": "due", "offset": 0, "limit": 5 });
    let fine = |page: &Value| page["total"].as_u64().is_some_and(wanted);
    person.until("so many tickets are shown", ("view.page", all), fine).await
}

fn search() -> Value {
    json!({ "query": CANARY, "offset": 0, "limit": 100 })
}

async fn found(person: &Person) -> Result<usize> {
    let hits = person.call("search.run", search()).await?["hits"].clone();
    Ok(hits.as_array().map_or(0, Vec::len))
}

/// The program ends and begins again: still nothing.
async fn nothing_is_left(seat: &Seat, disk: &Disk, kim: Person) -> Result<()> {
    disk.until_gone(CANARY_END).await?;
    assert_eq!(found(&kim).await?, 0);
    kim.quit().await;
    assert!(!disk.holds(CANARY_END)?, "nothing is left when the program has ended");
    let kim = seat.unlock().await?;
    until_shown(&kim, |total| total == 0).await?;
    assert_eq!(found(&kim).await?, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_snapshot_that_comes_after_the_rights_are_gone_leaves_nothing() -> Result<()> {
    let server = Server::with_sample().await?;
    let team = Team::found(&server, LARGE.0, LARGE.1).await?;
    let wire = Wire::to(&server).await?;
    let mut second = wire.hold(second_chunk);
    let seat = Seat::on(&wire)?;
    let kim = team.sign_in(&seat).await?;
    second.answered().await?;
    until_shown(&kim, |total| total > 0).await?;
    let disk = Disk::of(&seat)?;
    assert!(disk.holds(CANARY_END)?, "the first part is there, so the search can find it");
    team.leave(&server).await?;
    until_shown(&kim, |total| total == 0).await?;
    second.let_go();
    kim.synced().await?;
    nothing_is_left(&seat, &disk, kim).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_was_cut_and_not_granted_again_leaves_nothing() -> Result<()> {
    let mut server = Server::with_sample().await?;
    let team = Team::found(&server, LARGE.0, LARGE.1).await?;
    let wire = Wire::to(&server).await?;
    let mut second = wire.hold(second_chunk);
    let seat = Seat::on(&wire)?;
    let kim = team.sign_in(&seat).await?;
    second.answered().await?;
    until_shown(&kim, |total| total > 0).await?;
    let disk = Disk::of(&seat)?;
    // The power fails at the desk in the middle of its snapshot, and she comes back too late.
    kim.quit().await;
    second.let_go();
    assert!(disk.holds(CANARY_END)?, "what had come is there");
    server.kill().await?;
    team.leave(&server).await?;
    server.start().await?;
    let kim = seat.unlock().await?;
    kim.synced().await?;
    nothing_is_left(&seat, &disk, kim).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_that_is_taken_away_while_she_is_offline_goes_and_her_own_words_stay() -> Result<()>
{
    let mut server = Server::with_sample().await?;
    let team = Team::found(&server, SMALL.0, SMALL.1).await?;
    let seat = Seat::new(&server)?;
    let kim = team.sign_in(&seat).await?;
    kim.without_undo().await?;
    kim.synced().await?;
    let hits = |found: &Value| found["hits"].as_array().is_some_and(|hits| !hits.is_empty());
    kim.until("they are found by their words", ("search.run", search()), hits).await?;
    let page = until_shown(&kim, |total| total == SMALL.0 as u64).await?;
    let [noted, drafted] = [0, 1].map(|n| page["rows"][n]["ticket"].as_str().unwrap_or_default());
    server.kill().await?;
    kim.offline().await?;
    kim.note(noted, "a note of mine, written in the train").await?;
    let draft = json!({ "ticket": drafted, "kind": "reply", "text": "half a sentence of mine" });
    kim.call("draft.save", draft).await?;
    let disk = Disk::of(&seat)?;
    assert!(disk.holds(CANARY_END)?, "it is there, so the search can find it");
    team.leave(&server).await?;
    server.start().await?;
    kim.tries_again().await?;
    until_shown(&kim, |total| total == 0).await?;
    let settled = |outbox: &Value| outbox["saved"].as_array().is_some_and(Vec::is_empty);
    kim.until("nothing waits any more", ("outbox.list", json!({})), settled).await?;
    let mut kept = Vec::new();
    for item in kim.call("tray.list", json!({})).await?["items"].as_array().into_iter().flatten() {
        let opened = kim.call("tray.open", json!({ "key": item["key"] })).await?;
        kept.push(opened["text"].as_str().unwrap_or_default().to_owned());
    }
    kept.sort();
    assert_eq!(kept, ["a note of mine, written in the train", "half a sentence of mine"]);
    nothing_is_left(&seat, &disk, kim).await
}

#[tokio::test(flavor = "multi_thread")]
async fn words_sent_together_with_the_ticket_are_sent_and_leave_the_disk_with_it() -> Result<()> {
    let mut server = Server::with_sample().await?;
    let (seat, elena) = Person::at_work(&server, ELENA).await?;
    elena.without_undo().await?;
    let rows = elena.rows(json!({ "view": "unassigned" })).await?;
    let ticket = rows[0]["ticket"].as_str().unwrap_or_default().to_owned();
    let directory = elena.call("directory.get", json!({})).await?;
    let of_another = |team: &&Value| team["tier"] == 2 && team["city"] == "Querétaro";
    let team = directory["teams"].as_array().into_iter().flatten().find(of_another);
    let team = team.map(|team| team["id"].clone());
    server.kill().await?;
    elena.offline().await?;
    elena.note(&ticket, &format!("look at the {CANARY}")).await?;
    let away = json!({
        "selection": { "select": "tickets", "tickets": [ticket] }, "team": team, "agent": null,
    });
    elena.call("bulk.apply", away).await?;
    let disk = Disk::of(&seat)?;
    assert!(disk.holds(CANARY)?, "it waits, so the search can find it");
    server.start().await?;
    elena.tries_again().await?;
    elena.synced().await?;
    assert_eq!(elena.fails("ticket.open", json!({ "ticket": ticket })).await?, Code::NotFound);
    let tray = elena.call("tray.list", json!({})).await?;
    assert_eq!(tray["items"], json!([]), "they were sent");
    disk.until_gone(CANARY_END).await
}

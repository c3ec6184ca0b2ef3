//! A right is given while work goes on.

use anyhow::Result;
use holdfast_journeys::desk::words;
use holdfast_journeys::{ELENA, LENA, Person, Seat, Server};
use serde_json::{Value, json};

const LOGIN: &str = "noor.haddad@holdfast.example";
const OWN: &str = "enterprise-l1";
const OTHER: &str = "emea-l1";

/// Noor works in these teams.
async fn works_in(server: &Server, teams: &[&str]) -> Result<()> {
    let noor = json!({ "agent": {
        "key": "noor-haddad", "name": "Noor Haddad", "login": LOGIN, "role": "agent",
        "teams": teams, "languages": ["en"],
    }});
    server.import(&[noor]).await
}

async fn all(person: &Person) -> Result<Value> {
    let page = json!({ "view": { "view": "all" }, "sort": "due", "offset": 0, "limit": 1 });
    Ok(person.call("view.page", page).await?["total"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_granted_in_mid_work_is_whole_although_its_snapshot_is_older_than_the_cursor()
-> Result<()> {
    let server = Server::with_sample().await?;
    works_in(&server, &[OWN]).await?;
    let password = server.reset(LOGIN).await?;
    // The other team's snapshot is built for her, and shared for ten minutes.
    let (_a, lena) = Person::at_work(&server, LENA).await?;
    let (_b, elena) = Person::at_work(&server, ELENA).await?;
    let seat = Seat::new(&server)?;
    let noor = seat.sign_in_with(LOGIN, &password).await?;
    noor.synced().await?;
    for person in [&lena, &elena, &noor] {
        person.without_undo().await?;
    }
    let (theirs, ours) = (lena.own_ticket().await?, elena.own_ticket().await?);
    // Nobody tells Noor of the first, and her cursor passes it with the second.
    lena.note(&theirs, "after the snapshot, before the grant").await?;
    lena.synced().await?;
    elena.note(&ours, "her cursor moves").await?;
    let request = ("ticket.open", json!({ "ticket": ours }));
    let read = |ticket: &Value| words(ticket).iter().any(|text| text == "her cursor moves");
    noor.until("her cursor has moved", request, read).await?;
    let late: Vec<String> = (0..20).map(|n| format!("while it is granted, {n}")).collect();
    let grant = works_in(&server, &[OWN, OTHER]);
    let work = async {
        for text in &late {
            lena.note(&theirs, text).await?;
            noor.note(&ours, text).await?;
        }
        anyhow::Ok(())
    };
    let (granted, worked) = tokio::join!(grant, work);
    granted.and(worked)?;
    let there = json!({ "view": { "view": "all" }, "sort": "due", "offset": 0, "limit": 200 });
    let shown = |page: &Value| {
        page["rows"].as_array().is_some_and(|rows| rows.iter().any(|r| r["ticket"] == theirs))
    };
    noor.until("the team is hers", ("view.page", there), shown).await?;
    lena.synced().await?;
    noor.synced().await?;
    let whole = |ticket: &Value| {
        let words = words(ticket);
        let once = |text: &str| words.iter().filter(|words| *words == text).count() == 1;
        once("after the snapshot, before the grant") && late.iter().all(|text| once(text))
    };
    let request = ("ticket.open", json!({ "ticket": theirs }));
    noor.until("every word, once", request, whole).await?;
    let another = Seat::new(&server)?;
    let fresh = another.sign_in_with(LOGIN, &password).await?;
    fresh.synced().await?;
    assert_eq!(all(&noor).await?, all(&fresh).await?, "as if it had always been hers");
    Ok(())
}

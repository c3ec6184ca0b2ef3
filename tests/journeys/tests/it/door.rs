//! Who gets in at the start, and who is asked first.

use anyhow::{Result, bail};
use holdfast_journeys::{ELENA, Person, Server};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_tried_at_the_start_unless_its_owner_closed_it_on_purpose() -> Result<()> {
    let server = Server::with_sample().await?;
    let (seat, elena) = Person::at_work(&server, ELENA).await?;
    elena.quit().await;
    let again = seat.start();
    again.resume().await;
    let shut = again.call("session.get", json!({})).await?;
    assert_eq!(shut["state"], "signed_out");
    assert_eq!(shut["shut"]["code"], "passphrase_needed", "no keyring has the key, and it is said");
    again.quit().await;
    let elena = seat.unlock().await?;
    elena.call("session.lock", json!({})).await?;
    elena.quit().await;
    let next = seat.start();
    next.resume().await;
    let left = next.call("session.get", json!({})).await?;
    assert_eq!(left["shut"], Value::Null, "she locked it: nobody tries");
    assert_eq!(left["profiles"].as_array().map(Vec::len), Some(1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_is_killed_while_it_is_being_locked_stays_locked() -> Result<()> {
    let server = Server::with_sample().await?;
    let (seat, elena) = Person::at_work(&server, ELENA).await?;
    tokio::select! {
        biased;
        locked = elena.call("session.lock", json!({})) => bail!("in no time: {locked:?}"),
        // The lock goes no further: the program ends while it waits for its disk.
        () = std::future::ready(()) => {}
    }
    drop(elena);
    let next = seat.start();
    next.resume().await;
    let left = next.call("session.get", json!({})).await?;
    assert_eq!(left["shut"], Value::Null, "nobody tries to open it");
    Ok(())
}

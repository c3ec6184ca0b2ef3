//! Sample customers who answer: for `cargo xtask run --live`.
//!
//! They read our replies where every channel reads them (`GET /v1/deliveries`), think for a
//! moment, and write back in the language they were written to (`POST /v1/intake`). Deliberately
//! absent: any way around the channels, and any sense beyond politeness.

mod answers;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use holdfast_protocol::intake::{Delivery, Intake};

/// How often they look.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long they think at least; up to as long again on top.
const THINK_S: u64 = 12;
/// Replies that are being answered at a time; more wait for the next look.
const THINKING_MAX: usize = 32;

#[derive(Parser)]
struct Flags {
    /// The server's address
    #[arg(long)]
    server: String,
    /// The token of the customers' channel
    #[arg(long, env = "HOLDFAST_CHANNEL_TOKEN", hide_env_values = true)]
    channel_token: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().init();
    let installed = rustls::crypto::aws_lc_rs::default_provider().install_default();
    if installed.is_err() {
        tracing::warn!("another TLS provider was there first");
    }
    match live(Flags::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("the sample customers have left: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Answers until the process is stopped. What was written before they came is left alone.
async fn live(flags: Flags) -> Result<()> {
    let channel = Channel { web: reqwest::Client::new(), flags: std::sync::Arc::new(flags) };
    let mut position = 0;
    loop {
        let page = channel.deliveries(position).await?;
        let Some(last) = page.last() else { break };
        position = last.position;
    }
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        // A server that is down is what the desk is tried with: look again later.
        let Ok(page) = channel.deliveries(position).await else { continue };
        let mut thinking = tokio::task::JoinSet::new();
        for delivery in page.into_iter().take(THINKING_MAX) {
            position = delivery.position;
            thinking.spawn(channel.clone().answer(delivery));
        }
        while let Some(done) = thinking.join_next().await {
            if let Ok(Err(error)) = done {
                tracing::warn!("a customer could not answer: {error:#}");
            }
        }
    }
}

#[derive(Clone)]
struct Channel {
    web: reqwest::Client,
    flags: std::sync::Arc<Flags>,
}

impl Channel {
    async fn deliveries(&self, after: i64) -> Result<Vec<Delivery>> {
        let url = format!("{}/v1/deliveries?after={after}", self.flags.server);
        let answer = self.web.get(url).bearer_auth(&self.flags.channel_token).send().await?;
        answer.error_for_status()?.json().await.context("deliveries")
    }

    async fn answer(self, delivery: Delivery) -> Result<()> {
        let chance = delivery.message.bytes()[15];
        let think_s = THINK_S + u64::from(chance) * THINK_S / 255;
        tokio::time::sleep(Duration::from_secs(think_s)).await;
        let language = holdfast_search::detect(&delivery.text);
        let text = answers::pick(language.map_or("en", |language| language.tag()), chance);
        let intake = Intake {
            external_id: format!("answer to {}", delivery.message),
            contact: delivery.contact,
            ticket: Some(delivery.ticket),
            subject: None,
            text: text.to_owned(),
            severity: None,
        };
        let url = format!("{}/v1/intake", self.flags.server);
        let request = self.web.post(url).bearer_auth(&self.flags.channel_token).json(&intake);
        let answer = request.send().await?;
        ensure!(answer.status().is_success(), "intake answered {}", answer.status());
        Ok(())
    }
}

//! List: ways in which a loss could come about, each as one change of the source.
//!
//! A change is a text that stands exactly once in its file, and what stands there instead. A test
//! holds the list against the source, so whoever changes such a place changes the list with it.

/// One deliberate mistake.
pub struct Mutation {
    /// What goes wrong, in words.
    pub name: &'static str,
    /// Where, from the root of the repository.
    pub file: &'static str,
    /// What stands there.
    pub right: &'static str,
    /// What stands there instead.
    pub wrong: &'static str,
}

const TAKE: &str = "crates/desk/src/sync/take.rs";
const FOLLOW: &str = "crates/sync-engine/src/engine/follow.rs";
const SETTLE: &str = "crates/server/src/sync/settle.rs";
const PUSH: &str = "crates/server/src/sync/push.rs";

/// All of them.
pub const MUTATIONS: &[Mutation] = &[
    Mutation {
        name: "the cursor moves before what it stands for is on the disk",
        file: TAKE,
        right: "        let mut tx = context.cache.write(WritePriority::Bulk).await?;
        let mut touched = Touched::default();
        for commit in taking.commits {
",
        wrong: "        if taking.moves_cursor {
            let mut early = context.cache.write(WritePriority::Bulk).await?;
            table::sync::set_cursor(&mut early, taking.to).await?;
            early.commit().await?;
        }
        let mut tx = context.cache.write(WritePriority::Bulk).await?;
        let mut touched = Touched::default();
        for commit in taking.commits {
",
    },
    Mutation {
        name: "an operation is settled by the answer to its push",
        file: "crates/desk/src/sync/perform.rs",
        right: "    Ok(Event::PushAnswered(answer))
",
        wrong: "    let mut tx = context.cache.write(WritePriority::Agent).await.map_err(disk)?;
    for settled in &answer.settled {
        let outcome = settled.outcome.as_ref();
        table::operation::settle(&mut tx, settled.id, outcome, settled.seq).await.map_err(disk)?;
    }
    tx.commit().await.map_err(disk)?;
    Ok(Event::PushAnswered(answer))
",
    },
    Mutation {
        name: "the outcome is not stored with what it did",
        file: SETTLE,
        right: "    writing.commit.settle(new.clone());
",
        wrong: "",
    },
    Mutation {
        name: "what waits is not played again when rows come",
        file: TAKE,
        right: "            touched.replay.extend(applied.replay);
        }
        forget_accepted",
        wrong: "        }
        forget_accepted",
    },
    Mutation {
        name: "a refusal does not use up its number",
        file: PUSH,
        right: "                last = new.number;
",
        wrong: "                use holdfast_domain::Outcome;
                if matches!(new.verdict.outcome()?, None | Some(Outcome::Accepted)) {
                    last = new.number;
                }
",
    },
    Mutation {
        name: "streams are told before it is committed",
        file: "crates/server/src/sync/write.rs",
        right: "        self.core.outside.probe(Step::Committing)?;
        self.tx.commit().await?;
        if self.durability == Durability::Power && !self.sealed.is_empty() {
            // What changes nothing touches no disk, and says nothing about it.
            self.core.written();
        }
        self.core.outside.probe(Step::Committed(self.durability))?;
        let directory = self.directory_changed.then(|| {
            let Directory { agents, teams, .. } = self.directory;
            Arc::new(Directory { agents, teams, ..Directory::default() })
        });
        self.core.publish(directory, self.sealed);
",
        wrong: "        let directory = self.directory_changed.then(|| {
            let Directory { agents, teams, .. } = self.directory;
            Arc::new(Directory { agents, teams, ..Directory::default() })
        });
        self.core.publish(directory, self.sealed);
        self.core.outside.probe(Step::Committing)?;
        self.tx.commit().await?;
        self.core.outside.probe(Step::Committed(self.durability))?;
",
    },
    Mutation {
        name: "a commit of the server is not synced",
        file: PUSH,
        right: "core.write(Durability::Power)",
        wrong: "core.write(Durability::Process)",
    },
    Mutation {
        name: "words that are purged stay in the index",
        file: "crates/cache/src/purge.rs",
        right: "        search::forget_texts(tx, &gone).await?;
        erased",
        wrong: "        erased",
    },
    Mutation {
        name: "words at a place that was given away stay in the index",
        file: "crates/cache/src/batch.rs",
        right:
            "        messages.chain(notes).chain(self.events.iter().map(|row| row.key)).collect()
",
        wrong: "        messages.chain(notes.take(0)).collect()
",
    },
    Mutation {
        name: "the sequence is taken before anything is decided",
        file: "crates/server/src/sync/write.rs",
        right: "        let tx = self.db.write(durability).await?;
        Ok(Writing {
",
        wrong: "        let mut early = self.db.write(durability).await?;
        crate::store::meta::take_seq(&mut early).await?;
        early.commit().await?;
        let tx = self.db.write(durability).await?;
        Ok(Writing {
",
    },
    Mutation {
        name: "what the server says of its digest is believed, and nothing is fetched",
        file: "crates/desk/src/sync/perform.rs",
        right: "            DigestAnswer::Equal if asked == 0 => {
",
        wrong: "            DigestAnswer::Equal
            | DigestAnswer::Listed { .. }
            | DigestAnswer::Differs { .. }
                if asked == 0 =>
            {
",
    },
    Mutation {
        name: "a ticket that changes is counted twice in the digest",
        file: "crates/cache/src/batch.rs",
        right: "                places.leave((old.key, row.id), old.version, &old.scopes);
",
        wrong: "",
    },
    Mutation {
        name: "a restored server is not pushed what it has forgotten",
        file: TAKE,
        right: "renumber_all(&mut tx, had_one.then_some(0))",
        wrong: "renumber_all(&mut tx, had_one.then_some(i64::MAX))",
    },
    Mutation {
        name: "a copied desk gets the outcome of the other",
        file: SETTLE,
        right: "if stored.operation == incoming.id.0 && stored.digest == incoming.digest",
        wrong: "if !stored.digest.is_empty()",
    },
    Mutation {
        name: "an operation that is known is decided again",
        file: SETTLE,
        right: "    let verdict = match known(writing, incoming, agent).await? {
        Some(verdict) => verdict,
",
        wrong: "    let verdict = match known(writing, incoming, agent).await?.filter(|_| false) {
        Some(verdict) => verdict,
",
    },
    Mutation {
        name: "a claim takes from whoever has it",
        file: "crates/domain/src/decide/hands.rs",
        right: "        Some(by) => return Err(Refusal::AlreadyTaken { by }.into()),
",
        wrong: "        Some(_) => {}
",
    },
    Mutation {
        name: "saved is said although the disk refused",
        file: "crates/cache/src/pool.rs",
        right: "            Ok(()) => tx.commit().await.map_err(CacheError::from),
            Err(error) => Err(error),
",
        wrong: "            Ok(()) => tx.commit().await.map_err(CacheError::from),
            Err(_) => Ok(()),
",
    },
    Mutation {
        name: "a frame that skips is taken",
        file: FOLLOW,
        right: "        if first.prev != cursor {
",
        wrong: "        if first.prev < 0 {
",
    },
    Mutation {
        name: "silence is taken for peace",
        file: FOLLOW,
        right: "if later(heard_at, SILENCE_S * 1_000) <= now",
        wrong: "if later(heard_at, SILENCE_S * 1_000_000) <= now",
    },
    Mutation {
        name: "what is not for her any more stays on her disk",
        file: TAKE,
        right: "erase::begin(&mut tx, ticket, commit.seq, context.now()).await?;",
        wrong: "let _stays = ticket;",
    },
    Mutation {
        name: "words that were refused are not given back",
        file: TAKE,
        right: "        false => table::draft::State::Returned,
",
        wrong: "        false => table::draft::State::Sent,
",
    },
    Mutation {
        name: "what was told under former rights is taken",
        file: "crates/sync-engine/src/engine/link.rs",
        right: "            self.follow.distrust();
",
        wrong: "",
    },
    Mutation {
        name: "what was told under rights that no hello told of is taken",
        file: FOLLOW,
        right: "        let known = *rights == self.rights;
",
        wrong: "        let known = *rights == self.rights || true;
",
    },
    Mutation {
        name: "what she lost stays away when it is given back",
        file: "crates/cache/src/table/scope.rs",
        right: "SELECT $1, s.key, $2 FROM scope s WHERE s.held = 1
",
        wrong: "SELECT $1, s.key, $2 FROM scope s WHERE s.held < 2
",
    },
    Mutation {
        name: "what leaves with its ticket is not kept for a restored server",
        file: "crates/cache/src/table/escrow.rs",
        right: "    for stored in leaving {
",
        wrong: "    for stored in &leaving[..0] {
",
    },
    Mutation {
        name: "what lies in escrow is brought to nobody",
        file: "crates/desk/src/sync/escrow.rs",
        right: "    for body in bodies(all) {
",
        wrong: "    for body in bodies(all).into_iter().take(0) {
",
    },
    Mutation {
        name: "a reply goes out although the customer has written again",
        file: "crates/domain/src/decide/words.rs",
        right: "        Some(last) if seen_through != Some(last.message) => {
",
        wrong: "        Some(last) if seen_through.is_none() => {
",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root;

    #[test]
    fn every_mutation_still_changes_one_place() {
        assert!(MUTATIONS.len() >= 12);
        for Mutation { name, file, right, wrong } in MUTATIONS {
            let text = std::fs::read_to_string(root::dir().join(file)).expect(file);
            assert_eq!(text.matches(right).count(), 1, "{name}: {file}");
            assert_ne!(right, wrong, "{name}");
        }
    }
}

//! Link: greeting, tokens, beginning anew, resting, and what follows from a failure.

use holdfast_protocol::hello::{Hello, Rights, Scope, Welcome};
use jiff::Timestamp;

use super::{Engine, Phase, Writing};
use crate::action::{Action, Renewal};
use crate::backoff::much_later;
use crate::event::Call;
use crate::plan;
use crate::trouble::{Consequence, Trouble};

impl Engine {
    pub(super) fn wake(&mut self, out: &mut Vec<Action>) {
        self.rest.wake();
        self.setting_rest.wake();
        self.fetch.rest.wake();
        self.follow.wake();
        self.push.wake();
        if let Phase::Resting | Phase::Away | Phase::Following = self.phase {
            self.greet(out);
        }
    }

    pub(super) fn greet(&mut self, out: &mut Vec<Action>) {
        self.ask_again = None;
        self.phase = Phase::Greeting;
        self.ask(Call::Hello, Action::Hello, out);
    }

    pub(super) fn welcome(
        &mut self,
        said: &Hello,
        welcome: Welcome,
        now: Timestamp,
        out: &mut Vec<Action>,
    ) {
        if self.phase != Phase::Greeting {
            return;
        }
        (self.reachable, self.asking) = (true, false);
        self.troubles.remove(&Call::Hello);
        if let Some(renewal) = self.renewal_after(said, &welcome) {
            return self.renew(renewal, out);
        }
        self.note_head(welcome.head, now);
        self.granted_at = welcome.head;
        let granted = plan::scopes(&self.scopes, &welcome.scopes).granted;
        let known = self.scopes.keys().eq(&granted) && self.is_free(Call::SetScopes);
        self.granted = (!known).then_some(granted);
        let rights = Rights::of(&welcome.scopes);
        if std::mem::replace(&mut self.rights, rights) != self.rights {
            self.follow.distrust();
        }
        self.push.welcome(said.last_number, welcome.last_number, &welcome.limits);
        self.push.understand(welcome.operations);
        self.compare.heal();
        self.phase = Phase::Following;
    }

    /// Whether the two must begin anew before they can talk.
    fn renewal_after(&self, said: &Hello, welcome: &Welcome) -> Option<Renewal> {
        if said.epoch != Some(welcome.epoch) {
            return Some(Renewal::Epoch(welcome.epoch));
        }
        // The server settled numbers that this disk has not given: a copy of it has.
        if said.last_number < welcome.last_number {
            return Some(Renewal::Desk);
        }
        (self.has_cursor && self.cursor < welcome.horizon).then_some(Renewal::Horizon)
    }

    pub(super) fn renew(&mut self, renewal: Renewal, out: &mut Vec<Action>) {
        self.close_stream(out);
        self.phase = Phase::Renewing(renewal);
    }

    pub(super) fn renewed(&mut self, now: Timestamp, out: &mut Vec<Action>) {
        // It is on the disk, whatever happened meanwhile.
        let Some(renewal) = self.renewal.take() else {
            return;
        };
        if let Renewal::Epoch(epoch) = renewal {
            self.epoch = Some(epoch);
            (self.cursor, self.head) = (0, 0);
        }
        if let Renewal::Epoch(_) | Renewal::Horizon = renewal {
            self.has_cursor = false;
            self.scopes.values_mut().for_each(|complete| *complete = false);
            self.fetch.drop_all();
            self.follow.drop_all();
        }
        self.push.forget_answers();
        if !self.is_renewing() {
            return;
        }
        // A server that asks for this again and again is met with longer and longer rests.
        let first = self.rest.until().is_none();
        self.rest.fail(now, None, &mut self.luck);
        if first {
            self.greet(out);
        } else {
            self.phase = Phase::Resting;
        }
    }

    fn is_renewing(&self) -> bool {
        matches!(self.phase, Phase::Renewing(_))
    }

    pub(super) fn refreshed(&mut self, out: &mut Vec<Action>) {
        if self.phase == Phase::Refreshing {
            self.troubles.remove(&Call::RefreshToken);
            self.greet(out);
        }
    }

    /// What the agent may not hold any more leaves before anything else is fetched.
    pub(super) fn go_on_with_scopes(&mut self, now: Timestamp, out: &mut Vec<Action>) {
        let Some(granted) = &self.granted else { return };
        if self.nothing_is_written() && self.setting_rest.is_over(now) {
            let granted = granted.clone();
            self.writing = Some(Writing::Scope);
            self.setting.clone_from(&granted);
            self.ask(Call::SetScopes, Action::SetScopes(granted), out);
        }
    }

    pub(super) fn scopes_set(&mut self, now: Timestamp) {
        self.writing = None;
        self.setting_rest.succeed();
        // Nothing was asked for meanwhile.
        self.follow.note_distance(false, now);
        self.troubles.remove(&Call::SetScopes);
        let granted = std::mem::take(&mut self.setting);
        if self.granted.as_ref() == Some(&granted) {
            self.granted = None;
        }
        let complete = |scope: &Scope| self.scopes.get(scope).copied().unwrap_or(false);
        self.scopes = granted.iter().map(|scope| (scope.clone(), complete(scope))).collect();
        self.fetch.keep_only(&granted);
        self.compare.keep_only(&granted);
    }

    pub(super) fn failed(
        &mut self,
        call: Call,
        trouble: &Trouble,
        now: Timestamp,
        out: &mut Vec<Action>,
    ) {
        let consequence = self.consequence(call, trouble);
        let late = call == Call::Hello && self.phase == Phase::Away;
        if late && !matches!(consequence, Consequence::Away) {
            // A greeting of before. Why she must do something stands; that it is late does not.
            return;
        }
        self.troubles.insert(call, trouble.code());
        self.end_call(call, trouble, now);
        match consequence {
            Consequence::Rest => self.go_to_rest(call, trouble, now, out),
            Consequence::Greet if self.is_renewing() && call != Call::Renew => {}
            Consequence::Greet => self.rest_before_greeting(trouble, now, out),
            Consequence::Refresh => self.refresh(out),
            Consequence::Away => self.go_away(call, trouble, now, out),
            Consequence::Renew => self.renew(Renewal::Desk, out),
            Consequence::Wait => {}
        }
    }

    /// Without a hello, a token or a renewed disk nothing else can go on.
    fn consequence(&self, call: Call, trouble: &Trouble) -> Consequence {
        match (call, trouble.consequence()) {
            (Call::RefreshToken, Consequence::Refresh | Consequence::Greet) => Consequence::Away,
            // A scope that is not there may have been taken away.
            (Call::FetchManifest, _) if *trouble == Trouble::NotFound => Consequence::Greet,
            (Call::Hello | Call::RefreshToken | Call::Renew, Consequence::Wait) => {
                Consequence::Greet
            }
            (_, consequence) => consequence,
        }
    }

    /// The call is over; what it was for waits a little if that is all there is to it.
    fn end_call(&mut self, call: Call, trouble: &Trouble, now: Timestamp) {
        match call {
            Call::Hello | Call::RefreshToken | Call::Renew => {}
            Call::FetchManifest | Call::FetchChunk | Call::TakeChunk => {
                self.fetch.failed(trouble, now, &mut self.luck);
            }
            Call::SetScopes => {
                self.writing = None;
                self.setting_rest.fail(now, trouble.retry_after_s(), &mut self.luck);
            }
            Call::BeginScope | Call::FinishScope => {
                self.writing = None;
                self.fetch.failed(trouble, now, &mut self.luck);
            }
            Call::TakeRows => {
                self.writing = None;
                self.follow.failed(call, trouble, now, &mut self.luck);
            }
            Call::Pull | Call::OpenStream => {
                if call == Call::Pull && *trouble == Trouble::Horizon {
                    self.fetch.gap_is_gone(now, &mut self.luck);
                }
                self.follow.failed(call, trouble, now, &mut self.luck);
            }
            Call::ReadOutbox | Call::NumberAndPush => {
                self.push.failed(trouble, now, &mut self.luck);
            }
            Call::Digest | Call::Refetch => self.compare.failed(now),
        }
    }

    /// The way to the server is broken. A late failure of an earlier call changes nothing.
    pub(super) fn go_to_rest(
        &mut self,
        call: Call,
        trouble: &Trouble,
        now: Timestamp,
        out: &mut Vec<Action>,
    ) {
        self.troubles.remove(&call);
        if matches!(self.phase, Phase::Resting | Phase::Away | Phase::Renewing(_)) {
            return;
        }
        self.troubles.insert(Call::Hello, trouble.code());
        self.reachable = false;
        self.rest_before_greeting(trouble, now, out);
    }

    fn rest_before_greeting(&mut self, trouble: &Trouble, now: Timestamp, out: &mut Vec<Action>) {
        if matches!(self.phase, Phase::Resting | Phase::Away) {
            return;
        }
        self.close_stream(out);
        self.asking = false;
        self.rest.fail(now, trouble.retry_after_s(), &mut self.luck);
        self.phase = Phase::Resting;
    }

    fn refresh(&mut self, out: &mut Vec<Action>) {
        if matches!(self.phase, Phase::Greeting | Phase::Following) {
            self.close_stream(out);
            self.phase = Phase::Refreshing;
            self.ask(Call::RefreshToken, Action::RefreshToken, out);
        }
    }

    fn go_away(&mut self, call: Call, trouble: &Trouble, now: Timestamp, out: &mut Vec<Action>) {
        self.troubles.remove(&call);
        self.troubles.insert(Call::Hello, trouble.code());
        self.reachable = false;
        self.close_stream(out);
        // An upgrade is made at the server or behind the desk, and nobody comes here to say so.
        let upgrade = matches!(trouble, Trouble::DeskTooOld | Trouble::DeskTooNew);
        self.ask_again = upgrade.then(|| much_later(now, &mut self.luck));
        self.asking = false;
        self.phase = Phase::Away;
    }
}

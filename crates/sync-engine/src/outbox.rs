//! Outbox: which operations go with the next push, decided from a list of what waits.
//!
//! One line per ticket: an operation that may not go yet (its undo window is open, the server does
//! not know its kind, something it builds on stays behind) holds back what was written after it on
//! the same ticket, and nothing else. What has a number goes again before anything gets one.

use std::collections::BTreeSet;

use holdfast_domain::{OperationId, TicketId};
use jiff::Timestamp;

/// An operation that is not settled, as far as sending is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub id: OperationId,
    /// What it changes.
    pub ticket: TicketId,
    /// Its number, once its first push began.
    pub number: Option<i64>,
    /// `name@version`
    pub name: String,
    /// Operations it builds on.
    pub needs: Vec<OperationId>,
    /// Not numbered before: its author may still undo it. On the engine's line of time.
    pub release_at: Timestamp,
    /// Size of its serialised form.
    pub bytes: usize,
}

/// What a push may hold, and what the server said of this desk.
#[derive(Clone, Debug)]
pub(crate) struct Terms<'a> {
    pub(crate) understood: &'a BTreeSet<String>,
    /// Settled on the server already: they wait for the cursor only.
    pub(crate) answered: &'a BTreeSet<OperationId>,
    pub(crate) operations_max: usize,
    pub(crate) bytes_max: usize,
    pub(crate) now: Timestamp,
}

/// What to do next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    /// To push, numbered ones first.
    pub(crate) push: Vec<OperationId>,
    /// When the next undo window closes.
    pub(crate) release_at: Option<Timestamp>,
    /// A numbered operation is of a kind that the server does not take, and all later numbers
    /// would wait for it.
    pub(crate) number_in_the_way: bool,
}

/// Chooses from what waits, given in order of position.
pub(crate) fn choose(waiting: &[Waiting], terms: &Terms<'_>) -> Choice {
    let mut choice = Choice::default();
    let (operations, bytes) = (terms.operations_max, terms.bytes_max);
    let mut room = Room { operations, bytes, taken: false };
    let mut numbered: Vec<(i64, &Waiting)> = waiting
        .iter()
        .filter(|one| !terms.answered.contains(&one.id))
        .filter_map(|one| one.number.map(|number| (number, one)))
        .collect();
    numbered.sort_by_key(|(number, _)| *number);
    for (_, one) in numbered {
        if !terms.understood.contains(&one.name) {
            return Choice { number_in_the_way: true, ..Choice::default() };
        }
        if !room.take(one) {
            return choice;
        }
        choice.push.push(one.id);
    }
    choose_new(waiting, terms, room, &mut choice);
    choice
}

fn choose_new(waiting: &[Waiting], terms: &Terms<'_>, mut room: Room, choice: &mut Choice) {
    let mut tickets: BTreeSet<TicketId> = BTreeSet::new();
    let mut behind: BTreeSet<OperationId> = BTreeSet::new();
    for one in waiting.iter().filter(|one| one.number.is_none()) {
        let released = one.release_at <= terms.now;
        if !released {
            let next = choice.release_at.map_or(one.release_at, |at| at.min(one.release_at));
            choice.release_at = Some(next);
        }
        let free = released
            && terms.understood.contains(&one.name)
            && !tickets.contains(&one.ticket)
            && one.needs.iter().all(|need| !behind.contains(need));
        if free && room.take(one) {
            choice.push.push(one.id);
        } else {
            tickets.insert(one.ticket);
            behind.insert(one.id);
        }
    }
}

/// What still fits.
struct Room {
    operations: usize,
    bytes: usize,
    taken: bool,
}

impl Room {
    /// The first always fits, whatever the server says of itself: a long one goes alone.
    fn take(&mut self, one: &Waiting) -> bool {
        if self.operations == 0 || (one.bytes > self.bytes && self.taken) {
            self.operations = 0;
            return false;
        }
        self.operations -= 1;
        self.bytes = self.bytes.saturating_sub(one.bytes);
        self.taken = true;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(n: u128) -> OperationId {
        OperationId(Uuid::from_u128(n))
    }

    fn at(s: i64) -> Timestamp {
        Timestamp::from_second(s).expect("a small number of seconds")
    }

    fn written(n: u128, ticket: u128) -> Waiting {
        Waiting {
            id: id(n),
            ticket: TicketId(Uuid::from_u128(ticket)),
            number: None,
            name: "note@1".into(),
            needs: Vec::new(),
            release_at: at(0),
            bytes: 100,
        }
    }

    fn chosen_with(waiting: &[Waiting], operations_max: usize, bytes_max: usize) -> Choice {
        let understood = BTreeSet::from(["note@1".to_owned(), "reply@1".to_owned()]);
        let answered = BTreeSet::from([id(900)]);
        let (answered, now) = (&answered, at(10));
        let understood = &understood;
        choose(waiting, &Terms { understood, answered, operations_max, bytes_max, now })
    }

    fn chosen(waiting: &[Waiting]) -> Choice {
        chosen_with(waiting, 100, 100_000)
    }

    #[test]
    fn an_operation_in_its_undo_window_holds_back_its_ticket_and_no_other() {
        let waiting = [
            Waiting { release_at: at(15), ..written(1, 1) },
            written(2, 1),
            written(3, 2),
            Waiting { release_at: at(12), ..written(4, 3) },
        ];
        let choice = chosen(&waiting);
        assert_eq!(choice.push, [id(3)]);
        assert_eq!(choice.release_at, Some(at(12)));
    }

    #[test]
    fn a_kind_the_server_does_not_know_holds_back_its_ticket_and_no_other() {
        let strange = Waiting { name: "telepathy@1".into(), ..written(1, 1) };
        assert_eq!(chosen(&[strange, written(2, 1), written(3, 2)]).push, [id(3)]);
    }

    #[test]
    fn what_builds_on_something_that_stays_behind_stays_behind() {
        let waiting = [
            Waiting { release_at: at(15), ..written(1, 1) },
            Waiting { needs: vec![id(1)], ..written(2, 2) },
            Waiting { needs: vec![id(77)], ..written(3, 3) },
        ];
        assert_eq!(chosen(&waiting).push, [id(3)], "a need that is settled is no hindrance");
    }

    #[test]
    fn what_has_a_number_goes_first_in_order_of_numbers() {
        let waiting = [
            written(1, 1),
            Waiting { number: Some(9), release_at: at(99), ..written(2, 2) },
            Waiting { number: Some(8), ..written(3, 3) },
            Waiting { number: Some(7), ..written(900, 4) },
        ];
        assert_eq!(chosen(&waiting).push, [id(3), id(2), id(1)], "answered ones wait silently");
    }

    #[test]
    fn a_numbered_kind_the_server_forgot_must_give_its_number_back() {
        let strange = Waiting { name: "telepathy@1".into(), number: Some(4), ..written(1, 1) };
        let choice = chosen(&[strange, written(2, 2)]);
        assert_eq!((choice.push, choice.number_in_the_way), (vec![], true));
    }

    #[test]
    fn a_push_keeps_to_its_bounds_and_to_the_order() {
        let waiting: Vec<Waiting> = (0..10).map(|n| written(n, n)).collect();
        assert_eq!(chosen_with(&waiting, 3, 100_000).push, [id(0), id(1), id(2)]);
        assert_eq!(chosen_with(&waiting, 100, 250).push, [id(0), id(1)]);
        assert_eq!(chosen_with(&waiting, 100, 10).push, [id(0)], "a long one goes alone");
    }
}

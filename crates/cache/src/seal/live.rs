//! Live: what the second copy is to keep at a moment: her operations that wait, her drafts, what
//! lies in her tray, and which files the server is still to get from here.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::{DraftId, OperationId};
use serde::{Deserialize, Serialize};

use crate::table::blob::Copied;
use crate::table::draft::Draft;
use crate::table::operation::Kept;
use crate::table::tray;

/// One change of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Record {
    /// An operation waits.
    Kept(Box<Kept>),
    /// It does not wait any more: the server has said what became of it.
    Gone(OperationId),
    /// Its author has taken it back.
    TakenBack(OperationId),
    /// A draft that its author has not ended, as it stands.
    Draft(Box<Draft>),
    /// It was ended, or is elsewhere.
    DraftGone(DraftId),
    /// It lies in the tray.
    Tray(i64, Box<tray::Sealed>),
    /// Its author has thrown it away.
    TrayGone(i64),
    /// The server is to get it from here, or words that are not settled name it.
    File(Box<Copied>),
    /// Neither is so any more.
    FileGone(String),
    /// So many records of an earlier copy could not be read, and its author was not told yet.
    Lost(usize),
    /// Its author has seen what became of it, and answered.
    Answered(OperationId),
    /// Something else became of it: she is asked anew.
    Asked(OperationId),
}

/// Everything that stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Live {
    pub(crate) operations: BTreeMap<OperationId, Kept>,
    pub(crate) drafts: BTreeMap<DraftId, Draft>,
    pub(crate) tray: BTreeMap<i64, tray::Sealed>,
    /// By their hash. Their bytes stand in files of their own ([`super::Bytes`]).
    pub(crate) files: BTreeMap<String, Copied>,
    /// Operations that must not be sent, should a database come back in which they wait.
    pub(crate) taken_back: BTreeSet<OperationId>,
    /// Drafts that are their author's no more, should a database come back in which they are.
    pub(crate) ended: BTreeSet<DraftId>,
    /// Operations about which their author has nothing to answer any more, should a database come
    /// back in which she has.
    pub(crate) answered: BTreeSet<OperationId>,
    /// Records of an earlier copy that could not be read, and of which nobody has been told.
    pub(crate) lost: usize,
}

impl Live {
    /// One change more.
    pub(crate) fn take(&mut self, record: Record) {
        match record {
            Record::Kept(kept) => {
                self.taken_back.remove(&kept.id);
                self.operations.insert(kept.id, *kept);
            }
            Record::TakenBack(id) => {
                self.operations.remove(&id);
                self.taken_back.insert(id);
            }
            Record::Gone(id) => {
                self.operations.remove(&id);
            }
            Record::Draft(draft) => {
                self.ended.remove(&draft.id);
                self.drafts.insert(draft.id, *draft);
            }
            Record::DraftGone(id) => {
                self.drafts.remove(&id);
                self.ended.insert(id);
            }
            Record::Tray(key, item) => {
                self.tray.insert(key, *item);
            }
            Record::TrayGone(key) => {
                self.tray.remove(&key);
            }
            Record::File(file) => {
                self.files.insert(file.hash.clone(), *file);
            }
            Record::FileGone(hash) => {
                self.files.remove(&hash);
            }
            Record::Lost(lost) => self.lost = lost,
            Record::Answered(id) => {
                self.answered.insert(id);
            }
            Record::Asked(id) => {
                self.answered.remove(&id);
            }
        }
    }

    /// What makes it again as it is now after these changes.
    pub(crate) fn undo(&self, records: &[Record]) -> Vec<Record> {
        records.iter().rev().filter_map(|record| self.before(record)).collect()
    }

    fn before(&self, record: &Record) -> Option<Record> {
        match record {
            Record::Kept(kept) => self.operation(kept.id).or(Some(Record::Gone(kept.id))),
            Record::Gone(id) | Record::TakenBack(id) => self.operation(*id),
            Record::Draft(draft) => self.draft(draft.id).or(Some(Record::DraftGone(draft.id))),
            Record::DraftGone(id) => self.draft(*id),
            Record::Tray(key, _) => self.item(*key).or(Some(Record::TrayGone(*key))),
            Record::TrayGone(key) => self.item(*key),
            Record::File(file) => {
                self.file(&file.hash).or_else(|| Some(Record::FileGone(file.hash.clone())))
            }
            Record::FileGone(hash) => self.file(hash),
            Record::Lost(_) => Some(Record::Lost(self.lost)),
            Record::Answered(id) | Record::Asked(id) => Some(match self.answered.contains(id) {
                true => Record::Answered(*id),
                false => Record::Asked(*id),
            }),
        }
    }

    fn operation(&self, id: OperationId) -> Option<Record> {
        self.operations.get(&id).map(|kept| Record::Kept(Box::new(kept.clone())))
    }

    fn draft(&self, id: DraftId) -> Option<Record> {
        self.drafts.get(&id).map(|draft| Record::Draft(Box::new(draft.clone())))
    }

    fn item(&self, key: i64) -> Option<Record> {
        self.tray.get(&key).map(|item| Record::Tray(key, Box::new(item.clone())))
    }

    fn file(&self, hash: &str) -> Option<Record> {
        self.files.get(hash).map(|file| Record::File(Box::new(file.clone())))
    }

    /// The shortest way to it from nothing.
    pub(crate) fn records(&self) -> Vec<Record> {
        let operations = self.waiting().into_iter().map(|kept| Record::Kept(Box::new(kept)));
        let drafts = self.drafts.values().map(|draft| Record::Draft(Box::new(draft.clone())));
        let tray = self.tray.iter().map(|(key, item)| Record::Tray(*key, Box::new(item.clone())));
        let files = self.files.values().map(|file| Record::File(Box::new(file.clone())));
        let taken_back = self.taken_back.iter().map(|id| Record::TakenBack(*id));
        let ended = self.ended.iter().map(|id| Record::DraftGone(*id));
        let lost = (self.lost > 0).then_some(Record::Lost(self.lost));
        let answered = self.answered.iter().map(|id| Record::Answered(*id));
        let over = taken_back.chain(ended).chain(answered).chain(lost);
        operations.chain(drafts).chain(tray).chain(files).chain(over).collect()
    }

    /// The operations in order of writing.
    pub(crate) fn waiting(&self) -> Vec<Kept> {
        let mut waiting: Vec<Kept> = self.operations.values().cloned().collect();
        waiting.sort_by_key(|kept| kept.position);
        waiting
    }

    /// Whether there is nothing to be said.
    pub(crate) fn is_empty(&self) -> bool {
        let over = self.taken_back.len() + self.ended.len() + self.answered.len();
        self.len() + over == 0
    }

    /// How much of it is an author's own, as she counts: words on their way are an operation's.
    pub(crate) fn told(&self) -> usize {
        let drafts = self.drafts.values().filter(|draft| draft.state.is_open()).count();
        self.operations.len() + drafts + self.tray.len()
    }

    /// How many records it takes.
    pub(crate) fn len(&self) -> usize {
        self.operations.len() + self.drafts.len() + self.tray.len() + self.files.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_answered_is_as_it_was_when_the_change_is_taken_back() {
        let id = OperationId(uuid::Uuid::from_u128(7));
        let (mut never, mut once) = (Live::default(), Live::default());
        once.take(Record::Answered(id));
        for before in [&mut never, &mut once] {
            for change in [Record::Answered(id), Record::Asked(id)] {
                let mut live = before.clone();
                let undo = live.undo(std::slice::from_ref(&change));
                live.take(change);
                undo.into_iter().for_each(|record| live.take(record));
                assert_eq!(live, *before);
            }
        }
    }
}

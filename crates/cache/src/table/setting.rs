//! Setting: a key with a JSON value.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Result;
use crate::pool::{Db, WriteTx};

/// The value, or `None` if it was never set or has another shape now.
pub async fn get<T: DeserializeOwned>(db: &mut Db, key: &str) -> Result<Option<T>> {
    todo!()
}

/// Sets it.
pub async fn set<T: Serialize + Sync>(tx: &mut WriteTx, key: &str, value: &T) -> Result<()> {
    todo!()
}

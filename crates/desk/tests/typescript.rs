//! The UI's copy of the contract is fresh.

use std::path::Path;

#[test]
fn the_generated_types_are_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/ipc/generated.ts");
    let fresh = holdfast_desk::ipc::schema::typescript();
    let stands = std::fs::read_to_string(&path).unwrap_or_default();
    if stands != fresh {
        std::fs::write(&path, &fresh).expect("the UI's folder can be written");
        panic!("ui/src/ipc/generated.ts was stale and is written anew: commit it");
    }
}

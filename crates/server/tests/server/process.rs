//! The binary: its commands, the data lock, the admin socket, and stopping.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use holdfast_domain::MessageId;
use holdfast_server::store::{Db, Durability, delivery};

use crate::world::{Desk, new_id, note, operation};

const BINARY: &str = env!("CARGO_BIN_EXE_holdfast-server");

fn command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.arg("--data-dir").arg(data).args(["--listen", "127.0.0.1:0", "--log", "warn"]);
    command.args(arguments);
    command
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    command(data, arguments).output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A served folder and its address; killed when dropped.
struct Served {
    child: Child,
    url: String,
}

impl Served {
    fn start(data: &Path) -> Self {
        Self::spawn(command(data, &["serve"]))
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let url = line.trim().strip_prefix("listening on ").expect("an address").to_owned();
        Self { child, url }
    }

    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().expect("kill runs");
        assert!(sent.success());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn world_file(dir: &Path) -> String {
    let file = dir.join("world.ndjson");
    std::fs::write(&file, crate::world::THINGS).expect("a file");
    file.display().to_string()
}

#[cfg(unix)]
#[tokio::test]
async fn commands_work_with_and_without_a_running_server() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    let imported = run(&data, &["import", &world_file(dir.path())]);
    assert!(imported.status.success(), "{}", text(&imported.stderr));
    let mut served = Served::start(&data);
    let second = command(&data, &["serve"]).output().expect("the binary runs");
    assert!(!second.status.success());
    assert!(text(&second.stderr).contains("in use by another process"));

    let reset = run(&data, &["agent", "reset", "ada@desk.example"]);
    let told = text(&reset.stdout);
    let password = told.trim().rsplit(' ').next().expect("a password");
    let mut ada =
        Desk::sign_in(&served.url, "ada@desk.example", password).await.expect("a session");
    ada.hello().await.expect("a welcome");
    let unknown = run(&data, &["agent", "disable", "nobody@desk.example"]);
    assert!(!unknown.status.success());
    assert!(text(&unknown.stderr).contains("nobody has the login"));
    let checked = run(&data, &["check"]);
    assert!(text(&checked.stdout).contains("sound: 4 tickets"), "{}", text(&checked.stderr));

    served.signal("-TERM");
    assert!(served.child.wait().expect("an end").success(), "it stops gracefully");
    let checked = run(&data, &["check"]);
    assert!(text(&checked.stdout).contains("sound: 4 tickets"), "{}", text(&checked.stderr));
}

#[cfg(unix)]
#[tokio::test]
async fn what_was_acknowledged_outlives_a_killed_server() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    run(&data, &["import", &world_file(dir.path())]);
    let reset = run(&data, &["agent", "reset", "ada@desk.example"]);
    let told = text(&reset.stdout);
    let password = told.trim().rsplit(' ').next().expect("a password").to_owned();
    let mut desk: Option<Desk> = None;
    let mut pushed = 0;
    for round in 1..=4 {
        let served = Served::start(&data);
        let mut ada =
            Desk::sign_in(&served.url, "ada@desk.example", &password).await.expect("a session");
        if let Some(before) = &desk {
            (ada.id, ada.epoch, ada.number) = (before.id, before.epoch, before.number);
        }
        let welcome = ada.hello().await.expect("a welcome");
        assert_eq!(welcome.last_number, pushed, "round {round}: nothing acknowledged is lost");
        for _ in 0..5 {
            let noted = operation(crate::world::ticket("mine"), note(&new_id().to_string()));
            let answer = ada.push(&[noted]).await.expect("an answer");
            pushed = answer.last_number;
        }
        served.signal("-KILL");
        desk = Some(ada);
    }
    let checked = run(&data, &["check"]);
    assert!(checked.status.success(), "{}{}", text(&checked.stdout), text(&checked.stderr));
}

#[test]
fn plain_http_beyond_this_machine_is_refused_with_a_sentence() {
    let dir = tempfile::tempdir().expect("a folder");
    let refused = Command::new(BINARY)
        .arg("--data-dir")
        .arg(dir.path())
        .args(["--listen", "0.0.0.0:0", "serve"])
        .output()
        .expect("the binary runs");
    assert!(!refused.status.success());
    assert!(text(&refused.stderr).contains("tls.cert"), "{}", text(&refused.stderr));
}

/// Serves with a bound on how large any file may grow, which is how a full disk looks.
#[cfg(unix)]
fn serve_on_a_small_disk(data: &Path) -> Served {
    let mut shell = Command::new("sh");
    let script = "trap '' XFSZ; ulimit -f 4000; exec \"$0\" \"$@\"";
    shell.args(["-c", script, BINARY, "--data-dir"]).arg(data);
    shell.args(["--listen", "127.0.0.1:0", "--log", "error", "serve"]);
    Served::spawn(shell)
}

#[cfg(unix)]
#[tokio::test]
async fn a_full_disk_is_told_as_busy_and_loses_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    run(&data, &["import", &world_file(dir.path())]);
    let told = text(&run(&data, &["agent", "reset", "ada@desk.example"]).stdout);
    let password = told.trim().rsplit(' ').next().expect("a password").to_owned();
    let served = serve_on_a_small_disk(&data);
    let mut ada =
        Desk::sign_in(&served.url, "ada@desk.example", &password).await.expect("a session");
    ada.hello().await.expect("a welcome");
    let long = || operation(crate::world::ticket("mine"), note(&"long ".repeat(20_000)));
    let mut last = long();
    let failure = loop {
        assert!(ada.number < 100, "the disk is small");
        match ada.push(std::slice::from_ref(&last)).await {
            Ok(_) => last = long(),
            Err(failure) => break failure,
        }
    };
    assert_eq!(failure.code, holdfast_protocol::Code::Busy, "{failure:?}");
    drop(served);

    let served = Served::start(&data);
    ada.url.clone_from(&served.url);
    let welcome = ada.hello().await.expect("a welcome");
    assert_eq!(welcome.last_number, ada.number - 1, "what was acknowledged, and no more");
    let again = vec![crate::world::pushed(ada.number, &last)];
    let answer = ada.push_as(again).await.expect("an answer");
    assert_eq!(answer.settled[0].outcome, Some(holdfast_domain::Outcome::Accepted));
    let checked = run(&data, &["check"]);
    assert!(checked.status.success(), "{}{}", text(&checked.stdout), text(&checked.stderr));
}

#[cfg(unix)]
#[tokio::test]
async fn a_restored_database_begins_another_epoch_and_takes_again_what_it_lacks() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    run(&data, &["import", &world_file(dir.path())]);
    let told = text(&run(&data, &["agent", "reset", "ada@desk.example"]).stdout);
    let password = told.trim().rsplit(' ').next().expect("a password").to_owned();
    let backup = dir.path().join("backup.db");
    std::fs::copy(data.join("holdfast.db"), &backup).expect("a backup");
    let first = Served::start(&data);
    let mut ada =
        Desk::sign_in(&first.url, "ada@desk.example", &password).await.expect("a session");
    ada.hello().await.expect("a welcome");
    let lost = operation(crate::world::ticket("mine"), note("After the backup."));
    ada.push(std::slice::from_ref(&lost)).await.expect("an answer");
    assert!(!run(&data, &["restored"]).status.success(), "not while it is served");
    drop(first);

    for file in ["holdfast.db-wal", "holdfast.db-shm"] {
        std::fs::remove_file(data.join(file)).ok();
    }
    std::fs::copy(&backup, data.join("holdfast.db")).expect("put back");
    assert!(run(&data, &["restored"]).status.success());
    let second = Served::start(&data);
    let before = (ada.id, ada.epoch);
    let mut ada =
        Desk::sign_in(&second.url, "ada@desk.example", &password).await.expect("a session");
    (ada.id, ada.epoch) = before;
    let welcome = ada.hello().await.expect("a welcome");
    assert_ne!(welcome.epoch, before.1, "another epoch");
    assert_eq!(welcome.last_number, 0, "numbers begin anew");
    let answer = ada.push(&[lost]).await.expect("an answer");
    assert_eq!(answer.settled[0].outcome, Some(holdfast_domain::Outcome::Accepted));
}

#[cfg(unix)]
#[tokio::test]
async fn a_start_tells_how_many_replies_wait_for_a_channel_that_is_gone() {
    let dir = tempfile::tempdir().expect("a folder");
    let db = Db::open(dir.path()).await.expect("a store");
    let mut tx = db.write(Durability::Power).await.expect("a turn");
    let (message, on) = (MessageId(new_id()), crate::world::ticket("mine"));
    delivery::insert(&mut tx, message, on, "letters").await.expect("on its way");
    tx.commit().await.expect("committed");
    db.close().await;
    let mut serve = command(dir.path(), &["serve"]);
    serve.stderr(Stdio::piped());
    let mut served = Served::spawn(serve);
    served.signal("-TERM");
    let stderr = served.child.stderr.take().expect("piped");
    let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
    let told = lines.find(|line| line.contains("wait for the channel letters"));
    assert!(told.is_some_and(|line| line.contains("1 replies") && line.contains("WARN")));
}

#[cfg(unix)]
#[tokio::test]
async fn a_killed_server_goes_on_with_its_replica_and_what_was_shipped_is_restored() {
    let dir = tempfile::tempdir().expect("a folder");
    let (data, to) = (dir.path().join("data"), dir.path().join("elsewhere"));
    std::fs::create_dir(&to).expect("a folder");
    let to = to.display().to_string();
    run(&data, &["import", &world_file(dir.path())]);
    let reset = run(&data, &["agent", "reset", "ada@desk.example"]);
    let password = text(&reset.stdout).trim().rsplit(' ').next().expect("a password").to_owned();
    let (mut shipped, mut first) = (0, None);
    for round in 1..=4 {
        let served = Served::start(&data);
        let mut ada =
            Desk::sign_in(&served.url, "ada@desk.example", &password).await.expect("a session");
        ada.hello().await.expect("a welcome");
        for n in 0..5 {
            let noted = operation(crate::world::ticket("mine"), note(&format!("{round} {n}")));
            ada.push(&[noted]).await.expect("an answer");
        }
        let told = run(&data, &["replicate", "--to", &to]);
        assert!(told.status.success(), "{}", text(&told.stderr));
        let durable = ada.hello().await.expect("a welcome").durable_seq.expect("a copy");
        assert!(durable > shipped, "round {round}");
        shipped = durable;
        let mut copies = std::fs::read_dir(&to).expect("a folder").flatten();
        let copy = copies.find(|entry| entry.path().is_dir()).expect("a replica").path();
        let base = std::fs::read(copy.join("bases/1/base.json")).expect("a base");
        let first = first.get_or_insert_with(|| base.clone());
        assert!(*first == base, "round {round}: it went on where the last had ended");
        served.signal("-KILL");
    }
    let restored = dir.path().join("restored");
    let told = run(&data, &["restore", "--from", &to, "--to", &restored.display().to_string()]);
    assert!(text(&told.stdout).contains(&format!("to commit {shipped}")), "{}", text(&told.stderr));
    let checked = run(&restored, &["check"]);
    assert!(checked.status.success(), "{}{}", text(&checked.stdout), text(&checked.stderr));
    let served = Served::start(&restored);
    let mut ada =
        Desk::sign_in(&served.url, "ada@desk.example", &password).await.expect("a session");
    ada.hello().await.expect("a welcome");
    let found = crate::backup::words(&ada, "mine").await;
    for wanted in ["1 0", "2 4", "4 4"] {
        assert!(found.contains(&wanted.to_owned()), "{wanted}: {found:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_restore_that_was_cut_off_is_not_served_and_its_folder_not_touched() {
    let dir = tempfile::tempdir().expect("a folder");
    let (data, to) = (dir.path().join("data"), dir.path().join("copies"));
    run(&data, &["import", &world_file(dir.path())]);
    let to = to.display().to_string();
    assert!(run(&data, &["backup", "--to", &to]).status.success());
    let restored = dir.path().join("restored");
    let into = restored.display().to_string();
    assert!(run(&data, &["restore", "--from", &to, "--to", &into]).status.success());
    std::fs::write(restored.join("restoring"), "as if it had not ended").expect("a mark");
    let served = run(&restored, &["serve"]);
    assert!(!served.status.success());
    assert!(text(&served.stderr).contains("restore again"), "{}", text(&served.stderr));
    let again = run(&data, &["restore", "--from", &to, "--to", &into]);
    assert!(text(&again.stderr).contains("nothing is written over"), "{}", text(&again.stderr));
}

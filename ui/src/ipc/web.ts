/**
 * The desk behind a small web host on the loopback, for a browser.
 *
 * The address carries a one-time token in its fragment, which never leaves the browser by itself;
 * it is exchanged for a cookie, and taken out of the address, before anything else is asked.
 */
import type { Host } from "./call";
import type { NoticeView } from "./generated";

/** Pause before the stream of notices is opened again, milliseconds. */
const REOPEN_MS = 1000;

/** Commands that change something: what was done last is done even if the page goes right then. */
const CHANGES = /\.(?:act|answer|apply|create|discard|resume|save|send|set|undo)$/;

/** A request that outlives its page may hold so much, bytes: browsers refuse more. */
const PARTING_BYTES_MAX = 60 * 1024;

/** Exchanges the token of the address for a cookie. False if the host refuses it. */
export async function enter(
  at: Pick<Location, "hash" | "pathname" | "search"> = location,
): Promise<boolean> {
  const token = new URLSearchParams(at.hash.slice(1)).get("token");
  if (token === null) return true;
  history.replaceState(null, "", at.pathname + at.search);
  const answer = await post("enter", { token });
  return answer.ok;
}

export const web: Host = {
  async call(name, request) {
    const answer = await post("call", { name, request }, CHANGES.test(name));
    const body: unknown = await answer.json();
    if (!answer.ok) throw body;
    return body;
  },
  subscribe(hear) {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let opened_before = false;
    const open = () => {
      source = new EventSource("events");
      source.addEventListener("notice", ({ data }) => hear(JSON.parse(data) as NoticeView));
      source.addEventListener("open", () => {
        // What was said while the stream was down is unknown: read everything again.
        if (opened_before) hear({ noun: "everything" });
        opened_before = true;
      });
      source.addEventListener("error", () => {
        if (source?.readyState !== EventSource.CLOSED) return;
        timer = setTimeout(open, REOPEN_MS);
      });
    };
    open();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  },
};

function post(path: string, body: unknown, parting = false): Promise<Response> {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json" },
    body: bytes,
    keepalive: parting && bytes.length <= PARTING_BYTES_MAX,
  });
}

import { beforeEach, describe, expect, it, vi } from "vitest";
import { connect } from "../ipc/call";
import type { DraftView } from "../ipc/generated";
import { Draft, draftOf, flushDrafts } from "./draft.svelte";

type Call = { name: string; request: { text?: string } };

let calls: Call[];
let disk: DraftView | null;
let broken: boolean;

function view(text: string): DraftView {
  return {
    id: disk?.id ?? "d1",
    ticket: "t",
    number: 1,
    subject: "",
    kind: "reply",
    text,
    attachments: [],
    lost: [],
    holes: [],
    language: null,
    saved_at: "2026-11-21T15:16:00Z",
    version: (disk?.version ?? 0) + 1,
  };
}

/** A desk with one draft on its disk. */
function answer({ name, request }: Call): unknown {
  if (broken) throw { code: "disk_full", message: "", params: {} };
  if (name === "draft.save") disk = view(request.text ?? "");
  else if (name === "draft.discard" || name === "draft.send") disk = null;
  if (name === "draft.send") return { operation: "o", ticket: "t", undo_until: null };
  return disk;
}

const named = (name: string) => calls.filter((call) => call.name === name);

beforeEach(() => {
  vi.useRealTimers();
  calls = [];
  disk = null;
  broken = false;
  connect({
    call: async (name, request) => {
      const call = { name, request: request as { text?: string } };
      calls.push(call);
      return answer(call);
    },
    subscribe: () => () => undefined,
  });
});

describe("a draft", () => {
  it("sends exactly the text on the screen, and what was seen", async () => {
    const draft = new Draft("t", "reply");
    draft.type("almost");
    draft.type("done");
    await draft.send("m9", null);
    expect(named("draft.send")[0]?.request).toEqual({
      draft: "d1",
      text: "done",
      seen_through: "m9",
      solve: null,
    });
    expect(draft.text).toBe("");
    expect(draft.clean).toBe(true);
  });

  it("that could not be saved is not sent, and keeps its words", async () => {
    const draft = new Draft("t", "reply");
    broken = true;
    draft.type("words");
    await expect(draft.send(null, null)).rejects.toMatchObject({ code: "disk_full" });
    expect(draft.text).toBe("words");
    expect(draft.clean).toBe(false);
    expect(named("draft.send")).toHaveLength(0);
  });

  it("does not take an answer that is older than what is typed", async () => {
    disk = view("from yesterday");
    const draft = new Draft("t", "reply");
    const synced = draft.sync();
    draft.type("from now");
    await synced;
    expect(draft.text).toBe("from now");
  });

  it("begins with what the ticket says, unless something is typed already", () => {
    const draft = new Draft("t", "reply");
    draft.begin(view("from yesterday"));
    expect(draft.text).toBe("from yesterday");
    const typed = new Draft("t", "reply");
    typed.type("from now");
    typed.begin(view("from yesterday"));
    expect(typed.text).toBe("from now");
  });

  it("takes words that came back when nothing is typed", async () => {
    const draft = new Draft("t", "reply");
    await draft.sync();
    expect(draft.text).toBe("");
    disk = view("undone");
    await draft.sync();
    expect(draft.text).toBe("undone");
  });

  it("that never had a word is never made; one that is emptied is ended", async () => {
    const draft = new Draft("t", "reply");
    draft.type(" ");
    await draft.flush();
    expect(calls).toHaveLength(0);
    draft.type("word");
    await draft.flush();
    draft.type("");
    await draft.flush();
    expect(calls.map(({ name }) => name)).toEqual(["draft.save", "draft.discard"]);
  });

  it("lives on until it is saved, whoever looks at it", async () => {
    const draft = draftOf("t2", "note");
    draft.type("half a sente");
    expect(draftOf("t2", "note")).toBe(draft);
    expect(draftOf("t2", "reply")).not.toBe(draft);
    await draft.flush();
    expect(draftOf("t2", "note")).not.toBe(draft);
  });

  it("is saved before the window goes, also when it was empty as the next one was opened", async () => {
    const reply = draftOf("t3", "reply");
    draftOf("t3", "note");
    reply.type("half a sente");
    await flushDrafts();
    expect(named("draft.save")[0]?.request.text).toBe("half a sente");
  });
});

import { afterEach, describe, expect, it, vi } from "vitest";
import { has } from "../i18n/catalogue";
import { call, connect, type Host, subscribe } from "./call";
import { CODES, DeskError, shown } from "./error";
import type { NoticeView } from "./generated";
import { enter, web } from "./web";

afterEach(() => vi.unstubAllGlobals());

function hostOf(answer: Host["call"]): Host & { say: (notice: NoticeView) => void } {
  let hear: (notice: NoticeView) => void = () => {};
  return {
    call: answer,
    subscribe(listener) {
      hear = listener;
      return () => {};
    },
    say: (notice) => hear(notice),
  };
}

describe("a call", () => {
  it("carries its name and request, and brings the answer", async () => {
    const answer = vi.fn(async () => ({ batch: "b" }));
    connect(hostOf(answer));
    await expect(call("bulk.undo", { batch: "b" })).resolves.toEqual({ batch: "b" });
    expect(answer).toHaveBeenCalledWith("bulk.undo", { batch: "b" });
  });

  it("without a request sends an empty one", async () => {
    const answer = vi.fn(async () => []);
    connect(hostOf(answer));
    await call("view.counts");
    expect(answer).toHaveBeenCalledWith("view.counts", {});
  });

  it("that fails throws the desk's code", async () => {
    connect(hostOf(() => Promise.reject({ code: "locked", message: "no session", params: {} })));
    await expect(call("view.counts")).rejects.toMatchObject({ name: "DeskError", code: "locked" });
  });

  it("that breaks in another way throws it as it is", async () => {
    connect(hostOf(() => Promise.reject(new TypeError("broken"))));
    await expect(call("view.counts")).rejects.toBeInstanceOf(TypeError);
  });
});

it("a notice reaches everybody who listens, and nobody who has left", () => {
  const host = hostOf(async () => null);
  connect(host);
  const [first, second] = [vi.fn(), vi.fn()];
  const leave = subscribe(first);
  subscribe(second);
  host.say({ noun: "ticket", key: "t" });
  leave();
  host.say({ noun: "list" });
  expect(first).toHaveBeenCalledExactlyOnceWith({ noun: "ticket", key: "t" });
  expect(second).toHaveBeenCalledTimes(2);
});

describe("what is shown of a failure", () => {
  it("has a text for every code", () => {
    for (const code of CODES) expect(has(`error-${code}`), code).toBe(true);
  });

  it("says the code's words with its parameters, and keeps the log's for a report", () => {
    const by = new DeskError({
      code: "already_taken",
      message: "claim lost",
      params: { by: "Dewi" },
    });
    expect(shown(by).text).toContain("Dewi");
    expect(shown(by).details).toBe("already_taken: claim lost");
  });

  it("treats anything else as ours", () => {
    expect(shown(new TypeError("x is undefined"))).toMatchObject({
      code: "internal",
      remedy: "copy-details",
      details: "internal: TypeError: x is undefined",
    });
  });
});

describe("in a browser", () => {
  it("the one-time token leaves the address before it is exchanged", async () => {
    const fetched = vi.fn(async () => new Response(null, { status: 204 }));
    vi.stubGlobal("fetch", fetched);
    const replaced = vi.spyOn(history, "replaceState");
    await expect(enter({ hash: "#token=abc", pathname: "/", search: "" })).resolves.toBe(true);
    expect(replaced).toHaveBeenCalledWith(null, "", "/");
    expect(fetched).toHaveBeenCalledWith("enter", expect.objectContaining({ method: "POST" }));
  });

  it("no token, nothing to exchange", async () => {
    const fetched = vi.fn();
    vi.stubGlobal("fetch", fetched);
    await expect(enter({ hash: "", pathname: "/", search: "" })).resolves.toBe(true);
    expect(fetched).not.toHaveBeenCalled();
  });

  it("a failure's body is what is thrown", async () => {
    const failure = { code: "not_found", message: "gone", params: {} };
    vi.stubGlobal("fetch", async () => Response.json(failure, { status: 422 }));
    await expect(web.call("ticket.open", {})).rejects.toEqual(failure);
  });
});

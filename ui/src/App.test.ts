import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, expect, it, vi } from "vitest";
import App from "./App.svelte";
import { setLocale } from "./i18n/locale.svelte";
import { connect } from "./ipc/call";

setLocale("en");
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const ROW = {
  ticket: "t1",
  number: 4711,
  subject: "Nothing answers",
  preview: "",
  requester: "Ana",
  organization: "Bank",
  severity: "p1",
  category: "open",
  language: "en",
  channel: "portal",
  clock: null,
  needs_you: 0,
  saved: 0,
};
const ANSWERS: Record<string, unknown> = {
  "session.get": {
    state: "open",
    agent: null,
    role: "agent",
    teams: [],
    center: null,
    profiles: [],
  },
  "settings.get": {
    language: "en",
    theme: "light",
    density: "cosy",
    key_preset: "holdfast",
    keys: {},
    undo_s: 10,
    quiet_hours: null,
  },
  "view.page": { total: 1, offset: 0, rows: [ROW] },
  "view.counts": [],
  "status.get": { connection: "synced", since: "2026-11-21T09:00:00Z", data_as_of: null, saved: 0 },
};

it("a desk that opens reads its list once, and nothing that its first screen does not show", async () => {
  vi.useFakeTimers();
  const asked: string[] = [];
  connect({
    call: async (name) => {
      asked.push(name);
      return ANSWERS[name];
    },
    subscribe: () => () => undefined,
  });
  render(App);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(screen.getByRole("listbox")).toBeDefined();
  expect(asked.toSorted()).toEqual(Object.keys(ANSWERS).toSorted());
});

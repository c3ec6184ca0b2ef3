import { flushSync } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import { setLocale, setTimeZone } from "../i18n/locale.svelte";
import { connect } from "../ipc/call";
import type { RowView, SettingsView } from "../ipc/generated";
import { connectShell, type Notification, shell } from "../ipc/shell";
import { counts } from "../rail/counts.svelte";
import { settings } from "../settings/settings.svelte";
import { notices } from "../shared/notices.svelte";
import { instant } from "../shared/time";
import { ALERT_EVERY_MS, herald, newsOf } from "./herald.svelte";

setLocale("en");
setTimeZone("UTC");

const AT = "2026-11-21T09:00:00Z";
const LATER = "2026-11-21T09:05:00Z";
const row = (ticket: string, updated_at: string, unread = true) =>
  ({ ticket, updated_at, unread }) as RowView;
const unread = ({ unread }: RowView) => unread;

it("only what happened since the window opened is news", () => {
  const rows = [row("old", AT), row("new", LATER)];
  const news = newsOf(rows, unread, new Map(), instant(AT));
  expect(news.map(({ ticket }) => ticket)).toEqual(["new"]);
});

it("what was told is told again only when more happened", () => {
  const told = new Map([["a", LATER]]);
  expect(newsOf([row("a", LATER)], unread, told, instant(AT))).toEqual([]);
  const more = row("a", "2026-11-21T09:06:00Z");
  expect(newsOf([more], unread, told, instant(AT))).toEqual([more]);
});

it("what the reader has read calls nobody", () => {
  expect(newsOf([row("a", LATER, false)], unread, new Map(), instant(AT))).toEqual([]);
});

describe("the herald", () => {
  const OPENED = "2026-11-21T22:00:00Z";
  const NEWS = "2026-11-21T22:30:00Z";
  const P0 = { ...row("p0", NEWS), number: 7, subject: "DDoS", severity: "p0", requester: "Kai" };
  const MINE = {
    ...row("mine", NEWS),
    number: 8,
    subject: "VPC",
    severity: "p2",
    requester: "Ana",
  };
  let inbox: object[];
  let heard: Notification[];
  let leave: () => void;

  /** The desk as it stands at half past ten in the evening, while the reader is elsewhere. */
  async function stand({
    quiet = null,
    looks = false,
  }: Partial<Pick<SettingsView, "quiet">> & { looks?: boolean } = {}) {
    vi.useFakeTimers({ now: instant("2026-11-21T22:31:00Z") });
    vi.spyOn(document, "hasFocus").mockReturnValue(looks);
    heard = [];
    connect({
      call: async (_, request) => {
        const { view } = (request as { view: { view: string } }).view;
        const rows = view === "inbox" ? inbox : view === "mine" ? [MINE] : [];
        return { rows };
      },
      subscribe: () => () => undefined,
    });
    connectShell({ ...shell(), notify: (words) => heard.push(words) });
    settings.view = { quiet } as SettingsView;
    leave = herald(instant(OPENED), (ticket) => opened.push(ticket));
    await told();
  }

  const opened: string[] = [];
  const keys = () => heard.map(({ key }) => key);

  /** Something changed: the numbers were read again. */
  async function told() {
    counts.list = [{ view: { view: "inbox" }, name: "", count: 2, unread: 2 } as never];
    flushSync();
    await vi.advanceTimersByTimeAsync(0);
  }

  afterEach(() => {
    leave();
    counts.list = [];
    settings.view = undefined;
    vi.useRealTimers();
  });

  it("tells of news once", async () => {
    inbox = [];
    await stand();
    await told();
    expect(keys()).toEqual(["mine"]);
  });

  it("in quiet hours only a P0 is told, and nothing is made up for after them", async () => {
    inbox = [P0];
    await stand({ quiet: { from: "22:00", to: "23:00" } });
    expect(keys()).toEqual(["p0"]);
    vi.setSystemTime(instant("2026-11-21T23:01:00Z"));
    inbox = [];
    await told();
    expect(keys()).toEqual(["p0"]);
  });

  it("a P0 is told again each minute until its ticket has been read", async () => {
    inbox = [P0];
    await stand();
    await vi.advanceTimersByTimeAsync(2 * ALERT_EVERY_MS);
    expect(keys().filter((key) => key === "p0")).toHaveLength(3);
    inbox = [{ ...P0, unread: false }];
    await vi.advanceTimersByTimeAsync(3 * ALERT_EVERY_MS);
    expect(keys().filter((key) => key === "p0")).toHaveLength(3);
    expect(notices.list).toEqual([]);
  });

  it("to whoever looks, a P0 stands in the window until it is answered", async () => {
    inbox = [P0];
    await stand({ looks: true });
    expect(keys()).toEqual([]);
    const [notice] = notices.list;
    expect(notice?.hot).toBe(true);
    notices.act(notice?.id ?? -1);
    expect(opened).toEqual(["p0"]);
  });
});

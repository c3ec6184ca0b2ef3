import { expect, it } from "vitest";
import type { RowView } from "../ipc/generated";
import { instant } from "../shared/time";
import { newsOf } from "./herald.svelte";

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

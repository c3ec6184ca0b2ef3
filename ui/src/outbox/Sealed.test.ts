import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setLocale } from "../i18n/locale.svelte";
import { connect } from "../ipc/call";
import type { TrayItem } from "../ipc/generated";
import Sealed from "./Sealed.svelte";

setLocale("en");
afterEach(cleanup);

const ITEM: TrayItem = {
  key: 7,
  kind: "note",
  written_at: "2026-11-21T09:00:00Z",
  left_at: "2026-11-21T09:05:00Z",
  ticket: null,
  number: null,
};
let asked: string[];

beforeEach(() => {
  asked = [];
  connect({
    call: async (name) => {
      asked.push(name);
      return name === "tray.open" ? { item: ITEM, text: "Ask the bank first." } : {};
    },
    subscribe: () => () => undefined,
  });
});

const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

it("the words stay sealed until their author asks for them", async () => {
  render(Sealed, { item: ITEM, onopen: vi.fn() });
  expect(asked).toEqual([]);
  expect(screen.queryByText("Ask the bank first.")).toBeNull();
  await press("Show the words");
  expect(await screen.findByText("Ask the bank first.")).toBeDefined();
});

it("they are discarded only when she has confirmed it", async () => {
  render(Sealed, { item: ITEM, onopen: vi.fn() });
  await press("Discard");
  expect(screen.getByText(/cannot be undone/)).toBeDefined();
  await press("Cancel");
  expect(asked).toEqual([]);
  await press("Discard");
  await press("Discard");
  expect(asked).toEqual(["tray.discard"]);
});

it("of the ticket nothing is said, unless it is hers to see again", async () => {
  const onopen = vi.fn();
  render(Sealed, { item: { ...ITEM, ticket: "t9", number: 48213 }, onopen });
  await fireEvent.click(screen.getByRole("button", { name: /is yours to see again/ }));
  expect(onopen).toHaveBeenCalledWith("t9");
});

import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, expect, it, vi } from "vitest";
import { setLocale } from "../i18n/locale.svelte";
import PickList, { type PickItem } from "./PickList.svelte";

setLocale("en");
afterEach(cleanup);

const shown = (items: readonly PickItem[] | undefined, query = "") =>
  render(PickList, { items, query, label: "Find", onpick: vi.fn() });

it("while they are coming nothing is said of the items", () => {
  shown(undefined);
  expect(screen.queryByRole("listbox")).toBeNull();
  expect(screen.queryByRole("status")).toBeNull();
  expect(screen.getByRole("combobox").getAttribute("aria-expanded")).toBe("false");
});

it("when nothing is found it is said, and there is no list", () => {
  shown([{ id: "a", label: "Kelp" }], "zzz");
  expect(screen.getByRole("status").textContent).toContain("Nothing found");
  expect(screen.queryByRole("listbox")).toBeNull();
});

it("what is found is a list that the field controls", () => {
  shown([{ id: "a", label: "Kelp" }], "ke");
  const field = screen.getByRole("combobox");
  expect(field.getAttribute("aria-controls")).toBe(screen.getByRole("listbox").id);
  expect(screen.getAllByRole("option")).toHaveLength(1);
});

it("Enter before the items are here picks what it would have picked after", async () => {
  const onpick = vi.fn();
  const query = "ke";
  const props = { query, label: "Find", onpick };
  const { rerender } = render(PickList, { ...props, items: undefined });
  await fireEvent.keyDown(screen.getByRole("combobox"), { key: "Enter" });
  expect(onpick).not.toHaveBeenCalled();
  await rerender({
    items: [
      { id: "a", label: "Rock" },
      { id: "b", label: "Kelp" },
    ],
  });
  expect(onpick.mock.calls.map(([item]) => item.id)).toEqual(["b"]);
});

it("whoever types on after that Enter has not chosen yet", async () => {
  const onpick = vi.fn();
  const { rerender } = render(PickList, { label: "Find", onpick, items: undefined });
  const field = screen.getByRole("combobox");
  await fireEvent.keyDown(field, { key: "Enter" });
  await fireEvent.keyDown(field, { key: "k" });
  await rerender({ items: [{ id: "b", label: "Kelp" }] });
  expect(onpick).not.toHaveBeenCalled();
});

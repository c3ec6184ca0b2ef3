import { cleanup, render, screen } from "@testing-library/svelte";
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

import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";
import Notices from "./Notices.svelte";
import { notices } from "./notices.svelte";

afterEach(() => {
  cleanup();
  for (const { id } of notices.list) notices.drop(id);
});

const undo = { label: "Undo", keys: "z", run: () => {} };

it("only the notice that the key means names the key", () => {
  notices.add({ text: "first", act: undo });
  notices.add({ text: "second", act: undo });
  notices.add({ text: "only tells" });
  render(Notices);
  expect(screen.getAllByRole("button", { name: "Undo" })).toHaveLength(2);
  const keys = document.querySelectorAll("kbd");
  expect(keys).toHaveLength(1);
  expect(keys[0]?.closest(".toast")?.textContent).toContain("second");
});

it("what counts down is seen, and read out once", () => {
  notices.add({ text: "Sending in 10 s", live: () => "Sending in 7 s" });
  render(Notices);
  expect(screen.getByText("Sending in 7 s").getAttribute("aria-hidden")).toBe("true");
  expect(screen.getByText("Sending in 10 s").className).toContain("read-out");
});

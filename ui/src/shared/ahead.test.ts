import { afterEach, expect, it } from "vitest";
import { ahead } from "./ahead";

afterEach(() => ahead.end());

function field(): HTMLTextAreaElement {
  const found = document.activeElement;
  if (!(found instanceof HTMLTextAreaElement)) throw new Error("nobody takes the keys");
  return found;
}

it("takes the keys at once, and gives back what was typed", async () => {
  ahead.begin("Reply");
  field().value = "hel";
  expect(await ahead.end()).toEqual({ words: "hel", waits: true });
  expect(document.querySelector("textarea")).toBeNull();
});

it("begun twice it is the same field, with what was typed in it", async () => {
  ahead.begin("Reply");
  field().value = "he";
  ahead.begin("Reply");
  expect((await ahead.end()).words).toBe("he");
});

it("waits for an input method to end its composition", async () => {
  ahead.begin("Reply");
  const typed = field();
  typed.dispatchEvent(new CompositionEvent("compositionstart"));
  typed.value = "ni";
  const ended = ahead.end();
  typed.value = "你";
  typed.dispatchEvent(new CompositionEvent("compositionend"));
  expect((await ended).words).toBe("你");
});

it("does not fetch back who has gone elsewhere", async () => {
  ahead.begin("Reply");
  field().value = "words";
  field().blur();
  expect(await ahead.end()).toEqual({ words: "words", waits: false });
});

it("that never began has nothing, and whoever asked goes on", async () => {
  expect(await ahead.end()).toEqual({ words: "", waits: true });
});

import { fireEvent, render } from "@testing-library/svelte";
import { afterEach, expect, it, vi } from "vitest";
import Text from "./Text.svelte";

const ontype = vi.fn();
const base = {
  text: "",
  label: "Reply",
  placeholder: "",
  still: false,
  ontype,
  onblur: () => undefined,
  onpaste: () => undefined,
  onkeydown: () => undefined,
  oncaret: () => undefined,
};

afterEach(() => ontype.mockClear());

function field(container: HTMLElement): HTMLTextAreaElement {
  const found = container.querySelector("textarea");
  if (!found) throw new Error("no field");
  return found;
}

it("a commit without an input event is taken, as WebKitGTK sends it", async () => {
  const { container } = render(Text, base);
  const area = field(container);
  await fireEvent.compositionStart(area);
  area.value = "你好";
  await fireEvent.compositionEnd(area);
  expect(ontype).toHaveBeenLastCalledWith("你好");
});

it("a composition that ends without having begun is taken, as ibus-hangul sends it", async () => {
  const { container } = render(Text, base);
  const area = field(container);
  area.value = "한글";
  await fireEvent.compositionEnd(area);
  expect(ontype).toHaveBeenLastCalledWith("한글");
});

it("the field is not written to while an input method composes", async () => {
  const { container, rerender } = render(Text, base);
  const area = field(container);
  await fireEvent.compositionStart(area);
  area.value = "ni";
  await rerender({ ...base, text: "from elsewhere" });
  expect(area.value).toBe("ni");
});

it("after a composition the field still follows: words that were sent are gone", async () => {
  const { container, rerender } = render(Text, base);
  const area = field(container);
  await fireEvent.compositionStart(area);
  area.value = "你好";
  await fireEvent.input(area);
  await rerender({ ...base, text: "你好" });
  await fireEvent.compositionEnd(area);
  await rerender({ ...base, text: "" });
  expect(area.value).toBe("");
});

it("holes are marked behind the words", () => {
  const { container } = render(Text, { ...base, text: "by {{recovery time}}" });
  expect(container.querySelector(".mark")?.textContent).toBe("{{recovery time}}");
});

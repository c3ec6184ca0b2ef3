import { expect, it } from "vitest";
import { strangerIn } from "./stranger";

it.each([
  ["befor:2026 蓝屏", "befor", "before"],
  ["蓝屏 sev:p1", "sev", "severity"],
  ["-lable:driver", "lable", undefined],
  ["State:open", "state", "status"],
  ["error:0x7E", "error", undefined],
  ["from:王伟 frm:x", "frm", "from"],
])("%s names no filter with %s", (query, word, like) => {
  expect(strangerIn(query)).toEqual({ word, like });
});

it.each([
  "蓝屏 status:open -tag:ecs",
  '"befor:2026"',
  "https://example.com/a",
  "22:05",
  "note: this",
  'tag:ecs "open',
])("%s names only what there is", (query) => {
  expect(strangerIn(query)).toBeUndefined();
});

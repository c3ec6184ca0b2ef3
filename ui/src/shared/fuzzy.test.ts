import { expect, it } from "vitest";
import { cut, find } from "./fuzzy";

const COMMANDS = [
  "Solve and next",
  "Escalate",
  "Severity",
  "Needs you",
  "Tags",
  "分配给我",
  "تصعيد",
];
const names = (query: string) => find(COMMANDS, query, (name) => name).map(({ item }) => item);

it("finds by beginnings, by first letters, by letters in order", () => {
  expect(names("es")[0]).toBe("Escalate");
  expect(names("san")[0]).toBe("Solve and next");
  expect(names("svn")).toContain("Solve and next");
  expect(names("分配")).toEqual(["分配给我"]);
  expect(names("تص")).toEqual(["تصعيد"]);
  expect(names("xyz")).toEqual([]);
});

it("without letters offers everything as it stands", () => {
  expect(names("  ")).toEqual(COMMANDS);
});

it("looks past case and accents", () => {
  const people = ["Tomás Sierra", "Nguyễn Minh Anh"];
  expect(find(people, "TOMAS", (name) => name)[0]?.item).toBe("Tomás Sierra");
  expect(find(people, "nguyen", (name) => name)[0]?.item).toBe("Nguyễn Minh Anh");
});

it("marks the letters it found", () => {
  const [found] = find(["Escalate"], "es", (name) => name);
  expect(cut("Escalate", found?.marks ?? [])).toEqual([
    { text: "Es", marked: true },
    { text: "calate", marked: false },
  ]);
  expect(cut("plain", [])).toEqual([{ text: "plain", marked: false }]);
});

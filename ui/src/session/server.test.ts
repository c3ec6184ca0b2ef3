import { expect, it } from "vitest";
import { hostOf, nameOf, samePerson } from "./server";

it.each([
  ["https://desk.example.com/", "desk.example.com"],
  ["http://127.0.0.1:47310", "127.0.0.1:47310"],
  ["not an address", "not an address"],
  ["", ""],
])("of the server %s the reader sees %s", (server, host) => {
  expect(hostOf(server)).toBe(host);
});

it("a slash and capitals do not make another person", () => {
  const elena = { server: "https://s.example", login: "elena-ruiz" };
  expect(samePerson(elena, { server: "https://s.example/", login: " Elena-Ruiz" })).toBe(true);
  expect(samePerson(elena, { server: "https://t.example", login: "elena-ruiz" })).toBe(false);
});

it("a login has a name in it", () => {
  expect(nameOf("elena-ruiz")).toBe("elena ruiz");
  expect(nameOf("e.ruiz@example.com")).toBe("e ruiz");
});

import { expect, test } from "vitest";
import { spelled, whither } from "./whither";

test.each([
  ["https://status.cloud.example/a?b=c", "status.cloud.example", undefined],
  ["https://status.cloud.example:8443/", "status.cloud.example:8443", undefined],
  ["http://status.cloud.example/", "status.cloud.example", undefined],
  // Cyrillic letters that look like Latin ones.
  ["https://\u0430\u0440\u0440\u04cf\u0435.example/", "xn--80ak6aa92e.example", "letters"],
  ["https://\u94f6\u884c.example/", "xn--jn2a72x.example", "letters"],
  ["https://bank.example@evil.example/", "evil.example", "name"],
  ["https://bank.example%2Flogin@evil.example/", "evil.example", "name"],
  ["https://bank.example:443@evil.example/", "evil.example", "name"],
  ["https:\\\\evil.example\\@bank.example", "evil.example", undefined],
  // A line that is turned round, a slash that is none, a full stop that is none.
  ["https://evil.example/\u202emoc.knab", "evil.example", undefined],
  ["https://bank\u3002example.evil.example/", "bank.example.evil.example", undefined],
  ["mailto:wang@yunzhan.example", "wang@yunzhan.example", undefined],
  ["mailto:%E2%80%AEmoc@evil.example", "moc@evil.example", undefined],
  ["mailto:%E0%A4%A", "%E0%A4%A", undefined],
])("%s leads to %s", (url, host, odd) => {
  expect(whither(url)).toEqual({ host, odd });
});

test.each([
  "javascript:alert(1)",
  " JavaScript:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "file:///etc/passwd",
  "vbscript:x",
  "tauri://localhost/",
  "blob:https://a.example/1",
  "ssh://host.example",
  "//evil.example",
  "nonsense",
  "https://",
])("%s leads nowhere", (url) => {
  expect(whither(url)).toBeUndefined();
});

test("the whole address stands as it goes over the network", () => {
  expect(spelled("https://\u0430\u0440\u0440\u04cf\u0435.example/")).toContain("xn--80ak6aa92e");
  expect(spelled("https://a.example/\u202egpj.exe")).toBe("https://a.example/%E2%80%AEgpj.exe");
});

/** What strangers write is words and nothing else. */
import assert from "node:assert/strict";
import { journey } from "../stage/journey.mjs";
import { customerWrites, openTicket, rowsOf, whole } from "../stage/tickets.mjs";
import { until } from "../stage/until.mjs";
import { ELENA } from "../stage/world.mjs";

const TRICKS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  '<iframe src="javascript:alert(1)"></iframe>',
  "<style>*{display:none}</style>",
  '<svg onload="alert(1)"><a href="javascript:alert(1)">x</a></svg>',
  "[press](javascript:alert(1)) [too](data:text/html,<script>alert(1)</script>)",
  '<form action="https://evil.example"><input name="q"></form>',
  "![far](https://evil.example/pixel.png)",
];

journey("script in a customer's words does nothing and asks nobody", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const asked = [];
  window.page.on("request", (request) => asked.push(request.url()));
  const row = await openTicket(desk);
  await window.open(row.ticket);
  await customerWrites(
    world.server,
    desk,
    row,
    `Words before.\n\n${TRICKS.join("\n\n")}\n\nThe end.`,
  );
  const entry = window.entry("Words before.");
  await entry.filter({ hasText: "The end." }).waitFor();
  const bad =
    "script, iframe, style, object, embed, form, input, img, svg[onload], [onerror], [onload]";
  assert.equal(await entry.locator(".text").locator(bad).count(), 0);
  const links = await entry
    .locator("a[href]")
    .evaluateAll((all) => all.map(({ protocol }) => protocol));
  assert.ok(
    links.every((protocol) => ["https:", "mailto:"].includes(protocol)),
    String(links),
  );
  const far = asked.filter((url) => !url.startsWith(desk.origin) && !url.startsWith("data:"));
  assert.deepEqual(far, [], "nobody else was asked");
});

journey(
  "what one writes oneself is as harmless, in the preview and in the thread",
  async (world) => {
    const { desk, window } = await world.seat(ELENA);
    await window.open((await openTicket(desk)).ticket);
    await window.write("reply", `Mine.\n\n${TRICKS[0]}\n\n${TRICKS[1]}`);
    await window.press("Control+Shift+P");
    const preview = window.at("preview").filter({ hasText: "Mine." });
    await preview.waitFor();
    assert.equal(await preview.locator("script, img, [onerror]").count(), 0);
    await window.at("send").click();
    await window.came("Mine.", "sent");
    assert.equal(await window.entry("Mine.").locator("script, img, [onerror]").count(), 0);
  },
);

journey("a subject that turns the line round turns nothing but itself", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  // Words of a company go to the team that holds its newest ticket.
  const rows = await rowsOf(desk);
  const { contact } = await whole(desk, rows.sort((a, b) => b.number - a.number)[0]);
  const subject = "Invoice \u202Efdp.exe\u202C \u200Bwith\u2066 tricks\u2069";
  const { ticket } = await world.server.customerWrites({
    contact: contact.id,
    subject,
    text: "See the subject.",
    severity: "p1",
  });
  await window.goTo("All tickets", "g", "a");
  await window.open(ticket);
  const shown = await window.row(ticket).locator(".subject").innerText();
  assert.doesNotMatch(shown, /[\u202A-\u202E\u2066-\u2069\u200B]/u, "invisible marks are gone");
  assert.match(shown, /fdp\.exe/, "it reads as it was written");
});

journey("the page keeps its policy: no inline script runs in it", async (world) => {
  const { window } = await world.seat(ELENA);
  const ran = await window.page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.intruder = true";
    document.body.append(script);
    return globalThis.intruder === true;
  });
  assert.equal(ran, false);
  await until("the browser tells of it", () => window.faults.length > 0);
  assert.match(window.faults[0], /policy: script-src/);
  window.faults.length = 0;
});

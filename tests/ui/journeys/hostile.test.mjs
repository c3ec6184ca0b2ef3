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

const MARKUP = `<!DOCTYPE html><html><head><style>*{display:none}</style></head><body>
  <p>Dear team,</p><script>top.taken = 1</script>
  <p onclick="top.taken = 1">the <b>second</b> paragraph.</p>
  <img src="https://evil.example/pixel.png" alt="our plan" onerror="top.taken = 1">
  <a href="https://evil.example/login">https://bank.example</a>
  <a href="https://\u0430\u0440\u0440\u04cf\u0435.example/">apple.example</a>
  <a href="https://bank.example@evil.example/">the bank</a>
  <form action="https://evil.example"><input name="q"></form>
  <table><tr><td>cell</td></tr></table><pre>${"long line ".repeat(40)}</pre>
  <p>The end.</p></body></html>`;

journey("a mail that is markup is read in a frame that does nothing", async (world) => {
  const { desk, window } = await world.seat(ELENA);
  const asked = [];
  window.page.on("request", (request) => asked.push(request.url()));
  const row = await openTicket(desk);
  await window.open(row.ticket);
  await customerWrites(world.server, desk, row, MARKUP);
  const markup = window.at("markup");
  await markup.waitFor();
  const inside = markup.frameLocator("iframe");
  await inside.getByText("The end.").waitFor();
  const frame = markup.locator("iframe");
  await until("it is as tall as its words", async () => {
    const [shown, needed] = await frame.evaluate((it) => [
      it.clientHeight,
      it.contentDocument.documentElement.scrollHeight,
    ]);
    return shown > 100 && shown >= needed - 1;
  });
  assert.equal(await frame.getAttribute("sandbox"), "allow-same-origin");
  const bad = "script, style, iframe, form, input, a, [onclick], [onerror], img[src]";
  assert.equal(await inside.locator(bad).count(), 0);
  assert.equal(await inside.locator("td").innerText(), "cell", "structure stays");
  const links = await window.at("markup-link").allInnerTexts();
  assert.match(links[0], /evil\.example/, "the true host, not the words of the link");
  assert.match(links[1], /xn--80ak6aa92e\.example/, "letters of another script are told apart");
  const far = asked.filter((url) => !url.startsWith(desk.origin) && !url.startsWith("data:"));
  assert.deepEqual(far, [], "nobody else was asked");
  assert.equal(await window.page.evaluate(() => globalThis.taken), undefined);

  await window.at("markup-link").nth(1).click();
  assert.match(await window.at("link-host").innerText(), /xn--80ak6aa92e\.example/);
  await window.at("link-odd").waitFor();
  await window.press("Escape");
  await window.at("markup-link").nth(2).click();
  assert.match(await window.at("link-host").innerText(), /^evil\.example$/);
  assert.equal(await window.at("link-open").count(), 0, "a disguised host is not opened");
  await window.press("Escape");

  // Keys mean the same after a click into the markup.
  await inside.getByText("The end.").click();
  await window.press("?");
  await window.page.getByRole("dialog").waitFor();
});

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

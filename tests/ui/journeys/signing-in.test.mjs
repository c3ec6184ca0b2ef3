/** The door: signing in by typing, and opening the desk again without a network. */
import assert from "node:assert/strict";
import { journey } from "../stage/journey.mjs";
import { chineseTicket } from "../stage/tickets.mjs";
import { ELENA } from "../stage/world.mjs";

const PASSPHRASE = "kelp rock tide slack ebb";
const REPLY = "您好，系统盘已经恢复，请您再启动一次实例。";

async function typeIn(window, people, password = people[ELENA].password) {
  await window.at("login").fill(ELENA);
  await window.at("password").fill(password);
  await window.at("sign-in").click();
}

journey(
  "whoever signs in by typing answers in Chinese and reads that it is sent",
  async (world) => {
    const desk = await world.strangersDesk();
    const window = await world.window(desk, { byToken: true });
    await typeIn(window, world.server.people);
    // There is no keyring here: the tickets are kept by a passphrase of her own.
    await window.at("passphrase").fill(PASSPHRASE);
    await window.at("passphrase-again").fill(PASSPHRASE);
    await window.at("sign-in").click();
    await window.ready();
    await window.connection("synced");
    assert.doesNotMatch(window.page.url(), /token/, "the token stays out of the address");

    await window.page.context().cookies();
    await window.open((await chineseTicket(await asked(window, desk))).ticket);
    await window.write("reply", REPLY);
    assert.match(await window.text("send"), /^Send to \p{Script=Han}+/u);
    await window.at("send").click();
    await window.came(REPLY, "sent");
    const [entry] = await window.entry(REPLY).allInnerTexts();
    assert.match(entry, /sent/i, "the word for it is there");
    const left = await world.server.deliveries();
    assert.equal(left.filter(({ text }) => text === REPLY).length, 1, "it left once");
  },
);

/** The page spent the token; what it was exchanged for also opens the desk to the test. */
async function asked(window, desk) {
  const [cookie] = await window.context.cookies(desk.origin);
  desk.cookie = `${cookie.name}=${cookie.value}`;
  return desk;
}

journey(
  "a wrong password is told beside its field and nothing is lost of the rest",
  async (world) => {
    const desk = await world.strangersDesk();
    const window = await world.window(desk, { byToken: true });
    await typeIn(window, world.server.people, "not her password");
    const field = window.at("password");
    await window.page.locator("[data-testid=password][aria-invalid=true]").waitFor();
    const told = await field.getAttribute("aria-describedby");
    assert.ok(told, "the words belong to the field");
    assert.equal(await window.at("login").inputValue(), ELENA);
  },
);

journey("without a network the first sign-in says that it needs one", async (world) => {
  const desk = await world.strangersDesk();
  const window = await world.window(desk, { byToken: true });
  await world.server.kill();
  await typeIn(window, world.server.people);
  await window.page.getByRole("alert").waitFor();
  assert.notEqual(await window.page.getByRole("alert").innerText(), "");
  await world.server.resume();
  await window.at("sign-in").click();
  await window.at("passphrase").waitFor();
});

journey("a desk opens without the server by its passphrase, and by no other", async (world) => {
  const desk = await world.desk(ELENA);
  const { passphrase } = world.server.people[ELENA];
  await world.server.kill();
  await desk.kill();
  desk.login = undefined;
  await desk.resume();
  const window = await world.window(desk, { byToken: true });

  await window.at("passphrase").fill("another one altogether");
  await window.at("unlock").click();
  await window.page.locator("[data-testid=passphrase][aria-invalid=true]").waitFor();
  assert.equal(await window.at("row").count(), 0, "nothing is shown");

  await window.at("passphrase").fill(passphrase);
  await window.at("unlock").click();
  await window.ready();
  await window.connection("offline");
});

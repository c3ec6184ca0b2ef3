/**
 * A morning as it may be found: a blue screen that is being worked on, then an outage, a reply that
 * was held, words and changes that wait on this computer, a conflict, a draft with an open place.
 */
import { find, openTicket, whole } from "./tickets.mjs";
import { until } from "./until.mjs";
import { ELENA, HANNAH, TOMAS } from "./world.mjs";

const ANSWER = "快照刚刚完成。系统盘正在挂到救援实例上，五分钟后可以启动。";
const NEWS = "等一下，控制台显示实例自己重启了，现在还要按原计划做吗？";
const SECOND = "请先不要操作，我正在核对重启的原因，两分钟内回复您。";
const NOTE =
  "The instance came up by itself at 22:41. Check `viostor.sys` before detaching the disk.";
const DRAFT = "驱动已回滚，实例预计 {{恢复时间}} 前恢复，请您届时检查分拣系统。";

/** Writes words and lets them go, as the composer does; `kind` is `reply` or `note`. */
export async function writes(desk, row, kind, text) {
  const { seen_through } = await whole(desk, row);
  const { id } = await desk.call("draft.save", { ticket: row.ticket, kind, text });
  return desk.call("draft.send", { draft: id, text, seen_through, solve: null });
}

/** Three desks in step, one of them searchable: an agent, her colleague, who may move the work of both. */
export async function morning(world) {
  const elena = await world.desk(ELENA, { wired: true });
  const tomas = await world.desk(TOMAS);
  const hannah = await world.desk(HANNAH);
  await until("everything is indexed", async () => {
    return (await elena.call("status.get")).indexing === null;
  });
  const blueScreen = await openTicket(elena, ({ subject }) => subject.includes("蓝屏"));
  const invoice = await find(elena, "invoice", ({ subject }) => subject.includes("請求書"));
  return { world, elena, tomas, hannah, blueScreen, invoice };
}

/** The outage: Elena's network goes, comes back for a moment, and goes again. */
export async function outage(scene) {
  const { world, elena, tomas, blueScreen, invoice } = scene;
  const change = (desk, act) => desk.call("ticket.act", { ticket: invoice.ticket, act });
  await elena.wire.cut();
  await world.offline(elena);
  await writes(elena, blueScreen, "reply", ANSWER);
  await change(elena, { act: "severity", to: "p1" });
  const { contact } = await whole(elena, blueScreen);
  await world.server.customerWrites({
    contact: contact.id,
    ticket: blueScreen.ticket,
    text: NEWS,
  });
  await change(tomas, { act: "severity", to: "p4" });
  await world.synced(tomas);
  await elena.wire.mend();
  await until("a reply is held and a field stands twice", async () => {
    const { held, needs_you } = await elena.call("status.get");
    return held === 1 && needs_you === 2;
  });
  await world.synced(elena);
  await elena.wire.cut();
  await world.offline(elena);
  await writes(elena, blueScreen, "reply", SECOND);
  await writes(elena, blueScreen, "note", NOTE);
  await elena.call("ticket.act", {
    ticket: blueScreen.ticket,
    act: { act: "tags", add: ["reboot"], remove: [] },
  });
  await elena.call("draft.save", { ticket: blueScreen.ticket, kind: "reply", text: DRAFT });
}

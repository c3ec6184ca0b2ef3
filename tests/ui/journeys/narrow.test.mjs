/** Small windows, and large ones whose letters are twice as large: nothing is cut or covered. */
import assert from "node:assert/strict";
import { journey } from "../stage/journey.mjs";
import { openTicket } from "../stage/tickets.mjs";
import { ELENA } from "../stage/world.mjs";

/** The least size of the window, the mock's size at 200 %, a quarter of a screen, all icons. */
const SIZES = [
  { width: 720, height: 480 },
  { width: 720, height: 450 },
  { width: 960, height: 540 },
  { width: 1080, height: 700 },
];
/** Lines that a subject of a usual length may take. */
const SUBJECT_LINES_MAX = 3;
/** Of the thread, what must be left to read, pixels. */
const THREAD_MIN_PX = 96;

/** Figures of the head: what stands over its neighbour, and how much is left for the thread. */
const measured = (window) =>
  window.page.evaluate(() => {
    const over = [];
    const shown = (box) => box.width > 1 && box.height > 1;
    for (const cell of document.querySelectorAll(".four > div")) {
      const { left, right } = cell.getBoundingClientRect();
      for (const part of cell.querySelectorAll("dd > *")) {
        const box = part.getBoundingClientRect();
        if (shown(box) && (box.left < left - 1 || box.right > right + 1)) over.push(part.outerHTML);
      }
    }
    const subject = document.querySelector("[data-testid=subject]");
    const height = (element) => element.getBoundingClientRect().height;
    const rail = document.querySelector(".rail");
    return {
      over,
      lines: height(subject) / Number.parseFloat(getComputedStyle(subject).lineHeight),
      thread: height(document.querySelector("[data-testid=thread]")),
      sideways: document.documentElement.scrollWidth - innerWidth,
      rail: rail.scrollHeight > rail.clientHeight && getComputedStyle(rail).overflowY !== "auto",
    };
  });

for (const language of ["en", "ar"]) {
  journey(`a small window shows all of a ticket's head: ${language}`, async (world) => {
    const { desk, window } = await world.seat(ELENA, { language });
    await window.open((await openTicket(desk)).ticket);
    for (const size of SIZES) {
      await window.page.setViewportSize(size);
      await window.settled();
      const { over, lines, thread, sideways, rail } = await measured(window);
      const at = `at ${size.width} × ${size.height}`;
      assert.deepEqual(over, [], `nothing stands over its neighbour ${at}`);
      assert.ok(lines <= SUBJECT_LINES_MAX, `the subject takes ${lines} lines ${at}`);
      assert.ok(thread >= THREAD_MIN_PX, `${thread} px are left for the thread ${at}`);
      assert.ok(sideways <= 0, `nothing is scrolled sideways ${at}`);
      assert.ok(!rail, `every place of the rail can be reached ${at}`);
    }
  });
}

/** Whether a screen keeps WCAG 2.2 AA, as far as a machine can tell. */
import { axeSource } from "./packages.mjs";
import { until } from "./until.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Menus float over the page, outside of its landmarks, and take the focus while they do. */
const RULES = { region: { enabled: false } };

/** How long a page may take to stand still for a whole judgement, milliseconds. */
const STILL_WITHIN_MS = 60_000;

/**
 * Violations of the page as it stands, one line for each place. Only a judgement during which
 * nothing changed counts: any other is of a page that nobody has ever seen.
 */
export async function violations({ page }) {
  await page.evaluate(axeSource());
  const { found } = await until(
    "the page stands still while it is judged",
    async () => {
      const judged = await page.evaluate(judge, [TAGS, RULES]);
      return judged.seen === 0 && judged;
    },
    STILL_WITHIN_MS,
  );
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, why }) => `${id}: ${help}\n    ${html.slice(0, 160)}\n    ${why}`),
  );
}

/** Runs in the page. */
async function judge([values, rules]) {
  const { axe, holdfastStill } = globalThis;
  holdfastStill.hold();
  try {
    const run = () =>
      axe.run(document, {
        runOnly: { type: "tag", values },
        rules,
        resultTypes: ["violations"],
      });
    const { result, seen } = await holdfastStill.changes(run);
    const found = result.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ html, failureSummary }) => ({ html, why: failureSummary })),
    }));
    return { found, seen };
  } finally {
    holdfastStill.release();
  }
}

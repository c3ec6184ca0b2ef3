/** Whether a screen keeps WCAG 2.2 AA, as far as a machine can tell. */
import { axeSource } from "./packages.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Menus float over the page, outside of its landmarks, and take the focus while they do. */
const RULES = { region: { enabled: false } };

/** Violations of the page as it stands, one line for each place. */
export async function violations({ page }) {
  await page.evaluate(axeSource());
  const found = await page.evaluate(
    async ([values, rules]) => {
      const { violations } = await globalThis.axe.run(document, {
        runOnly: { type: "tag", values },
        rules,
        resultTypes: ["violations"],
      });
      return violations.map(({ id, help, nodes }) => ({
        id,
        help,
        nodes: nodes.map(({ html, failureSummary }) => ({ html, why: failureSummary })),
      }));
    },
    [TAGS, RULES],
  );
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, why }) => `${id}: ${help}\n    ${html.slice(0, 160)}\n    ${why}`),
  );
}

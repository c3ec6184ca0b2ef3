/**
 * What markup's frame holds, and how it is dressed from outside.
 *
 * No script runs inside, so everything is done from here: the look through the objects of its
 * styles, which no policy has to allow, and the keys that would otherwise end in it.
 */

/** Nothing from anywhere, but pictures that the markup brought along. */
export const POLICY = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'";

/** The frame's document. `html` is safe already; the policy is for the day that it is not. */
export function pageOf(html: string, language: string | null): string {
  const lang = language && /^[A-Za-z0-9-]+$/.test(language) ? ` lang="${language}"` : "";
  return (
    `<!doctype html><html${lang}><head><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">` +
    `<meta name="referrer" content="no-referrer"></head><body dir="auto">${html}</body></html>`
  );
}

/** What the markup takes from the words around its frame. */
const TAKEN = ["color", "fontFamily", "fontSize", "lineHeight"] as const;

/** The look of the words around it, and nothing wider than the pane. */
export function dress(page: Document, frame: HTMLIFrameElement): void {
  const around = getComputedStyle(frame.parentElement ?? frame);
  const { body } = page;
  for (const name of TAKEN) body.style[name] = around[name];
  body.style.margin = "0";
  body.style.overflowWrap = "anywhere";
  // A flow root: the margins of the first and the last paragraph count.
  body.style.display = "flow-root";
  page.documentElement.style.colorScheme = getComputedStyle(document.documentElement).colorScheme;
  page.documentElement.style.overflow = "hidden";
  for (const picture of [...page.images]) {
    // One that would have been fetched: its words stand for it.
    if (!picture.hasAttribute("src")) picture.replaceWith(picture.alt);
    picture.style.maxInlineSize = "100%";
    picture.style.blockSize = "auto";
  }
  for (const code of page.querySelectorAll("pre")) code.style.whiteSpace = "pre-wrap";
}

/** Keys pressed while the markup has the focus mean what they mean beside it. */
export function forwardKeys(page: Document, frame: HTMLIFrameElement): void {
  page.addEventListener("keydown", (event) => {
    const { key, code, altKey, ctrlKey, metaKey, shiftKey } = event;
    // Copying what is chosen inside is the browser's.
    if ((ctrlKey || metaKey) && ["c", "a"].includes(key.toLowerCase())) return;
    const again = new KeyboardEvent("keydown", {
      key,
      code,
      altKey,
      ctrlKey,
      metaKey,
      shiftKey,
      bubbles: true,
      cancelable: true,
    });
    if (!frame.dispatchEvent(again)) event.preventDefault();
  });
}

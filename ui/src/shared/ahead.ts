/**
 * Typing ahead: what is typed between asking for the composer and its standing there. A field that
 * nobody sees has the keys meanwhile, so that no letter is lost and none acts as a command; input
 * methods compose in it as in any other.
 *
 * Deliberately absent: where the words go. Whoever ends it puts them in.
 */

/** What was typed ahead. */
export type Typed = {
  words: string;
  /** Whether the reader still waits there; who has gone elsewhere is not fetched back. */
  waits: boolean;
};

class Ahead {
  #field: HTMLTextAreaElement | undefined;
  #composing: Promise<void> | undefined;

  /** Takes the keys at once. `label` is read out. */
  begin(label: string): void {
    if (!this.#field) {
      const field = document.createElement("textarea");
      field.className = "read-out";
      field.tabIndex = -1;
      field.ariaLabel = label;
      field.dataset.testid = "ahead";
      field.addEventListener("compositionstart", () => {
        this.#composing = new Promise((done) => {
          field.addEventListener("compositionend", () => done(), { once: true });
        });
      });
      document.body.append(field);
      this.#field = field;
    }
    this.#field.focus();
  }

  /** Gives back what was typed, once no input method composes in it. */
  async end(): Promise<Typed> {
    await this.#composing;
    const field = this.#field;
    this.#field = undefined;
    this.#composing = undefined;
    if (!field) return { words: "", waits: true };
    const waits = document.activeElement === field;
    field.remove();
    return { words: field.value, waits };
  }
}

/** The keys that were pressed ahead in this window. */
export const ahead = new Ahead();

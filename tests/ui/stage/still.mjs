/**
 * A page that stands still while it is judged or photographed.
 *
 * A judge reads the page in many steps, between which clocks tick, notices go and lists are read
 * again: it would mix two pages into one. `hold` keeps back what the page had planned for later;
 * whoever is let in meanwhile, as the judge, plans as ever. What else may come, a word from the
 * desk, is seen by `changes`. Deliberately absent: anything that changes what the page shows.
 */

/** Runs in the page before everything else. */
export function stillable() {
  const waiting = new Map();
  let held = false;
  let holds = 0;

  function keeping(plan) {
    return (run, after_ms, ...rest) => {
      const made = holds;
      const id = plan(() => {
        if (held && made < holds) waiting.set(id, () => run(...rest));
        else run(...rest);
      }, after_ms);
      return id;
    };
  }

  function forgetting(callOff) {
    return (id) => {
      waiting.delete(id);
      callOff(id);
    };
  }

  window.setTimeout = keeping(window.setTimeout);
  window.setInterval = keeping(window.setInterval);
  window.clearTimeout = forgetting(window.clearTimeout);
  window.clearInterval = forgetting(window.clearInterval);
  window.holdfastStill = {
    hold() {
      holds += 1;
      held = true;
    },
    release() {
      held = false;
      for (const [id, run] of [...waiting]) {
        if (waiting.delete(id)) run();
      }
    },
    /** How often the page changed while `work` ran. */
    async changes(work) {
      let seen = 0;
      const watch = new MutationObserver((records) => (seen += records.length));
      const everything = { subtree: true, childList: true, attributes: true, characterData: true };
      watch.observe(document, everything);
      const result = await work();
      seen += watch.takeRecords().length;
      watch.disconnect();
      return { result, seen };
    },
  };
}

import { expect, it, vi } from "vitest";
import { setLocale } from "../i18n/locale.svelte";
import { connect } from "../ipc/call";
import { DeskError } from "../ipc/error";
import { Draft } from "./draft.svelte";
import { DraftFileQueue } from "./files.svelte";

it("a file that this server does not take is refused with what it does take", async () => {
  setLocale("en");
  connect({
    call: async (name) => {
      if (name !== "attachment.begin") return null;
      const params = { limit: "2097152", limit_bytes: "2097152" };
      throw new DeskError({ code: "too_much", message: "larger than a file may be here", params });
    },
    subscribe: () => () => undefined,
  });
  const queue = new DraftFileQueue();
  queue.add([new File(["x"], "memory.dmp")], new Draft("t", "reply"));
  await vi.waitFor(() => expect(queue.busy).toBe(false));
  expect(queue.coming.map(({ fault }) => fault)).toEqual([expect.stringContaining("2 MB")]);
});

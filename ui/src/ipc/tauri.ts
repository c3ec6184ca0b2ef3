/** The desk behind the window. Nothing else may import `@tauri-apps`. */
import { invoke, isTauri } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Host } from "./call";
import type { NoticeView } from "./generated";

/** Whether this page stands in the window. */
export const inWindow = isTauri;

export const tauri: Host = {
  call: (name, request) => invoke("call", { name, request }),
  subscribe(hear) {
    const unlisten = listen<NoticeView>("notice", ({ payload }) => hear(payload));
    return () => {
      void unlisten.then((stop) => stop());
    };
  },
};

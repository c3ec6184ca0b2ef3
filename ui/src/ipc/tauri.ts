/** The desk and the shell behind the window. Nothing else may import `@tauri-apps`. */
import { invoke, isTauri } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Host } from "./call";
import type { NoticeView } from "./generated";
import type { Shell } from "./shell";

/** Whether this page stands in the window. */
export const inWindow = isTauri;

export const tauri: Host = {
  call: (name, request) => invoke("call", { name, request }),
  subscribe: (hear) => heard<NoticeView>("notice", hear),
};

export const tauriShell: Shell = {
  painted: () => silent(invoke("painted")),
  notify: (words) => silent(invoke("notify", { words })),
  tray: (words) => silent(invoke("tray", { words })),
  ground: (colour) => silent(invoke("ground", { colour })),
  openLink: (url) =>
    invoke("open_link", { url }).then(
      () => true,
      () => false,
    ),
  onGo: (hear) => heard<{ key: string }>("go", ({ key }) => hear(key)),
};

function heard<T>(event: string, hear: (payload: T) => void): () => void {
  const unlisten = listen<T>(event, ({ payload }) => hear(payload));
  return () => {
    void unlisten.then((stop) => stop());
  };
}

// A desk without a tray or notifications works all the same.
function silent(done: Promise<unknown>): void {
  void done.catch(() => {});
}

/** Where the window begins: which host carries the calls, then the language, then the root. */
import "./styles/index.css";
import { mount, tick } from "svelte";
import App from "./App.svelte";
import { prepare, setLocale } from "./i18n/locale.svelte";
import { connect } from "./ipc/call";
import { connectShell } from "./ipc/shell";
import { inWindow, tauri, tauriShell } from "./ipc/tauri";
import { enter, web } from "./ipc/web";

setLocale(navigator.languages);
if (inWindow()) {
  connect(tauri);
  connectShell(tauriShell);
} else {
  await enter();
  connect(web);
}
mount(App, { target: document.body });

// The first questions are on their way; nothing else is to be done until they are answered.
await tick();
prepare();

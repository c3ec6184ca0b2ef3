/**
 * The reader's preferences: read at the start and at each notice, put to use at once. A change is
 * seen before it is saved; if it cannot be saved, what was saved comes back.
 */
import { registry } from "../commands";
import { setLocale } from "../i18n/locale.svelte";
import { call } from "../ipc/call";
import { type Shown, shown } from "../ipc/error";
import type { SettingsView } from "../ipc/generated";
import { Rereading } from "../ipc/rereading";
import { shell } from "../ipc/shell";
import { notices } from "../shared/notices.svelte";
import { setLook } from "../shared/theme.svelte";
import { ground } from "./ground";

class Settings {
  view = $state.raw<SettingsView>();
  /** Why they could not be read. */
  failure = $state.raw<Shown>();
  #setting = 0;
  #rereading = new Rereading(() => this.#read());

  /** Reads the preferences and follows them, until the returned function is called. */
  follow(): () => void {
    return this.#rereading.follow(["session", "directory"]);
  }

  /** Reads them again. */
  ask(): void {
    this.#rereading.ask();
  }

  /** Changes some of them. */
  async set(change: Partial<SettingsView>): Promise<void> {
    if (!this.view) return;
    this.#use({ ...this.view, ...change });
    const own = ++this.#setting;
    try {
      const saved = await call("settings.set", this.view);
      if (own === this.#setting) this.#use(saved);
    } catch (thrown) {
      notices.add({ text: shown(thrown).text, icon: "alert" });
      this.ask();
    }
  }

  async #read(): Promise<void> {
    const own = this.#setting;
    try {
      const view = await call("settings.get");
      if (own === this.#setting) this.#use(view);
      this.failure = undefined;
    } catch (thrown) {
      this.failure = shown(thrown);
    }
  }

  #use(view: SettingsView): void {
    this.view = view;
    setLocale(view.language === "" ? navigator.languages : view.language);
    setLook(view);
    registry.load(view.key_preset, view.keys);
    const colour = ground();
    if (colour !== undefined) shell().ground(colour);
  }
}

/** The preferences of the window. */
export const settings = new Settings();

/**
 * Who is in, and which face the window shows.
 *
 * ```text
 * starting ─▶ sign-in ─▶ recovery (once) ─▶ desk
 *      └────▶ unlock ──────────────────────▶ desk
 *                ▲── lease over, revoked ──────┘
 * ```
 *
 * While signing in is under way nothing else may change the face: the answer may carry a passphrase
 * that is shown once and kept nowhere. Deliberately absent: passwords, which live in the form.
 */
import { call } from "../ipc/call";
import { DeskError, type Shown, shown } from "../ipc/error";
import type { SessionView, SignInRequest } from "../ipc/generated";
import { Rereading } from "../ipc/rereading";

export type Face = "starting" | "failed" | "sign-in" | "unlock" | "recovery" | "desk";

export class Session {
  view = $state.raw<SessionView>();
  /** Why it could not be read. */
  failure = $state.raw<Shown>();
  /** Why the profile did not open; shown on the unlock screen. */
  shut = $state.raw<Shown>();
  /** A passphrase that was made: shown until the reader has written it down. */
  recovery = $state<string>();
  /** Somebody else wants to sign in. */
  other = $state(false);
  /** What was asked for when a passphrase turned out to be needed. */
  pending = $state.raw<SignInRequest>();
  #busy = $state(false);
  #rereading = new Rereading(() => this.#read(), 0);

  get face(): Face {
    if (this.recovery !== undefined) return "recovery";
    if (this.view === undefined) return this.failure ? "failed" : "starting";
    if (this.view.state === "open") return "desk";
    if (this.pending || this.other || this.view.profiles.length === 0) return "sign-in";
    return "unlock";
  }

  /** Reads who is in and follows it, until the returned function is called. */
  follow(): () => void {
    return this.#rereading.follow(["session"]);
  }

  /** Reads it again. */
  ask(): void {
    this.#rereading.ask();
  }

  /** Signs in; throws what the desk failed with. */
  async signIn(request: SignInRequest): Promise<void> {
    this.#busy = true;
    try {
      const { session, recovery_passphrase } = await call("session.sign_in", request);
      this.recovery = recovery_passphrase ?? undefined;
      this.#enter(session);
    } catch (thrown) {
      if (shown(thrown).code === "passphrase_needed") this.pending = request;
      throw thrown;
    } finally {
      this.#busy = false;
    }
  }

  /** Opens a profile without the network; throws what the desk failed with. */
  async unlock(profile: string, passphrase: string | null): Promise<void> {
    this.#enter(await call("session.unlock", { profile, passphrase }));
  }

  /** Forgets the key until it is asked for again. */
  async lock(): Promise<void> {
    this.view = await call("session.lock");
  }

  /** Signs out; unsent work stays in the profile. */
  async signOut(): Promise<void> {
    this.view = await call("session.sign_out", { keep_unsent: true });
  }

  #enter(session: SessionView): void {
    this.view = session;
    [this.other, this.pending, this.shut] = [false, undefined, undefined];
  }

  async #read(): Promise<void> {
    if (this.#busy) return;
    try {
      const view = await call("session.get");
      if (this.#busy) return;
      this.shut = view.state === "open" ? undefined : (whyShut(view) ?? this.shut);
      this.view = view;
      this.failure = undefined;
    } catch (thrown) {
      this.failure = shown(thrown);
    }
  }
}

/** Why the last profile is not open, or shows nothing though it is. */
function whyShut({ state: code, shut }: SessionView): Shown | undefined {
  if (shut) return shown(new DeskError(shut));
  if (code !== "lease_over" && code !== "revoked") return undefined;
  return shown(new DeskError({ code, message: code, params: {} }));
}

/** The session of the window. */
export const session = new Session();

/**
 * What each failure means to the reader: one table from code to severity, text and action.
 *
 * Offline is a state and stands in the status bar; it never comes here from an open session.
 */
import { t } from "../i18n/locale.svelte";
import type { Code, Failure } from "./generated";

/** A command that failed: the desk's own words stay in `message`, for logs only. */
export class DeskError extends Error {
  readonly code: Code;
  readonly params: Readonly<Record<string, string>>;

  constructor({ code, message, params }: Failure) {
    super(message);
    this.name = "DeskError";
    this.code = code;
    this.params = params as Record<string, string>;
  }
}

/** Where a failure is shown. `field`: beside what is to be corrected. `screen`: instead of it. */
export type Place = "field" | "notice" | "screen";

/** What the reader can do about it. */
export type Remedy = "none" | "retry" | "sign-in" | "unlock" | "copy-details";

type Entry = { place: Place; remedy: Remedy };

const TABLE: Readonly<Record<Code, Entry>> = {
  sign_in_failed: { place: "field", remedy: "none" },
  throttled: { place: "field", remedy: "none" },
  unreachable: { place: "field", remedy: "retry" },
  wrong_key: { place: "field", remedy: "retry" },
  untrusted: { place: "field", remedy: "retry" },
  passphrase_needed: { place: "field", remedy: "none" },
  passphrase_weak: { place: "field", remedy: "none" },
  passphrase_wrong: { place: "field", remedy: "none" },
  profile_in_use: { place: "field", remedy: "retry" },
  cache_damaged: { place: "screen", remedy: "sign-in" },
  locked: { place: "screen", remedy: "unlock" },
  desk_too_old: { place: "notice", remedy: "none" },
  server_too_old: { place: "notice", remedy: "none" },
  lease_over: { place: "screen", remedy: "sign-in" },
  revoked: { place: "screen", remedy: "sign-in" },
  desk_revoked: { place: "screen", remedy: "sign-in" },
  not_found: { place: "notice", remedy: "none" },
  not_allowed: { place: "notice", remedy: "none" },
  empty: { place: "field", remedy: "none" },
  too_much: { place: "field", remedy: "none" },
  holes: { place: "field", remedy: "none" },
  file_lost: { place: "field", remedy: "none" },
  already_taken: { place: "notice", remedy: "none" },
  newer_words: { place: "notice", remedy: "none" },
  written_on: { place: "notice", remedy: "none" },
  already_sent: { place: "notice", remedy: "none" },
  too_late: { place: "notice", remedy: "none" },
  no_such_step: { place: "notice", remedy: "none" },
  bad_tag: { place: "field", remedy: "none" },
  bad_query: { place: "field", remedy: "none" },
  disk_full: { place: "notice", remedy: "retry" },
  disk_fails: { place: "notice", remedy: "retry" },
  bad_request: { place: "notice", remedy: "copy-details" },
  internal: { place: "notice", remedy: "copy-details" },
};

/** What is shown of a failure. */
export type Shown = Entry & {
  code: Code;
  /** In the reader's language. */
  text: string;
  /** For a report: code and log message, no words of tickets. */
  details: string;
};

/** What to show of anything that was thrown. */
export function shown(thrown: unknown): Shown {
  const error = thrown instanceof DeskError ? thrown : unexpected(thrown);
  const { code, params, message } = error;
  const args = { ...params, message, time: `${params.retry_after_s ?? "?"} s` };
  return { ...TABLE[code], code, text: t(`error-${code}`, args), details: `${code}: ${message}` };
}

function unexpected(thrown: unknown): DeskError {
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new DeskError({ code: "internal", message, params: {} });
}

/** Every code there is, for tests and for the catalogue. */
export const CODES = Object.keys(TABLE) as Code[];

/** Whether a value is a failure as it crosses the border. */
export function isFailure(value: unknown): value is Failure {
  if (typeof value !== "object" || value === null) return false;
  const { code, message } = value as Partial<Record<keyof Failure, unknown>>;
  return typeof code === "string" && code in TABLE && typeof message === "string";
}

/**
 * Where a link truly leads, for a reader who decides whether to go there.
 *
 * The host stands as it goes over the network: letters of other scripts that look like Latin ones
 * are told by their code (`xn--…`), a name before an `@` is not shown as the host, and what turns
 * lines round or cannot be seen is left out. Deliberately absent: schemes that start programs or
 * run scripts; a link of theirs leads nowhere.
 */

/** What a reader should know about the host. */
export type Odd =
  /** It is written in letters that may only look like others. */
  | "letters"
  /** Words stand before it that look like a host, and are a name to sign in with. */
  | "name";

export type Whither = {
  /** Host and port, or the address of a mail. */
  host: string;
  odd: Odd | undefined;
};

const WEB = new Set(["https:", "http:"]);
/** Turns lines round, joins, or cannot be seen. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Where it leads; undefined if it is nothing that is ever opened. */
export function whither(url: string): Whither | undefined {
  const parsed = read(url);
  if (!parsed) return undefined;
  if (parsed.protocol === "mailto:") {
    return { host: unescaped(parsed.pathname).replace(UNSEEN, ""), odd: undefined };
  }
  if (!WEB.has(parsed.protocol) || parsed.hostname === "") return undefined;
  if (parsed.username !== "" || parsed.password !== "") return { host: parsed.host, odd: "name" };
  const coded = parsed.hostname.split(".").some((label) => label.startsWith("xn--"));
  return { host: parsed.host, odd: coded ? "letters" : undefined };
}

/** The whole address as it goes over the network: nothing in it looks like something else. */
export function spelled(url: string): string {
  return (read(url)?.href ?? url).replace(UNSEEN, (letter) => encodeURIComponent(letter));
}

function read(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

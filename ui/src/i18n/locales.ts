/** The languages of the window. A language stands here when its catalogue is complete. */

export type LocaleTag = "en" | "zh-Hans" | "ar";

export type LocaleEntry = {
  tag: LocaleTag;
  /** What Intl is asked for: digits stay the ones of ticket numbers and logs. */
  intl: string;
  dir: "ltr" | "rtl";
  /** Its name in itself. */
  name: string;
};

export const LOCALES: readonly LocaleEntry[] = [
  { tag: "en", intl: "en", dir: "ltr", name: "English" },
  { tag: "zh-Hans", intl: "zh-Hans", dir: "ltr", name: "简体中文" },
  { tag: "ar", intl: "ar-u-nu-latn", dir: "rtl", name: "العربية" },
];

const FALLBACK: LocaleEntry = LOCALES[0] as LocaleEntry;

/** The entry of a tag. */
export function entryOf(tag: LocaleTag): LocaleEntry {
  return LOCALES.find((entry) => entry.tag === tag) ?? FALLBACK;
}

/**
 * The best language we have for a reader's wishes, most wanted first (BCP 47).
 * Traditional Chinese does not fall back to Simplified: its readers are better served in English.
 */
export function bestLocale(wanted: readonly string[]): LocaleTag {
  for (const wish of wanted) {
    const locale = parse(wish);
    if (!locale) continue;
    const { language, script } = locale.maximize();
    const exact = LOCALES.find((entry) => {
      const own = new Intl.Locale(entry.tag).maximize();
      return own.language === language && own.script === script;
    });
    if (exact) return exact.tag;
  }
  return FALLBACK.tag;
}

function parse(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag);
  } catch {
    return undefined;
  }
}

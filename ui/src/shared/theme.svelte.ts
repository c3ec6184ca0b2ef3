/** The look: theme and density, on the root element. */

export const THEMES = ["system", "light", "dark", "contrast"] as const;
export const DENSITIES = ["dense", "cosy", "roomy"] as const;
export type Theme = (typeof THEMES)[number];
export type Density = (typeof DENSITIES)[number];

/** Height of a list row, pixels; the same as `--row` in tokens.css. */
const ROW_PX: Readonly<Record<Density, number>> = { dense: 44, cosy: 52, roomy: 60 };

let theme = $state<Theme>("system");
let density = $state<Density>("dense");

/** The reader's choice. */
export const look = {
  get theme(): Theme {
    return theme;
  },
  get density(): Density {
    return density;
  },
  get row_px(): number {
    return ROW_PX[density];
  },
};

/** Sets the look; words nobody knows mean the first of each. */
export function setLook(wanted: { theme?: string; density?: string }): void {
  theme = THEMES.find((known) => known === wanted.theme) ?? (wanted.theme ? "system" : theme);
  density = DENSITIES.find((known) => known === wanted.density) ?? density;
  paint();
}

/** Follows the system while the theme is the system's. */
export function followSystem(): () => void {
  const queries = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"].map((query) =>
    matchMedia(query),
  );
  for (const query of queries) query.addEventListener("change", paint);
  paint();
  return () => {
    for (const query of queries) query.removeEventListener("change", paint);
  };
}

function paint(): void {
  const root = document.documentElement;
  root.dataset.theme = theme === "system" ? systemTheme() : theme;
  root.dataset.density = density;
}

function systemTheme(): Exclude<Theme, "system"> {
  if (matchMedia("(prefers-contrast: more)").matches) return "contrast";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

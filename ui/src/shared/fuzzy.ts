/** Finding by a few letters: which candidates fit, how well, and which letters to mark. */

export type Found<T> = { item: T; marks: [start: number, end: number][]; score: number };

/**
 * Candidates whose text holds the letters of `query` in order, best first. Whole words and their
 * beginnings count most. Case and accents do not matter. Marks are UTF-16 ranges, end excluded.
 */
export function find<T>(
  items: readonly T[],
  query: string,
  textOf: (item: T) => string,
): Found<T>[] {
  const letters = [...fold(query.trim())].filter((letter) => letter.trim() !== "");
  if (letters.length === 0) return items.map((item) => ({ item, marks: [], score: 0 }));
  const found = items.flatMap((item) => {
    const match = matchOf(textOf(item), letters);
    return match ? [{ item, ...match }] : [];
  });
  return found.sort((a, b) => b.score - a.score);
}

type Match = { marks: [number, number][]; score: number };

function matchOf(text: string, letters: readonly string[]): Match | undefined {
  const folded = [...text].map((character) => fold(character));
  const query = letters.join("");
  const whole = folded.join("").indexOf(query);
  // The whole query in one piece is better than its letters here and there.
  const places = whole >= 0 ? run(whole, letters.length) : scattered(folded, letters);
  if (!places) return undefined;
  const starts = places.filter((place) => isWordStart(folded, place)).length;
  const gaps = (places[places.length - 1] ?? 0) - (places[0] ?? 0) + 1 - places.length;
  const score = starts * 8 + (whole >= 0 ? 16 : 0) - gaps - (places[0] ?? 0) * 0.1;
  return { marks: rangesOf(text, places), score };
}

function run(from: number, length: number): number[] {
  return Array.from({ length }, (_, step) => from + step);
}

function scattered(folded: readonly string[], letters: readonly string[]): number[] | undefined {
  const places: number[] = [];
  let from = 0;
  for (const letter of letters) {
    const starts = folded.findIndex(
      (other, place) => place >= from && other === letter && isWordStart(folded, place),
    );
    const next = folded.indexOf(letter, from);
    const place = next === from || starts < 0 ? next : starts;
    if (place < 0) return undefined;
    places.push(place);
    from = place + 1;
  }
  return places;
}

function isWordStart(folded: readonly string[], place: number): boolean {
  return place === 0 || /[\s\-_#./(]/.test(folded[place - 1] ?? " ");
}

function rangesOf(text: string, places: readonly number[]): [number, number][] {
  const characters = [...text];
  const ranges: [number, number][] = [];
  for (const place of places) {
    const start = characters.slice(0, place).join("").length;
    const end = start + (characters[place]?.length ?? 0);
    const last = ranges[ranges.length - 1];
    if (last && last[1] === start) last[1] = end;
    else ranges.push([start, end]);
  }
  return ranges;
}

// One character in, one out, so that places stay places.
function fold(text: string): string {
  return [...text]
    .map((character) => {
      const bare = character.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
      return [...bare].length === 1 ? bare : character.toLowerCase();
    })
    .join("");
}

/** A text cut at its marks. */
export function cut(
  text: string,
  marks: readonly (readonly [number, number])[],
): { text: string; marked: boolean }[] {
  const runs: { text: string; marked: boolean }[] = [];
  let from = 0;
  for (const [start, end] of marks) {
    if (start > from) runs.push({ text: text.slice(from, start), marked: false });
    runs.push({ text: text.slice(start, end), marked: true });
    from = end;
  }
  if (from < text.length) runs.push({ text: text.slice(from), marked: false });
  return runs;
}

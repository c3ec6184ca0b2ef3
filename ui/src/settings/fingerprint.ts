/** A hash as people compare it: pairs of capital digits with colons. */
export function fingerprint(hexadecimal: string): string {
  return (hexadecimal.match(/../g) ?? []).join(":").toUpperCase();
}

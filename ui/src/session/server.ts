/** Servers and the people on them, as the door shows and compares them. */

/** `https://desk.example.com:443/x` → `desk.example.com`; the text itself when it is no address. */
export function hostOf(server: string): string {
  try {
    return new URL(server).host;
  } catch {
    return server;
  }
}

type Person = { server: string; login: string };

/** Whether two logins are the same person's: a slash at the end and capitals make no other one. */
export function samePerson(a: Person, b: Person): boolean {
  const plain = ({ server, login }: Person) =>
    `${server.trim().replace(/\/+$/, "")}\n${login.trim().toLowerCase()}`;
  return plain(a) === plain(b);
}

/** `elena-ruiz@example.com` → `elena ruiz`, for initials. */
export function nameOf(login: string): string {
  return (login.split("@")[0] ?? login).replace(/[-_.]+/g, " ").trim();
}

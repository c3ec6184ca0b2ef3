/**
 * Whether the last profile may open by itself at the next start. It may not after its owner has
 * signed out or locked it. Kept by the window, since no profile is open when it is asked for.
 */
const KEY = "holdfast.left";

/** The owner closed the profile on purpose. */
export function leaveAlone(): void {
  localStorage.setItem(KEY, "yes");
}

/** Somebody came in. */
export function welcome(): void {
  localStorage.removeItem(KEY);
}

/** Whether the keyring may be asked without being told to. */
export function mayOpenByItself(): boolean {
  return localStorage.getItem(KEY) === null;
}

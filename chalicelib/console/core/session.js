// Who looks: the key, which lives as long as the tab, and what the API says it may do.
import { signal } from "./signal.js";

const KEY = "cam-key";
const RANKS = ["viewer", "operator", "admin"];

export const isLocked = signal(false);
export const self = signal(null); // the answer of GET /whoami; null where nobody is asked who they are

export const key = () => sessionStorage.getItem(KEY);
export const locked = (is) => isLocked.set(is);

export function keep(text) {
  if (text) sessionStorage.setItem(KEY, text);
  else sessionStorage.removeItem(KEY);
}

/** Begin anew without the key: nothing that it protects stays behind. */
export function leave() {
  keep(null);
  location.reload();
}

/** Whether this role is enough. The API decides; this only spares people buttons that would be refused. */
export function may(role) {
  const own = self.get()?.role;
  return !own || RANKS.indexOf(own) >= RANKS.indexOf(role);
}

// Where one can go: in the rail, and by keys. A place with a role is shown to whom the API knows to have it.
import { may, self } from "./core/session.js";

const PLACES = [
  { name: "overview", key: "o" },
  { name: "tasks", key: "t" },
  { name: "submit", key: "n" },
  { name: "assets", key: "a" },
  { name: "changes", key: "h" },
  { name: "scopes", key: "s" },
  { name: "accounts", key: "c" },
  { name: "dead-letters", key: "d" },
  { name: "keys", key: "k", role: "admin" },
  { name: "audit", key: "u", role: "admin" },
];

export const places = () => PLACES.filter(({ role }) => !role || (self.get() && may(role)));

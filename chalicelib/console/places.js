// Where one can go: in the rail, and by keys. A place with a role is left out for whoever has it not; one that only the
// `known` see, also until the API has told who looks.
import { may, self } from "./core/session.js";

const PLACES = [
  { name: "overview", key: "o" },
  { name: "tasks", key: "t" },
  { name: "submit", key: "n", role: "operator" },
  { name: "assets", key: "a" },
  { name: "changes", key: "h" },
  { name: "scopes", key: "s" },
  { name: "accounts", key: "c" },
  { name: "dead-letters", key: "d" },
  { name: "keys", key: "k", role: "admin", known: true },
  { name: "audit", key: "u", role: "admin", known: true },
];

export const places = () => PLACES.filter(({ role, known }) => !role || (may(role) && (!known || self.get())));

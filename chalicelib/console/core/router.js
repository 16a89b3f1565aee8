// Addresses: "#/tasks?status=failed". What is chosen on a page lives there, so that it can be kept and shared.
import { signal, useSignal } from "./signal.js";

function parse() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  return {
    parts: path.split("/").filter(Boolean).map(decodeURIComponent),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

const current = signal(parse());
addEventListener("hashchange", () => current.set(parse()));

export const useRoute = () => useSignal(current);

export function href(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return `#/${path}` + (given.length ? "?" + new URLSearchParams(given) : "");
}

export const go = (path, query) => { location.hash = href(path, query); };

/** Change the query of this page without a new entry in the browser's history. */
export function refine(query) {
  const { parts } = current.get();
  history.replaceState(null, "", href(parts.map(encodeURIComponent).join("/"), query));
  current.set(parse());
}

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

/** Replace the query of this page without a new entry in the browser's history. */
export function replace(query) {
  const { parts } = parse();
  history.replaceState(null, "", href(parts.map(encodeURIComponent).join("/"), query));
  current.set(parse());
}

/** Change some of the query as it is by now, before the page has heard of it, and begin at the first page. */
export const refine = (changes) => replace({ ...parse().query, cursor: "", offset: "", ...changes });

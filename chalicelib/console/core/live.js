// Reading what changes: one small conditional request at a time, slower when nothing changes, none while hidden.
import { get } from "./api.js";
import { useEffect, useRef, useState } from "./html.js";

const SLOWEST_MS = 15000;
const SLOWER = 1.4;

/**
 * The data of a GET, kept up to date. `path` null reads nothing; `every` 0 reads once.
 * Returns {data, error, refresh}; `data` stays while a read fails.
 */
export function useLive(path, query, { every = 2000 } = {}) {
  const [state, setState] = useState({ data: undefined, error: null, of: null });
  const again = useRef(() => {});
  const asked = path === null ? null : JSON.stringify([path, query ?? {}]);

  useEffect(() => {
    if (asked === null) return undefined;
    const [where, what] = JSON.parse(asked);
    const aborter = new AbortController();
    let timer = 0;
    let wait = every;
    let last;
    let turn = 0; // of reads side by side only the last one counts, and goes on

    async function read() {
      const mine = ++turn;
      clearTimeout(timer);
      try {
        const data = await get(where, what, { signal: aborter.signal });
        if (mine !== turn) return;
        wait = data === last ? Math.min(wait * SLOWER, Math.max(SLOWEST_MS, every)) : every;
        last = data;
        setState((was) => (was.data === data && !was.error ? was : { data, error: null, of: asked }));
      } catch (error) {
        if (aborter.signal.aborted || mine !== turn) return;
        wait = SLOWEST_MS;
        setState((was) => ({ data: was.of === asked ? was.data : undefined, error, of: asked }));
      }
      if (every && !document.hidden && !aborter.signal.aborted) timer = setTimeout(read, wait);
    }

    const shown = () => (document.hidden ? clearTimeout(timer) : every && read());
    document.addEventListener("visibilitychange", shown);
    again.current = read;
    read();
    return () => {
      aborter.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", shown);
    };
  }, [asked, every]);

  const current = state.of === asked;
  return {
    data: current ? state.data : undefined,
    error: current ? state.error : null,
    refresh: () => again.current(),
  };
}

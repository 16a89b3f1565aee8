// What forms and filters choose from: the clouds and the accounts there are.
import { get } from "../core/api.js";
import { useEffect, useState } from "../core/html.js";

const NOTHING = { providers: [], accounts: [] };

/** {providers, accounts} of the API; empty until read. */
export function usePicks() {
  const [picks, setPicks] = useState(NOTHING);
  useEffect(() => {
    const aborter = new AbortController();
    Promise.all([get("/providers", {}, aborter), get("/accounts", {}, aborter)])
      .then(([clouds, { accounts }]) => setPicks({ providers: clouds.providers, accounts }))
      .catch(() => {}); // without them, every field still takes what is typed
    return () => aborter.abort();
  }, []);
  return picks;
}

export const accountsOf = ({ accounts }, provider) =>
  accounts.filter((account) => !provider || account.provider === provider);

export const accountOptions = (picks, provider) =>
  accountsOf(picks, provider).map((account) => [account.id, `${account.id} · ${account.name}`]);

/** Regions known so far of the clouds or named by an account, sorted. */
export function regionsOf(picks, provider, accountId) {
  const clouds = picks.providers.filter((cloud) => !provider || cloud.provider === provider);
  const named = accountsOf(picks, provider).filter((account) => !accountId || String(account.id) === String(accountId));
  return [...new Set([...clouds.flatMap((cloud) => cloud.regions), ...named.flatMap((account) => account.regions)])].sort();
}

/** {group: [type, …]} of a cloud, or of all; a type is in one group only, and what is in none comes last. */
export function typesOf(picks, provider) {
  const clouds = picks.providers.filter((cloud) => !provider || cloud.provider === provider);
  const seen = new Set();
  const groups = {};
  const take = (name, types) => {
    const fresh = types.filter((type) => !seen.has(type));
    fresh.forEach((type) => seen.add(type));
    if (fresh.length) groups[name] = [...(groups[name] ?? []), ...fresh];
  };
  for (const cloud of clouds) for (const [name, types] of Object.entries(cloud.groups)) take(name, types);
  for (const cloud of clouds) take("", cloud.asset_types);
  return groups;
}

export const allTypes = (picks, provider) => Object.values(typesOf(picks, provider)).flat().sort();

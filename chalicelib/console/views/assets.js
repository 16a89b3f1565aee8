import { number } from "../core/format.js";
import { html } from "../core/html.js";
import { useLive } from "../core/live.js";
import { go, href, refine, replace } from "../core/router.js";
import { may } from "../core/session.js";
import { t } from "../core/texts.js";
import { Bars, Ranks } from "../parts/charts.js";
import { Check, Choice, Moment, Typed } from "../parts/fields.js";
import { accountOptions, usePicks } from "../parts/picks.js";
import { Ago, Card, Empty, Loading, More, Page, Problem, Sheet } from "../parts/show.js";

const PAGE = 50;
const FACETS = ["provider", "type", "region"];
const MORE = ["status", "name", "native_id", "ip", "refers_to", "first_seen_since", "changed_since", "deleted"];
const FACET_ROWS = 12;
const DAYS = 14;

export default function Assets({ query }) {
  const { data, error } = useLive("/assets", { limit: PAGE, ...query }, { every: 10000 });
  const summary = useLive("/assets/summary", { days: DAYS }, { every: 30000 });
  const { cursor, ...chosen } = query;
  const isNarrowed = Object.keys(query).some((name) => name !== "sort");
  return html`<${Page} title=${t("place.assets")} note=${summary.data && t("assets_in_all", { count: number(summary.data.total) })}
      actions=${may("operator") && html`<a class="button" href=${href("submit", { type: "export_assets", params: JSON.stringify(exported(chosen)) })}>
        ${t("export_these")}</a>`}>
    <${Filters} chosen=${chosen} />
    <div class="with-facets">
      <${Facets} counts=${summary.data?.counts} chosen=${chosen} />
      <div>
        ${summary.data?.total > 0 && !isNarrowed && html`<${Summary} summary=${summary.data} />`}
        <${Problem} error=${error} />
        <${Card}>
          ${!data && !error && html`<${Loading} />`}
          ${data && (data.assets.length ? html`<${Rows} assets=${data.assets} />` : html`<${Empty}>${t("no_assets")}</${Empty}>`)}
          ${data && html`<div class="card-foot"><${More} shown=${data.assets.length} total=${data.total} label="next_page"
            next=${data.next_cursor && (() => go("assets", { ...query, cursor: data.next_cursor }))} />
            ${cursor && html`<button onClick=${() => history.back()}>${t("former")}</button>`}</div>`}
        </${Card}>
      </div>
    </div>
  </${Page}>`;
}

function Filters({ chosen }) {
  const picks = usePicks();
  const set = (name) => (value) => refine({ [name]: value });
  const tag = Object.entries(chosen).find(([name]) => name.startsWith("tag."));
  return html`<form class="filters" role="search" onSubmit=${(event) => event.preventDefault()}>
    <${Typed} soon label=${t("search")} type="search" value=${chosen.q} onInput=${set("q")} placeholder=${t("search_hint")} />
    <${Choice} label=${t("account_id")} value=${chosen.account_id} onInput=${set("account_id")}
      any=${t("any")} options=${accountOptions(picks, chosen.provider)} />
    <${Typed} label=${t("tag")} placeholder="env=prod" value=${tag ? `${tag[0].slice(4)}=${tag[1]}` : ""}
      onInput=${(text) => replace(tagged(chosen, text))} />
    <${Choice} label=${t("sort")} value=${chosen.sort} onInput=${set("sort")} any="ID"
      options=${["name", "-changed_at", "-first_seen_at"].map((it) => [it, t(`sort.${it.replace("-", "")}`)])} />
    <details class="more-filters" open=${MORE.some((name) => name in chosen)}><summary>${t("more_filters")}</summary><div class="filters">
      <${Typed} label=${t("status")} value=${chosen.status} onInput=${set("status")} placeholder="Running" />
      <${Typed} label=${t("name")} value=${chosen.name} onInput=${set("name")} />
      <${Typed} label=${t("native_id")} value=${chosen.native_id} onInput=${set("native_id")} />
      <${Typed} label="IP" value=${chosen.ip} onInput=${set("ip")} />
      <${Typed} label=${t("refers_to")} value=${chosen.refers_to} onInput=${set("refers_to")} />
      <${Moment} label=${t("first_seen_since")} value=${chosen.first_seen_since} onInput=${set("first_seen_since")} />
      <${Moment} label=${t("changed_since")} value=${chosen.changed_since} onInput=${set("changed_since")} />
      <${Check} label=${t("deleted_too")} value=${chosen.deleted === "true"} onInput=${(is) => set("deleted")(is ? "true" : "")} />
    </div></details>
    ${Object.keys(chosen).length > 0 && html`<button type="button" class="quiet" onClick=${() => replace({})}>${t("clear")}</button>`}
  </form>`;
}

const Rows = ({ assets }) => html`<${Sheet} label=${t("place.assets")}>
  <thead><tr><th scope="col">${t("name")}</th><th scope="col">${t("type")}</th><th scope="col">${t("status")}</th>
    <th scope="col">${t("region")}</th><th scope="col" class="far">IP</th><th scope="col" class="num">${t("changed_at")}</th></tr></thead>
  <tbody>${assets.map((it) => html`<tr key=${it.id} class=${it.deleted_at ? "gone" : ""}>
    <td><a class="strong" href=${href(`assets/${encodeURIComponent(it.id)}`)} data-row>${it.name || it.native_id}</a>
      <span class="sub id">${it.native_id}</span></td>
    <td>${it.type}<span class="sub">${it.provider} · ${it.account_id}</span></td><td>${it.deleted_at ? t("is_deleted") : it.status}</td>
    <td class="nowrap">${it.region}</td><td class="far id">${it.ips[0]}</td>
      <td class="num"><${Ago} at=${it.changed_at} /></td></tr>`)}</tbody>
</${Sheet}>`;

/**
 * What there is by cloud, type and region; each list counts what fits the choices made in the other two. Counts by
 * anything else are not known: none is shown while the list is narrowed down by more.
 */
function Facets({ counts, chosen }) {
  if (!counts) return html`<div></div>`;
  const isCounted = Object.keys(chosen).every((name) => name === "sort" || FACETS.includes(name));
  const fits = (row, but) => FACETS.every((name) => name === but || !chosen[name] || row[name] === chosen[name]);
  return html`<aside class="facets" aria-label=${t("facets")}>${FACETS.map((name) => {
    const sums = new Map();
    for (const row of counts) if (fits(row, name)) sums.set(row[name], (sums.get(row[name]) ?? 0) + row.count);
    const rows = [...sums].sort((a, b) => b[1] - a[1]);
    const shown = rows.filter(([value], at) => at < FACET_ROWS || value === chosen[name]);
    return html`<section key=${name}><h2>${t(name === "type" ? "asset_type" : name)}</h2>
      <ul class="plain">${shown.map(([value, count]) => html`<li key=${value}>
      <a href=${href("assets", { ...chosen, [name]: value === chosen[name] ? "" : value })}
        aria-current=${value === chosen[name] ? "true" : undefined}>
        <span>${value}</span>${isCounted && html`<span class="num">${number(count)}</span>`}</a></li>`)}</ul></section>`;
  })}</aside>`;
}

function Summary({ summary }) {
  const byDay = new Map();
  for (const { day, kind, count } of summary.changes) byDay.set(day, { day, ...byDay.get(day), [kind]: count });
  const days = [...Array(DAYS).keys()].map((back) => {
    const day = new Date(Date.now() - (DAYS - 1 - back) * 86400000).toISOString().slice(0, 10);
    return byDay.get(day) ?? { day };
  });
  const series = [["added", "fine"], ["updated", "changed"], ["deleted", "failed"]]
    .map(([key, kind]) => ({ key, kind, name: t(`count.${key}`) }));
  const tell = (point) => `${point.day}  ${series.map(({ key, name }) => `${name} ${number(point[key] ?? 0)}`).join("  ")}`;
  const sums = new Map();
  for (const row of summary.counts) sums.set(row.type, (sums.get(row.type) ?? 0) + row.count);
  return html`<div class="columns tight">
    <${Card} title=${t("changes_by_day")}><${Bars} points=${days} series=${series} tell=${tell} label=${t("changes_by_day")}
      from=${days[0].day} to=${t("today")} /></${Card}>
    <${Card} title=${t("by_asset_type")}><${Ranks} of=${[...sums].sort((a, b) => b[1] - a[1]).slice(0, 7)}
      label=${t("by_asset_type")} /></${Card}>
  </div>`;
}

function tagged(chosen, text) {
  const others = Object.fromEntries(Object.entries(chosen).filter(([name]) => !name.startsWith("tag.")));
  const [name, ...value] = text.split("=");
  return name.trim() && value.length ? { ...others, [`tag.${name.trim()}`]: value.join("=").trim() } : others;
}

/** The filters that an export takes, of those of the list. */
function exported(chosen) {
  const { sort, deleted, ...filters } = Object.fromEntries(Object.entries(chosen).filter(([name]) => !name.startsWith("tag.")));
  const tags = Object.fromEntries(Object.entries(chosen).filter(([name]) => name.startsWith("tag."))
    .map(([name, it]) => [name.slice(4), it]));
  return { ...filters, ...(deleted === "true" && { deleted: true }), tags };
}

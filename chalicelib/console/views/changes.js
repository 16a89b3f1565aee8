import { html, useState } from "../core/html.js";
import { useLive } from "../core/live.js";
import { go, href, refine, replace } from "../core/router.js";
import { t } from "../core/texts.js";
import { Change } from "../parts/changes.js";
import { Choice, Moment } from "../parts/fields.js";
import { accountOptions, allTypes, regionsOf, usePicks } from "../parts/picks.js";
import { Card, Empty, Loading, More, Page, Problem } from "../parts/show.js";

const KINDS = ["added", "updated", "deleted"];
const SHOWN = 100;
const DAY_MS = 86400000;

export default function Changes({ query }) {
  const { cursor, ...chosen } = query;
  const [yesterday] = useState(() => new Date(Date.now() - DAY_MS).toISOString());
  const since = query.since || yesterday;
  const { data, error } = useLive("/changes", { limit: SHOWN, ...query, since }, { every: 10000 });
  return html`<${Page} title=${t("place.changes")} note=${t("changes_note")}>
    <${Filters} chosen=${chosen} since=${since} />
    <${Problem} error=${error} />
    <${Card}>
      ${!data && !error && html`<${Loading} />`}
      ${data && (data.changes.length ? data.changes.map((it) => html`<${Change} key=${it.asset_id + it.at} change=${it}>
        <a href=${href(`assets/${encodeURIComponent(it.asset_id)}`)} data-row>${it.name || it.native_id}</a>
        <span class="muted"> ${[it.type, it.provider, it.account_id, it.region].join(" · ")} · </span></${Change}>`)
        : html`<${Empty}>${t("nothing_changed")}</${Empty}>`)}
      ${data && html`<div class="card-foot"><${More} shown=${data.changes.length} label="next_page"
        next=${data.next_cursor && (() => go("changes", { ...chosen, since, cursor: data.next_cursor }))} />
        ${cursor && html`<button onClick=${() => history.back()}>${t("former")}</button>`}</div>`}
    </${Card}>
  </${Page}>`;
}

function Filters({ chosen, since }) {
  const picks = usePicks();
  const set = (name) => (value) => refine({ [name]: value });
  const choice = (name, label, options) => html`<${Choice} label=${t(label)} value=${chosen[name]} onInput=${set(name)} any=${t("any")}
    options=${options} />`;
  const plain = (values) => values.map((it) => [it, it]);
  return html`<form class="filters" role="search" onSubmit=${(event) => event.preventDefault()}>
    ${choice("kind", "change", KINDS.map((it) => [it, t(`count.${it}`)]))}
    ${choice("provider", "provider", plain(picks.providers.map((it) => it.provider)))}
    ${choice("account_id", "account_id", accountOptions(picks, chosen.provider))}
    ${choice("region", "region", plain(regionsOf(picks, chosen.provider, chosen.account_id)))}
    ${choice("type", "asset_type", plain(allTypes(picks, chosen.provider)))}
    <${Moment} label=${t("start_date")} value=${since} onInput=${set("since")} />
    ${Object.keys(chosen).length > 0 && html`<button class="quiet" onClick=${() => replace({})}>${t("clear")}</button>`}
  </form>`;
}

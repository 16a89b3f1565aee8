import { html, useState } from "../core/html.js";
import { useLive } from "../core/live.js";
import { go, href, refine, replace } from "../core/router.js";
import { may } from "../core/session.js";
import { t, word } from "../core/texts.js";
import { Check, Choice, Moment, Typed } from "../parts/fields.js";
import { useKinds } from "../parts/operations.js";
import { accountOptions, allTypes, regionsOf, usePicks } from "../parts/picks.js";
import { Card, Empty, Loading, More, Page, Problem } from "../parts/show.js";
import { STATUSES, TaskRows } from "../parts/tasks.js";
import { Bulk } from "./bulk.js";

const PAGE = 25;

export default function Tasks({ query }) {
  const { include_children: children, ...rest } = query;
  const { data, error, refresh } = useLive("/tasks", { limit: PAGE, ...query }, { every: 2000 });
  const [asking, setAsking] = useState(null);
  const { cursor, ...chosen } = rest;
  const isNarrowed = Object.keys(chosen).length > 0;
  const bulk = (verb) => isNarrowed && may("operator")
    && html`<button onClick=${() => setAsking(verb)}>${t(`bulk.${verb}`)}</button>`;

  return html`<${Page} title=${t("place.tasks")}
      actions=${may("operator") && html`<a class="button main" href=${href("submit")}>${t("new_task")}</a>`}>
    <${Filters} query=${query} />
    <${Problem} error=${error} />
    <${Card}>
      ${!data && !error && html`<${Loading} />`}
      ${data && (data.tasks.length
        ? html`<${TaskRows} tasks=${data.tasks} label=${t("place.tasks")} />`
        : html`<${Empty}>${isNarrowed ? t("nothing_fits") : t("no_tasks")}</${Empty}>`)}
      ${data && html`<div class="card-foot">
        <${More} shown=${data.tasks.length} total=${data.total} label="next_page"
          next=${data.next_cursor && (() => go("tasks", { ...query, cursor: data.next_cursor }))} />
        <div class="actions">${cursor && html`<button onClick=${() => history.back()}>${t("former")}</button>`}
          ${bulk("cancel")}${bulk("retry")}</div>
      </div>`}
    </${Card}>
    ${asking && html`<${Bulk} verb=${asking} chosen=${chosen} onClose=${() => { setAsking(null); refresh(); }} />`}
  </${Page}>`;
}

function Filters({ query }) {
  const picks = usePicks();
  const { kinds } = useKinds();
  const { cursor, ...chosen } = query;
  const set = (name) => (value) => refine({ [name]: value });
  const more = ["created_by", "start_date", "end_date", "error", "include_children"].some((name) => name in chosen);
  return html`<form class="filters" role="search" onSubmit=${(event) => event.preventDefault()}>
    <${Choice} label=${t("status")} value=${chosen.status} onInput=${set("status")} any=${t("any")}
      options=${STATUSES.map((it) => [it, word("status", it)])} />
    <${Choice} label=${t("type")} value=${chosen.type} onInput=${set("type")} any=${t("any")}
      options=${Object.keys(kinds ?? {}).map((it) => [it, word("type", it)])} />
    <${Choice} label=${t("provider")} value=${chosen.provider} onInput=${set("provider")} any=${t("any")}
      options=${picks.providers.map((it) => [it.provider, it.provider])} />
    <${Choice} label=${t("account_id")} value=${chosen.account_id} onInput=${set("account_id")} any=${t("any")}
      options=${accountOptions(picks, chosen.provider)} />
    <${Choice} label=${t("region")} value=${chosen.region} onInput=${set("region")} any=${t("any")}
      options=${regionsOf(picks, chosen.provider, chosen.account_id).map((it) => [it, it])} />
    <${Choice} label=${t("asset_type")} value=${chosen.asset_type} onInput=${set("asset_type")} any=${t("any")}
      options=${allTypes(picks, chosen.provider).map((it) => [it, it])} />
    <details class="more-filters" open=${more}><summary>${t("more_filters")}</summary><div class="filters">
      <${Typed} soon label=${t("created_by")} value=${chosen.created_by} onInput=${set("created_by")} />
      <${Typed} soon label=${t("error")} value=${chosen.error} onInput=${set("error")} />
      <${Moment} label=${t("start_date")} value=${chosen.start_date} onInput=${set("start_date")} />
      <${Moment} label=${t("end_date")} value=${chosen.end_date} onInput=${set("end_date")} />
      <${Check} label=${t("include_children")} value=${chosen.include_children === "true"}
        onInput=${(is) => set("include_children")(is ? "true" : "")} />
    </div></details>
    ${Object.keys(chosen).length > 0 && html`<button class="quiet" onClick=${() => replace({})}>${t("clear")}</button>`}
  </form>`;
}

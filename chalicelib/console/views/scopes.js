import { send } from "../core/api.js";
import { number } from "../core/format.js";
import { html, useState } from "../core/html.js";
import { useLive } from "../core/live.js";
import { go, refine } from "../core/router.js";
import { may } from "../core/session.js";
import { t } from "../core/texts.js";
import { Act, Confirm } from "../parts/act.js";
import { Choice } from "../parts/fields.js";
import { accountOptions, usePicks } from "../parts/picks.js";
import { Ago, Card, Empty, Loading, More, Page, Problem, Sheet, TaskLink } from "../parts/show.js";

const VERDICTS = ["complete", "incomplete", "held"];
const PAGE = 50;

const syncOf = (scope) => ({ provider: scope.provider, account_id: scope.account_id, regions: [scope.region], asset_types: [scope.type] });

async function sync(scope, more = {}) {
  const { task_id: id } = await send("POST", "/tasks/sync-assets", { ...syncOf(scope), ...more });
  go(`tasks/${id}`);
}

export default function Scopes({ query }) {
  const offset = Number(query.offset ?? 0);
  const { data, error } = useLive("/scopes", { limit: PAGE, ...query }, { every: 5000 });
  const picks = usePicks();
  const [asking, setAsking] = useState(null);
  const { offset: _, ...chosen } = query;
  const set = (name) => (value) => refine({ [name]: value });
  const next = data && offset + data.scopes.length < data.total ? () => go("scopes", { ...query, offset: offset + PAGE }) : null;
  return html`<${Page} title=${t("place.scopes")} note=${t("scopes_note")}>
    <form class="filters" role="search" onSubmit=${(event) => event.preventDefault()}>
      <${Choice} label=${t("verdict")} value=${chosen.verdict} onInput=${set("verdict")} any=${t("any")}
        options=${VERDICTS.map((it) => [it, t(`verdict.${it}`)])} />
      <${Choice} label=${t("provider")} value=${chosen.provider} onInput=${set("provider")} any=${t("any")}
        options=${picks.providers.map((it) => [it.provider, it.provider])} />
      <${Choice} label=${t("account_id")} value=${chosen.account_id} onInput=${set("account_id")} any=${t("any")}
        options=${accountOptions(picks, chosen.provider)} />
    </form>
    <${Problem} error=${error} />
    <${Card}>
      ${!data && !error && html`<${Loading} />`}
      ${data && (data.scopes.length ? html`<${Rows} scopes=${data.scopes} ask=${setAsking} />` : html`<${Empty}>
        ${t(Object.keys(chosen).length ? "nothing_fits" : "no_scopes")}</${Empty}>`)}
      ${data && html`<div class="card-foot"><${More} shown=${offset + data.scopes.length} total=${data.total} label="next_page"
        next=${next} />
        ${offset > 0 && html`<button onClick=${() => history.back()}>${t("former")}</button>`}</div>`}
    </${Card}>
    ${asking && html`<${Confirm} title=${t("confirm_deletions")} yes=${t("confirm_yes", { count: number(asking.held) })} danger=${true}
        act=${() => sync(asking, { confirm_deletions: true })} onClose=${() => setAsking(null)}>
      <p><strong>${[asking.provider, asking.account_id, asking.region, asking.type].join(" · ")}</strong></p>
      <p>${t("held_question", { held: number(asking.held), count: number(asking.count) })}</p>
      <p>${t("held_then")}</p>
    </${Confirm}>`}
  </${Page}>`;
}

const Rows = ({ scopes, ask }) => html`<${Sheet} label=${t("place.scopes")}>
  <thead><tr><th scope="col">${t("verdict")}</th><th scope="col">${t("scope")}</th><th scope="col" class="num">${t("count.total")}</th>
    <th scope="col" class="num">${t("count.missing")}</th><th scope="col" class="num">${t("listed_at")}</th>
      <th scope="col" class="far num">${t("complete_at")}</th>
    <th scope="col"><span class="hidden">${t("actions")}</span></th></tr></thead>
  <tbody>${scopes.map((scope) => html`<tr key=${`${scope.account_id} ${scope.region} ${scope.type}`}>
    <td><span class=${`verdict ${scope.verdict}`}>${t(`verdict.${scope.verdict}`)}</span></td>
    <td>${[scope.region, scope.type].join(" · ")}<span class="sub">${scope.provider} · ${scope.account_id}</span>
      ${scope.reason && html`<span class="sub reason">${scope.reason}</span>`}</td>
    <td class="num">${number(scope.count)}</td><td class="num">${scope.held ? number(scope.held) : ""}</td>
    <td class="num"><${TaskLink} id=${scope.task_id}><${Ago} at=${scope.listed_at} /></${TaskLink}></td>
    <td class="far num"><${Ago} at=${scope.complete_at} /></td>
    <td class="num">${may("operator") && (scope.verdict === "held"
      ? html`<span class="actions end nowrap"><${Act} act=${() => sync(scope, { dry_run: true })}>${t("look_first")}</${Act}>
          <button class="main" onClick=${() => ask(scope)}>${t("confirm")}</button></span>`
      : html`<${Act} kind="quiet" act=${() => sync(scope)}>${t("sync")}</${Act}>`)}</td>
  </tr>`)}</tbody>
</${Sheet}>`;

import { send } from "../core/api.js";
import { full, span } from "../core/format.js";
import { html, useState } from "../core/html.js";
import { useLive } from "../core/live.js";
import { go, href } from "../core/router.js";
import { may } from "../core/session.js";
import { t, word } from "../core/texts.js";
import { Act, Confirm, say } from "../parts/act.js";
import { Credentials, filled } from "../parts/credentials.js";
import { Check, Choice, Many } from "../parts/fields.js";
import { regionsOf, typesOf, usePicks } from "../parts/picks.js";
import { Ago, Card, Facts, Loading, Page, Problem, Sheet, Status, TaskLink } from "../parts/show.js";
import { syncAccount } from "./accounts.js";

const INTERVALS = [300, 900, 3600, 6 * 3600, 24 * 3600, 7 * 24 * 3600];

export default function Account({ id }) {
  const at = `/accounts/${encodeURIComponent(id)}`;
  const { data: account, error, refresh } = useLive(at, {}, { every: 5000 });
  const picks = usePicks();
  const [tested, setTested] = useState(null);
  const [asking, setAsking] = useState("");
  const back = { href: href("accounts"), text: t("place.accounts") };
  if (!account) return html`<${Page} title=${t("account_id")} back=${back}>${error ? html`<${Problem}
    error=${error} />` : html`<${Loading} />`}</${Page}>`;
  const change = async (body) => { await send("PUT", at, body); say(t("saved")); await refresh(); };
  const isActive = account.status === "active";
  const actions = html`
    ${may("admin") && html`<${Act} act=${async () => setTested(await send("POST", `${at}/test`))}>${t("test")}</${Act}>`}
    ${may("operator") && isActive && html`<${Act} kind="main" act=${() => syncAccount(account)}>${t("sync_now")}</${Act}>`}`;
  return html`<${Page} title=${account.name} note=${`${account.provider} · ${account.id}`} back=${back} actions=${actions}>
    <${Card}><${Facts} of=${[
      [t("status"), html`<span class=${`status ${account.status}`}>${word("account", account.status)}</span>`],
      [t("last_sync"), account.last_sync_at && html`<${Status} value=${account.last_sync_status} /> <${TaskLink}
        id=${account.last_sync_task_id}><${Ago} at=${account.last_sync_at} /></${TaskLink}>`],
      [t("next"), account.auto_sync && account.next_sync_at && html`<${Ago} at=${account.next_sync_at} />`],
      [t("endpoint"), account.endpoint], [t("credentials"), account.credential_fields.map((it) => word("credential", it)).join(", ")],
      [t("created_at"), full(account.created_at)],
    ]} /></${Card}>
    ${tested && html`<${Tested} of=${tested} />`}
    ${may("admin") && html`<${Schedule} key=${account.updated_at} account=${account} picks=${picks} change=${change} />
      <div class="actions">
        <button onClick=${() => setAsking("credentials")}>${t("new_credentials")}</button>
        <${Act} act=${() => change({ status: isActive ? "disabled" : "active" })}>${t(isActive ? "disable" : "enable")}</${Act}>
        <button onClick=${() => setAsking("delete")}>${t("delete")}</button>
      </div>`}
    ${asking === "delete" && html`<${Confirm} title=${t("delete_account")} yes=${t("delete")} danger=${true} onClose=${() => setAsking("")}
      act=${async () => { await send("DELETE", at); say(t("deleted")); go("accounts"); }}><p>${t("delete_account_note")}</p></${Confirm}>`}
    ${asking === "credentials" && html`<${NewCredentials} cloud=${picks.providers.find((it) => it.provider === account.provider)}
      change=${change} onClose=${() => setAsking("")} />`}
  </${Page}>`;
}

const Tested = ({ of }) => html`<${Card} title=${t("test_result")}>
  ${of.ok ? html`<p><span class="status allowed">${t("test_ok")}</span> <span class="id">${of.principal}</span></p>
    <p class="muted">${t("regions")}: ${of.regions.join(", ")}</p>` : html`<${Problem} error=${{ status: 1, message: of.error }} />`}
  ${of.permissions.length > 0 && html`<${Sheet} label=${t("permissions")}>
    <thead><tr><th scope="col">${t("asset_type")}</th><th scope="col">${t("permission")}</th><th scope="col">${t("region")}</th>
      <th scope="col">${t("reason")}</th></tr></thead>
    <tbody>${of.permissions.map((it) => html`<tr key=${it.asset_type}><td>${it.asset_type}</td>
      <td><span class=${`status ${it.status}`}>${word("permission", it.status)}</span></td><td>${it.region}</td>
        <td class="muted">${it.reason}</td></tr>`)}</tbody>
  </${Sheet}>`}
</${Card}>`;

function Schedule({ account, picks, change }) {
  const [values, setValues] = useState({
    auto_sync: account.auto_sync, sync_interval_seconds: account.sync_interval_seconds,
    regions: account.regions, asset_types: account.asset_types,
  });
  const set = (name) => (value) => setValues({ ...values, [name]: value });
  const intervals = [...new Set([...INTERVALS, account.sync_interval_seconds])].sort((a, b) => a - b);
  const regions = [...new Set([...regionsOf(picks, account.provider, account.id), ...account.regions])];
  return html`<${Card} title=${t("schedule_and_extent")}>
    <div class="form">
      <${Check} label=${t("auto_sync")} value=${values.auto_sync} onInput=${set("auto_sync")} />
      <${Choice} label=${t("every")} value=${values.sync_interval_seconds} onInput=${(it) => set("sync_interval_seconds")(Number(it))}
        options=${intervals.map((it) => [it, span(it)])} />
      ${regions.length > 0 && html`<${Many} label=${t("regions")} value=${values.regions} onInput=${set("regions")}
        groups=${{ "": regions }} hint=${t("none_is_all")} />`}
      <${Many} label=${t("asset_types")} value=${values.asset_types} onInput=${set("asset_types")}
        groups=${typesOf(picks, account.provider)} whole=${true} hint=${t("none_is_all")} />
    </div>
    <div class="card-foot"><${Act} kind="main" act=${() => change(values)}>${t("save")}</${Act}></div>
  </${Card}>`;
}

function NewCredentials({ cloud, change, onClose }) {
  const [values, setValues] = useState({});
  return html`<${Confirm} title=${t("new_credentials")} yes=${t("save")} onClose=${onClose}
    act=${() => change({ credentials: filled(values) })}>
    <div class="form"><${Credentials} cloud=${cloud} values=${values} change=${setValues} /></div>
      <p class="muted">${t("credentials_note")}</p>
  </${Confirm}>`;
}

import { send } from "../core/api.js";
import { span } from "../core/format.js";
import { html, useState } from "../core/html.js";
import { useLive } from "../core/live.js";
import { go, href } from "../core/router.js";
import { may } from "../core/session.js";
import { t, word } from "../core/texts.js";
import { Act, Confirm, say } from "../parts/act.js";
import { Credentials, filled } from "../parts/credentials.js";
import { Choice, Text } from "../parts/fields.js";
import { usePicks } from "../parts/picks.js";
import { Ago, Card, Empty, Loading, Page, Problem, Sheet, Status, TaskLink } from "../parts/show.js";

export async function syncAccount(account) {
  const { task_id: id } = await send("POST", "/tasks/sync-assets", { provider: account.provider, account_id: account.id });
  go(`tasks/${id}`);
}

export default function Accounts() {
  const { data, error, refresh } = useLive("/accounts", {}, { every: 5000 });
  const [adds, setAdds] = useState(false);
  const add = may("admin") && html`<button class="main" onClick=${() => setAdds(true)}>${t("add_account")}</button>`;
  return html`<${Page} title=${t("place.accounts")} actions=${add}>
    <${Problem} error=${error} />
    <${Card}>
      ${!data && !error && html`<${Loading} />`}
      ${data && (data.accounts.length ? html`<${Rows} accounts=${data.accounts} />` : html`<${Empty}>${t("no_accounts")}</${Empty}>`)}
    </${Card}>
    ${adds && html`<${AddAccount} onClose=${() => { setAdds(false); refresh(); }} />`}
  </${Page}>`;
}

const Rows = ({ accounts }) => html`<${Sheet} label=${t("place.accounts")}>
  <thead><tr><th scope="col">${t("name")}</th><th scope="col">${t("status")}</th><th scope="col">${t("last_sync")}</th>
    <th scope="col" class="far">${t("schedule")}</th><th scope="col"><span class="hidden">${t("actions")}</span></th></tr></thead>
  <tbody>${accounts.map((account) => html`<tr key=${account.id}>
    <td><a class="strong" href=${href(`accounts/${account.id}`)} data-row>${account.name}</a>
      <span class="sub">${account.provider} · ${account.id}</span></td>
    <td><span class=${`status ${account.status}`}>${word("account", account.status)}</span></td>
    <td>${account.last_sync_at ? html`<span class="actions"><${Status} value=${account.last_sync_status} />
      <${TaskLink} id=${account.last_sync_task_id}><${Ago} at=${account.last_sync_at} /></${TaskLink}></span>` : html`<span
        class="muted">${t("never")}</span>`}</td>
    <td class="far">${account.auto_sync ? html`${span(account.sync_interval_seconds)} · <${Ago}
      at=${account.next_sync_at} />` : html`<span class="muted">${t("by_hand")}</span>`}</td>
    <td class="num">${may("operator") && account.status === "active" && html`<${Act} act=${() => syncAccount(account)}>
      ${t("sync_now")}</${Act}>`}</td>
  </tr>`)}</tbody>
</${Sheet}>`;

function AddAccount({ onClose }) {
  const { providers } = usePicks();
  const [account, setAccount] = useState({ name: "", provider: "", endpoint: "" });
  const [credentials, setCredentials] = useState({});
  const set = (name) => (value) => setAccount({ ...account, [name]: value });
  async function add() {
    const { endpoint, ...rest } = account;
    const made = await send("POST", "/accounts", { ...rest, ...(endpoint && { endpoint }), credentials: filled(credentials) });
    say(t("account_added", { name: made.name }));
    go(`accounts/${made.id}`);
  }
  return html`<${Confirm} title=${t("add_account")} yes=${t("add")} act=${add} onClose=${onClose}>
    <div class="form">
      <${Choice} label=${t("provider")} value=${account.provider} required=${true} any=${t("choose")}
        onInput=${(it) => { set("provider")(it); setCredentials({}); }} options=${providers.map((it) => [it.provider, it.provider])} />
      <${Text} label=${t("name")} value=${account.name} onInput=${set("name")} required=${true} maxlength="128" />
      <${Credentials} key=${account.provider} cloud=${providers.find((it) => it.provider === account.provider)}
        values=${credentials} change=${setCredentials} />
      <${Text} label=${t("endpoint")} value=${account.endpoint} onInput=${set("endpoint")} placeholder="https://"
        hint=${t("endpoint_hint")} wide=${true} />
    </div>
    <p class="muted">${t("credentials_note")}</p>
  </${Confirm}>`;
}

import { send } from "../core/api.js";
import { html, useEffect, useRef, useState } from "../core/html.js";
import { useLive } from "../core/live.js";
import { leave, self } from "../core/session.js";
import { t, word } from "../core/texts.js";
import { Confirm, say } from "../parts/act.js";
import { Choice, Text } from "../parts/fields.js";
import { Ago, Card, Copy, Empty, Loading, Page, Problem, Sheet } from "../parts/show.js";

const ROLES = ["viewer", "operator", "admin"];
const DAYS = [1, 7, 30, 90, 180, 365];
const USUAL_DAYS = 90;

/** What a stage that takes no keys says of itself, by what it takes. */
const UNUSED = { off: "keys_off", oidc: "keys_oidc" };

const stateOf = (key) => (key.revoked_at ? "revoked" : Date.parse(key.expires_at) <= Date.now() ? "expired" : "active");

export default function Keys() {
  const { data, error, refresh } = useLive("/keys", {}, { every: 10000 });
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState(null);
  const [revoking, setRevoking] = useState(null);
  const unused = UNUSED[self.get()?.authentication];

  async function revoke() {
    await send("DELETE", `/keys/${encodeURIComponent(revoking.id)}`);
    if (isOwn(revoking)) return leave();
    say(t("key_revoked", { name: revoking.name }));
    return refresh();
  }

  return html`<${Page} title=${t("place.keys")} note=${t("keys_note")}
      actions=${!error && html`<button class="main" onClick=${() => setMaking(true)}>${t("make_key")}</button>`}>
    ${unused && html`<p class="note warn">${t(unused)}</p>`}
    <${Problem} error=${error} />
    ${made && html`<${Once} made=${made} onKept=${() => setMade(null)} />`}
    <${Card}>
      ${!data && !error && html`<${Loading} />`}
      ${data && (data.keys.length ? html`<${Rows} keys=${data.keys} revoke=${setRevoking} />` : html`<${Empty}>${t("no_keys")}</${Empty}>`)}
    </${Card}>
    ${making && html`<${MakeKey} onMade=${(key) => { setMade(key); refresh(); }} onClose=${() => setMaking(false)} />`}
    ${revoking && html`<${Confirm} title=${t("revoke_key")} yes=${t("revoke")} danger=${true} act=${revoke}
      onClose=${() => setRevoking(null)}>
      <p><strong>${revoking.name}</strong> <span class="id">${revoking.id}</span></p>
      <p>${t(isOwn(revoking) ? "revoke_own_note" : "revoke_note")}</p>
    </${Confirm}>`}
  </${Page}>`;
}

const isOwn = (key) => self.get()?.subject === `key:${key.id}`;

const Rows = ({ keys, revoke }) => html`<${Sheet} label=${t("place.keys")}>
  <thead><tr><th scope="col">${t("name")}</th><th scope="col">${t("status")}</th><th scope="col">${t("role")}</th>
    <th scope="col" class="num">${t("last_used")}</th><th scope="col" class="num">${t("expires")}</th>
    <th scope="col" class="far">${t("created_at")}</th><th scope="col"><span class="hidden">${t("actions")}</span></th></tr></thead>
  <tbody>${keys.map((key) => html`<tr key=${key.id}>
    <td><span class="strong">${key.name}</span> ${isOwn(key) && html`<span class="muted">${t("this_key")}</span>`}
      <span class="sub id">${key.id}</span></td>
    <td><span class=${`status ${stateOf(key)}`}>${word("key", stateOf(key))}</span></td>
    <td>${word("role", key.role)}</td>
    <td class="num">${key.last_used_at ? html`<${Ago} at=${key.last_used_at} />` : html`<span class="muted">${t("never")}</span>`}</td>
    <td class="num"><${Ago} at=${key.expires_at} /></td>
    <td class="far"><${Ago} at=${key.created_at} /><span class="sub">${key.created_by}</span></td>
    <td class="num">${stateOf(key) === "active" && html`<button onClick=${() => revoke(key)}>${t("revoke")}
      <span class="hidden"> ${key.name}</span></button>`}</td>
  </tr>`)}</tbody>
</${Sheet}>`;

function MakeKey({ onMade, onClose }) {
  const [asked, setAsked] = useState({ name: "", role: ROLES[0], expires_in_days: USUAL_DAYS });
  const set = (name) => (value) => setAsked({ ...asked, [name]: value });
  const make = async () => onMade(await send("POST", "/keys", { ...asked, expires_in_days: Number(asked.expires_in_days) }));
  return html`<${Confirm} title=${t("make_key")} yes=${t("make")} act=${make} onClose=${onClose}>
    <div class="form">
      <${Text} label=${t("key_name")} hint=${t("key_name_hint")} value=${asked.name} onInput=${set("name")} required=${true}
        maxlength="128" wide=${true} />
      <${Choice} label=${t("role")} hint=${t(`role_may.${asked.role}`)} value=${asked.role} onInput=${set("role")}
        options=${ROLES.map((it) => [it, word("role", it)])} />
      <${Choice} label=${t("expires_after")} value=${asked.expires_in_days} onInput=${set("expires_in_days")}
        options=${DAYS.map((it) => [it, t("days", { count: it })])} />
    </div>
  </${Confirm}>`;
}

/** The key itself: on the page until somebody says that it is kept, or leaves; then nowhere. */
function Once({ made, onKept }) {
  const shown = useRef();
  useEffect(() => shown.current.focus(), [made.id]);
  return html`<${Card} title=${t("key_made", { name: made.name })} kind="once">
    <p>${t("key_once")}</p>
    <pre class="secret" tabindex="0" ref=${shown} aria-label=${t("key")}>${made.key}</pre>
    <div class="card-foot"><${Copy} text=${made.key} /><button onClick=${onKept}>${t("key_kept")}</button></div>
  </${Card}>`;
}

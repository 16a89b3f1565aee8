// What a task made, as something to read. A type without a summary of its own shows its JSON.
import { bytes, full, number } from "../core/format.js";
import { html, useState } from "../core/html.js";
import { href } from "../core/router.js";
import { t } from "../core/texts.js";
import { Card, More, Problem, Sheet, Tile } from "../parts/show.js";

const COUNTS = ["total", "added", "updated", "deleted", "unchanged", "missing"];
const CHANGES = ["added", "updated", "deleted"];
const ROWS = 25;

export function Result({ task }) {
  const Summary = { sync_assets: Synced, discover_assets: Discovered, export_assets: Exported }[task.type] ?? Raw;
  return html`<${Card} title=${t("result")}><${Summary} task=${task} result=${task.result} /></${Card}>`;
}

const Raw = ({ result }) => html`<pre tabindex="0" aria-label=${t("result")}>${JSON.stringify(result, null, 2)}</pre>`;

function Synced({ task, result }) {
  const { params } = task;
  const [all, setAll] = useState(false);
  const held = result.details.filter((row) => row.verdict === "held");
  const rows = all ? result.details : result.details.slice(0, ROWS);
  return html`
    <div class="tiles tight">${COUNTS.filter((name) => name !== "missing" || result.missing_count)
      .map((name) => html`<${Tile} key=${name} name=${t(`count.${name}`)} value=${number(result[`${name}_count`])} />`)}
      ${result.error_count > 0 && html`<${Tile} kind="bad" name=${t("errors")} value=${number(result.error_count)} />`}</div>
    ${params.dry_run && html`<p class="note">${t("dry_run_note")}</p>`}
    ${held.length > 0 && html`<p class="note warn">${t("held_note", { count: held.length })} <a
      href=${href("scopes", { verdict: "held" })}>${t("look_at_held")}</a></p>`}
    ${!params.dry_run && CHANGES.some((name) => result[`${name}_count`]) && html`<p><a class="button" href=${changesOf(task)}>
      ${t("see_changes")}</a></p>`}
    <${Omitted} result=${result} />
    <${Errors} of=${result.errors} />
    ${rows.length > 0 && html`<${Sheet} label=${t("per_scope")}>
      <thead><tr><th scope="col">${t("account_id")}</th><th scope="col">${t("region")}</th><th scope="col">${t("asset_type")}</th>
        ${COUNTS.map((name) => html`<th scope="col" class="num" key=${name}>${t(`count.${name}`)}</th>`)}<th scope="col">
          ${t("verdict")}</th></tr></thead>
      <tbody>${rows.map((row) => html`<tr key=${`${row.account_id} ${row.region} ${row.asset_type}`}>
        <td>${row.account_id}</td><td>${row.region}</td><td>${row.asset_type}</td>
        ${COUNTS.map((name) => html`<td class=${`num ${row[`${name}_count`] ? name : "muted"}`} key=${name}>
          ${number(row[`${name}_count`])}</td>`)}
        <td title=${row.reason}><span class=${`verdict ${row.verdict}`}>${t(`verdict.${row.verdict}`)}</span></td></tr>`)}</tbody>
    </${Sheet}>
    <div class="card-foot"><${More} shown=${rows.length} total=${result.details.length}
      next=${all || result.details.length <= ROWS ? null : () => setAll(true)} /></div>`}`;
}

const Omitted = ({ result }) => {
  const count = (result.details_omitted ?? 0) + (result.errors_omitted ?? 0);
  return count > 0 && html`<p class="note">${t("omitted_note", { count: number(count) })}</p>`;
};

const changesOf = ({ params, created_at: since }) =>
  href("changes", { provider: params.provider, account_id: params.account_id, since });

const Discovered = ({ result }) => html`
  <div class="tiles tight"><${Tile} name=${t("count.total")} value=${number(result.total_count)} />
    ${result.error_count > 0 && html`<${Tile} kind="bad" name=${t("errors")} value=${number(result.error_count)} />`}</div>
  <${Omitted} result=${result} />
  <${Errors} of=${result.errors} />
  <${Sheet} label=${t("per_scope")}>
    <thead><tr><th scope="col">${t("account_id")}</th><th scope="col">${t("region")}</th><th scope="col">${t("asset_type")}</th>
      <th scope="col" class="num">${t("count.total")}</th><th scope="col">${t("sample")}</th></tr></thead>
    <tbody>${result.details.map((row) => html`<tr key=${`${row.account_id} ${row.region} ${row.asset_type}`}>
      <td>${row.account_id}</td><td>${row.region}</td><td>${row.asset_type}</td><td class="num">${number(row.count)}</td>
      <td class="clip">${row.sample.map((it) => it.name || it.native_id).join(", ")}</td></tr>`)}</tbody>
  </${Sheet}>`;

const Exported = ({ result }) => html`
  <div class="tiles tight"><${Tile} name=${t("count.total")} value=${number(result.count)} />
    <${Tile} name=${t("format")} value=${result.format} /><${Tile} name=${t("size")} value=${bytes(result.bytes)} /></div>
  ${/^https?:/.test(result.url) && html`<p><a class="button main" href=${result.url} rel="noreferrer">${t("download")}</a>
    <span class="muted"> ${t("until", { at: full(result.expires_at) })}</span></p>`}`;

const Errors = ({ of }) => of.map((row, at) => html`<${Problem} key=${at}
  error=${{ status: 1, message: `${[row.account_id, row.region, row.asset_type].filter(Boolean).join(" · ")}: ${row.error}` }} />`);

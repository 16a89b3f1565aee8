import { full, number } from "../core/format.js";
import { html } from "../core/html.js";
import { useLive } from "../core/live.js";
import { go, href, refine, replace } from "../core/router.js";
import { self } from "../core/session.js";
import { t, word } from "../core/texts.js";
import { Choice, Moment, Typed } from "../parts/fields.js";
import { useDeeds } from "../parts/operations.js";
import { Card, Empty, Loading, More, Page, Problem, Sheet } from "../parts/show.js";

const PAGE = 50;
const TARGETS = 5; // shown of a row, which may have hit many
const SUBMITS = /^submit_/;

// Where the targets of an operation can be looked at, by the operation's name.
const LOOKED_AT = [
  [/_account$/, "accounts"],
  [/^submit_|^create_batch$|_task$|_many$|^redrive$|^drop$/, "tasks"],
];

const named = (operation) => (SUBMITS.test(operation)
  ? `${t("submit")}: ${word("type", operation.replace(SUBMITS, ""))}` : word("operation", operation));

export default function Audit({ query }) {
  const { cursor, ...chosen } = query;
  const { data, error } = useLive("/audit", { limit: PAGE, ...query }, { every: cursor ? 0 : 5000 });
  const isNarrowed = Object.keys(chosen).length > 0;
  return html`<${Page} title=${t("place.audit")} note=${t("audit_note")}>
    ${self.get()?.authentication === "off" && html`<p class="note warn">${t("audit_off")}</p>`}
    <${Filters} chosen=${chosen} />
    <${Problem} error=${error} />
    <${Card}>
      ${!data && !error && html`<${Loading} />`}
      ${data && (data.rows.length ? html`<${Rows} rows=${data.rows} chosen=${chosen} />`
        : html`<${Empty}>${t(isNarrowed ? "nothing_fits" : "no_audit")}</${Empty}>`)}
      ${data && html`<div class="card-foot"><${More} shown=${data.rows.length} label="next_page"
        next=${data.next_cursor && (() => go("audit", { ...query, cursor: data.next_cursor }))} />
        ${cursor && html`<button onClick=${() => history.back()}>${t("former")}</button>`}</div>`}
    </${Card}>
  </${Page}>`;
}

function Filters({ chosen }) {
  const deeds = useDeeds();
  const set = (name) => (value) => refine({ [name]: value.trim() });
  return html`<form class="filters" role="search" onSubmit=${(event) => event.preventDefault()}>
    <${Typed} soon label=${t("subject")} value=${chosen.subject} onInput=${set("subject")} placeholder="key:…" maxlength="128" />
    <${Choice} label=${t("operation")} value=${chosen.operation} onInput=${set("operation")} any=${t("any")}
      options=${deeds.map((it) => [it, named(it)])} />
    <${Typed} soon label=${t("target")} value=${chosen.target} onInput=${set("target")} placeholder="ID" maxlength="128" />
    <details class="more-filters" open=${"start_date" in chosen || "end_date" in chosen}><summary>${t("more_filters")}</summary><div class="filters">
      <${Moment} label=${t("start_date")} value=${chosen.start_date} onInput=${set("start_date")} />
      <${Moment} label=${t("end_date")} value=${chosen.end_date} onInput=${set("end_date")} />
    </div></details>
    ${Object.keys(chosen).length > 0 && html`<button class="quiet" onClick=${() => replace({})}>${t("clear")}</button>`}
  </form>`;
}

const Rows = ({ rows, chosen }) => html`<${Sheet} label=${t("place.audit")}>
  <thead><tr><th scope="col">${t("operation")}</th><th scope="col">${t("subject")}</th><th scope="col">${t("answer")}</th>
    <th scope="col" class="far">${t("came_from")}</th><th scope="col" class="num">${t("at")}</th></tr></thead>
  <tbody>${rows.map((row) => html`<tr key=${row.id}>
    <td class="deed"><span class="strong">${named(row.operation)}</span>
      ${row.targets.slice(0, TARGETS).map((it) => html`<${Target} key=${it} id=${it} operation=${row.operation} chosen=${chosen} />`)}
      ${row.target_count > TARGETS && html`<span class="sub">${t("more_targets", { count: number(row.target_count - TARGETS) })}</span>`}</td>
    <td><a href=${href("audit", { ...chosen, subject: row.subject })} data-row>${row.subject}</a>
      <span class="sub">${word("role", row.role)}</span></td>
    <td><${Answer} row=${row} /></td>
    <td class="far">${row.source_ip}<span class="sub id">${row.correlation_id}</span></td>
    <td class="when"><time datetime=${row.at}>${full(row.at)}</time></td>
  </tr>`)}</tbody>
</${Sheet}>`;

function Target({ id, operation, chosen }) {
  const place = LOOKED_AT.find(([pattern]) => pattern.test(operation))?.[1];
  return html`<span class="sub"><a class="id" href=${href("audit", { ...chosen, target: id })}>${id}</a>
    ${place && html` <a href=${href(`${place}/${encodeURIComponent(id)}`)} aria-label=${t("look_at", { id })}
      title=${t("look_at", { id })}>↗</a>`}</span>`;
}

/** Whether it was done, or how it was refused: HTTP status and the API's own code. */
const Answer = ({ row }) => (row.code === 0
  ? html`<span class="status completed">${t("done")}</span>`
  : html`<span class="status failed">${t("refused")}</span><span class="sub">HTTP ${row.status} · ${row.code}</span>`);

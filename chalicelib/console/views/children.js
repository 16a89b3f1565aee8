// The parts of a task, each with its own parts where it has some: page by page, those that failed in front.
import { span } from "../core/format.js";
import { html, useEffect, useRef, useState } from "../core/html.js";
import { useLive } from "../core/live.js";
import { t, word } from "../core/texts.js";
import { Choice } from "../parts/fields.js";
import { Card, More, Sheet, Status } from "../parts/show.js";
import { Doing, STATUSES, about, taskHref } from "../parts/tasks.js";

const PAGE = 50;

/** {tasks, total, status, choose, next, former} of one page; `tasks` is undefined until read. */
function useParts(id, every) {
  const [status, setStatus] = useState("");
  const [cursors, setCursors] = useState([]); // of the pages so far, the first of which has none
  const total = useRef(null); // told with the first page
  const path = id && `/tasks/${encodeURIComponent(id)}/children`;
  const { data } = useLive(path, { limit: PAGE, status, cursor: cursors.at(-1) }, { every });
  const { data: failed } = useLive(data && !status ? path : null, { limit: PAGE, status: "failed" }, { every });
  if (data && !cursors.length) total.current = data.total;
  const front = status ? [] : failed?.tasks ?? [];
  const ids = new Set(front.map((task) => task.id));
  return {
    tasks: data && [...(cursors.length ? [] : front), ...data.tasks.filter((task) => !ids.has(task.id))],
    total: total.current,
    status,
    choose: (it) => { setCursors([]); setStatus(it); },
    next: data?.next_cursor ? () => setCursors([...cursors, data.next_cursor]) : null,
    former: cursors.length ? () => setCursors(cursors.slice(0, -1)) : null,
  };
}

export function Children({ id, open }) {
  const parts = useParts(id, open ? 1500 : 0);
  const [has, setHas] = useState(false);
  useEffect(() => { if (parts.tasks?.length) setHas(true); }, [parts.tasks?.length]);
  if (!has) return null;
  return html`<${Card} title=${parts.status ? t("children") : `${t("children")} (${parts.total})`}
      actions=${html`<${StatusOf} parts=${parts} />`}>
    <${Sheet} label=${t("children")}>
      <thead><tr><th scope="col">${t("status")}</th><th scope="col">${t("part")}</th><th scope="col">${t("progress")}</th>
        <th scope="col" class="num">${t("duration")}</th></tr></thead>
      <tbody>${parts.tasks?.map((child) => html`<${Child} key=${child.id} task=${child} depth=${0} />`)}</tbody>
    </${Sheet}>
    ${parts.tasks && html`<div class="card-foot"><${Paging} parts=${parts} /></div>`}
  </${Card}>`;
}

const StatusOf = ({ parts }) => html`<${Choice} label=${t("status_of_parts")} value=${parts.status} onInput=${parts.choose} any=${t("any")}
  options=${STATUSES.map((it) => [it, word("status", it)])} />`;

const Paging = ({ parts }) => html`<${More} shown=${parts.tasks.length} total=${parts.total} next=${parts.next} label="next_page" />
  ${parts.former && html`<button onClick=${parts.former}>${t("former")}</button>`}`;

function Child({ task, depth }) {
  const [unfolded, setUnfolded] = useState(false);
  const hasParts = task.timeline.some((entry) => entry.event === "fanned_out");
  const parts = useParts(unfolded ? task.id : null, 2000);
  const indent = (by) => `depth-${Math.min(by, 3)}`;
  return html`<tr>
      <td><${Status} value=${task.status} /></td>
      <td class=${indent(depth)}>
        ${hasParts && html`<button class="quiet" aria-expanded=${unfolded} onClick=${() => setUnfolded(!unfolded)}>
          ${unfolded ? "▾" : "▸"}</button>`}
        <a href=${taskHref(task.id)} data-row>${about(task.params)}</a></td>
      <td class="progress-cell"><${Doing} task=${task} /></td>
      <td class="num">${span(task.duration)}</td>
    </tr>
    ${unfolded && parts.tasks?.map((child) => html`<${Child} key=${child.id} task=${child} depth=${depth + 1} />`)}
    ${unfolded && parts.tasks && (parts.status || parts.next || parts.former) && html`<tr><td></td>
      <td colspan="3" class=${indent(depth + 1)}><${StatusOf} parts=${parts} /><${Paging} parts=${parts} /></td></tr>`}`;
}

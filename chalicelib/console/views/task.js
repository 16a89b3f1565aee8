import { send } from "../core/api.js";
import { clock, full, span } from "../core/format.js";
import { html, useState } from "../core/html.js";
import { useLive } from "../core/live.js";
import { go, href } from "../core/router.js";
import { may } from "../core/session.js";
import { t, word } from "../core/texts.js";
import { Act, Confirm, say } from "../parts/act.js";
import { Ago, Bar, Card, Copy, Facts, Loading, More, Page, Problem, Sheet, Status, TaskLink } from "../parts/show.js";
import { Doing, about, isOpen, taskHref } from "../parts/tasks.js";
import { adviceOn } from "./advice.js";
import { Result } from "./result.js";

const CHILDREN = 50;

export default function Task({ id }) {
  const { data: task, error, refresh } = useLive(`/tasks/${encodeURIComponent(id)}`, {}, { every: 1000 });
  const back = { href: href("tasks"), text: t("place.tasks") };
  if (!task) {
    return html`<${Page} title=${t("task")} back=${back}>${error ? html`<${Problem} error=${error} />` : html`<${Loading} />`}</${Page}>`;
  }
  const parent = task.parent_id ? { href: taskHref(task.parent_id), text: t("parent") } : back;
  return html`<${Page} title=${word("type", task.type)} note=${about(task.params)} back=${parent}
      actions=${html`<${Buttons} task=${task} refresh=${refresh} />`}>
    <${Problem} error=${error} />
    <${Card} kind=${`state ${task.status}`}>
      <div class="state-line"><${Status} value=${task.status} />
        <span aria-live="polite">${task.message}</span><span class="num">${task.progress}%</span></div>
      <${Bar} value=${task.progress} status=${task.status} />
      <${Facts} of=${[
        ["ID", html`<span class="id">${task.id}</span>`],
        [t("created_at"), html`${full(task.created_at)} (${task.created_by})`],
        [t("started_at"), task.started_at && full(task.started_at)],
        [t("completed_at"), task.completed_at && full(task.completed_at)],
        [t("duration"), span(task.duration)],
        [t("priority"), task.priority],
        [t("retries"), `${task.retry_count} / ${task.max_retry}`],
        [t("timeout_seconds"), span(task.timeout_seconds)],
      ]} />
    </${Card}>
    ${task.error && html`<${Card} title=${t("error")} kind="failure">
      <p class="error-text">${task.error}</p>
      <p><strong>${t("what_to_do")}</strong> ${t(adviceOn(task.error))}</p>
    </${Card}>`}
    ${task.result && html`<${Result} task=${task} />`}
    <${Children} id=${task.id} open=${isOpen(task)} />
    <div class="columns">
      <${Card} title=${t("timeline")}><${Timeline} of=${task.timeline} /></${Card}>
      <div>
        <${Card} title=${t("params")} actions=${html`<${Copy} text=${JSON.stringify(task.params, null, 2)} />`}>
          <pre tabindex="0" aria-label=${t("params")}>${JSON.stringify(task.params, null, 2)}</pre></${Card}>
        <${Logs} id=${task.id} />
      </div>
    </div>
  </${Page}>`;
}

function Buttons({ task, refresh }) {
  const [asking, setAsking] = useState(false);
  if (!may("operator")) return null;
  const at = `/tasks/${encodeURIComponent(task.id)}`;
  const then = (text) => { say(text); refresh(); };
  const again = href("submit", { type: task.type, params: JSON.stringify({ ...task.params, priority: task.priority }) });
  return html`
    ${isOpen(task) && html`<${Act} act=${() => send("POST", `${at}/cancel`).then(() => then(t("cancel_asked")))}
      disabled=${task.cancel_requested}>${task.cancel_requested ? t("cancelling") : t("cancel")}</${Act}>`}
    ${["failed", "cancelled"].includes(task.status) && html`<${Act} kind="main"
      act=${() => send("POST", `${at}/retry`).then(() => then(t("retried")))}>${t("retry")}</${Act}>`}
    <a class="button" href=${again}>${t("same_again")}</a>
    ${may("admin") && task.status !== "running" && html`<button onClick=${() => setAsking(true)}>${t("delete")}</button>`}
    ${asking && html`<${Confirm} title=${t("delete_task")} yes=${t("delete")} danger=${true} onClose=${() => setAsking(false)}
      act=${() => send("DELETE", at).then(() => { say(t("deleted")); go("tasks"); })}><p>${t("delete_task_note")}</p></${Confirm}>`}`;
}

/** The parts of a task, each with its own parts where it has some. */
function Children({ id, open }) {
  const [limit, setLimit] = useState(CHILDREN);
  const { data } = useLive(`/tasks/${encodeURIComponent(id)}/children`, { limit }, { every: open ? 1500 : 0 });
  if (!data?.tasks.length) return null;
  const more = data.next_cursor && limit < 100 ? () => setLimit(100) : null;
  return html`<${Card} title=${`${t("children")} (${data.total ?? data.tasks.length})`}>
    <${Sheet} label=${t("children")}>
      <thead><tr><th scope="col">${t("status")}</th><th scope="col">${t("part")}</th><th scope="col">${t("progress")}</th>
        <th scope="col" class="num">${t("duration")}</th></tr></thead>
      <tbody>${data.tasks.map((child) => html`<${Child} key=${child.id} task=${child} depth=${0} />`)}</tbody>
    </${Sheet}>
    <div class="card-foot"><${More} shown=${data.tasks.length} total=${data.total} next=${more} /></div>
  </${Card}>`;
}

function Child({ task, depth }) {
  const [unfolded, setUnfolded] = useState(false);
  const hasParts = task.timeline.some((entry) => entry.event === "fanned_out");
  const { data } = useLive(unfolded ? `/tasks/${encodeURIComponent(task.id)}/children` : null, { limit: 100 });
  return html`<tr>
      <td><${Status} value=${task.status} /></td>
      <td class=${`depth-${Math.min(depth, 3)}`}>
        ${hasParts && html`<button class="quiet" aria-expanded=${unfolded} onClick=${() => setUnfolded(!unfolded)}>
          ${unfolded ? "▾" : "▸"}</button>`}
        <a href=${taskHref(task.id)} data-row>${about(task.params)}</a></td>
      <td class="progress-cell"><${Doing} task=${task} /></td>
      <td class="num">${span(task.duration)}</td>
    </tr>
    ${unfolded && data?.tasks.map((child) => html`<${Child} key=${child.id} task=${child} depth=${depth + 1} />`)}`;
}

const Timeline = ({ of }) => html`<ol class="timeline">${of.map((entry, at) => html`<li key=${at} class=${entry.event}>
  <time datetime=${entry.at} title=${full(entry.at)}>${clock(entry.at)}</time>
  <span><strong>${word("event", entry.event)}</strong> <span class="muted">${entry.detail}</span></span></li>`)}</ol>`;

function Logs({ id }) {
  const query = `fields @timestamp, level, message\n| filter task_id = "${id}"\n| sort @timestamp asc\n| limit 1000`;
  return html`<${Card} title=${t("logs")} actions=${html`<${Copy} text=${query} />`}>
    <p class="muted">${t("logs_note")}</p><pre tabindex="0" aria-label=${t("logs")}>${query}</pre></${Card}>`;
}

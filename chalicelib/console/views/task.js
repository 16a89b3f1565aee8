import { send } from "../core/api.js";
import { clock, full, span } from "../core/format.js";
import { html, useState } from "../core/html.js";
import { useLive } from "../core/live.js";
import { go, href } from "../core/router.js";
import { may, self } from "../core/session.js";
import { t, word } from "../core/texts.js";
import { Act, Confirm, say } from "../parts/act.js";
import { Bar, Card, Copy, Facts, Loading, Page, Problem, Status } from "../parts/show.js";
import { about, isOpen, taskHref } from "../parts/tasks.js";
import { adviceOn } from "./advice.js";
import { Children } from "./children.js";
import { Result } from "./result.js";

const AFTERWARDS_MS = 5 * 60 * 1000; // what is logged of a task after its end

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
        <span aria-live="polite">${isOpen(task) ? task.message : html`<span class="hidden">${word("status", task.status)}</span>`}</span><span class="num">${task.progress}%</span></div>
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
        <${Logs} task=${task} />
      </div>
    </div>
  </${Page}>`;
}

/** What the form is filled with. Deletions were confirmed of what was looked at then, not of what is there now. */
function sameAgain({ params: { confirm_deletions: confirmed, ...params }, priority, max_retry, timeout_seconds }) {
  return { ...params, priority, max_retry, timeout_seconds };
}

function Buttons({ task, refresh }) {
  const [asking, setAsking] = useState(false);
  if (!may("operator")) return null;
  const at = `/tasks/${encodeURIComponent(task.id)}`;
  const then = (text) => { say(text); refresh(); };
  const again = href("submit", { type: task.type, params: JSON.stringify(sameAgain(task)) });
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

const Timeline = ({ of }) => html`<ol class="timeline">${of.map((entry, at) => html`<li key=${at} class=${entry.event}>
  <time datetime=${entry.at} title=${full(entry.at)}>${clock(entry.at)}</time>
  <span><strong>${word("event", entry.event)}</strong> <span class="muted">${entry.detail}</span></span></li>`)}</ol>`;

function Logs({ task }) {
  const query = `fields @timestamp, level, message\n| filter task_id = "${task.id}"\n| sort @timestamp asc\n| limit 1000`;
  const logs = self.get()?.logs;
  return html`<${Card} title=${t("logs")} actions=${html`${logs && html`<a class="button" href=${insights(logs, query, task)}
      target="_blank" rel="noreferrer">${t("open_logs")}</a>`}<${Copy} text=${query} />`}>
    <p class="muted">${t("logs_note")}</p><pre tabindex="0" aria-label=${t("logs")}>${query}</pre></${Card}>`;
}

/** The page of CloudWatch Logs Insights with the query filled in, in the way of writing that it has for itself. */
function insights({ url, groups }, query, { created_at: start, completed_at: end }) {
  const part = (text) => `~'${escape(text).replaceAll("%", "*")}`;
  const until = new Date(Date.parse(end ?? new Date().toISOString()) + AFTERWARDS_MS).toISOString();
  const detail = `~(end${part(until)}~start${part(start)}~timeType~'ABSOLUTE~tz~'UTC~editorString${part(query)}`
    + `~source~(${groups.map(part).join("")}))`;
  return url + escape(`?queryDetail=${escape(detail)}`).replaceAll("%", "$");
}

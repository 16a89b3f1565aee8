// Tasks as rows, wherever they are listed.
import { short, span } from "../core/format.js";
import { html } from "../core/html.js";
import { href } from "../core/router.js";
import { t, word } from "../core/texts.js";
import { Ago, Bar, Sheet, Status } from "./show.js";

export const STATUSES = ["pending", "running", "completed", "failed", "cancelled"];
export const isOpen = (task) => task.status === "pending" || task.status === "running";
export const taskHref = (id) => href(`tasks/${encodeURIComponent(id)}`);

/** What a task is about, in a few words: "aliyun · 123 · cn-shenzhen · ecs". */
export function about(params) {
  const { provider, account_id: account, regions, region, asset_types: types, type, format } = params;
  const some = (list) => (list?.length > 3 ? `${list.slice(0, 3).join(", ")} +${list.length - 3}` : list?.join(", "));
  return [format, provider, account, region ?? some(regions), type ?? some(types)].filter(Boolean).join(" · ");
}

export function TaskRows({ tasks, label }) {
  return html`<${Sheet} label=${label}>
    <thead><tr>
      <th scope="col">${t("status")}</th><th scope="col">${t("task")}</th><th scope="col">${t("progress")}</th>
      <th scope="col" class="far">${t("created_by")}</th><th scope="col" class="far num">${t("duration")}</th>
      <th scope="col" class="num">${t("created_at")}</th>
    </tr></thead>
    <tbody>${tasks.map((task) => html`<tr key=${task.id}>
      <td><${Status} value=${task.status} /></td>
      <td><a href=${taskHref(task.id)} data-row class="strong">${word("type", task.type)}</a>
        <span class="sub">${about(task.params)} <span class="far id">${short(task.id)}</span></span></td>
      <td class="progress-cell"><${Doing} task=${task} /></td>
      <td class="far">${task.created_by}</td>
      <td class="far num">${span(task.duration)}</td>
      <td class="num"><${Ago} at=${task.created_at} /></td>
    </tr>`)}</tbody>
  </${Sheet}>`;
}

export function Doing({ task }) {
  if (task.status === "failed") return html`<span class="bad clip" title=${task.error}>${task.error}</span>`;
  if (!isOpen(task)) return html`<span class="muted">${task.progress}%</span>`; // its message is its status once more
  return html`<div class="doing"><${Bar} value=${task.progress} label=${`${word("type", task.type)} ${task.progress}%`} />
    <span class="num">${task.progress}%</span></div><span class="sub clip">${task.message}</span>`;
}

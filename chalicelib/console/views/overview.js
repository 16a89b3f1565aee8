import { send } from "../core/api.js";
import { minute, number, percent, span } from "../core/format.js";
import { html, useEffect, useState } from "../core/html.js";
import { useLive } from "../core/live.js";
import { href } from "../core/router.js";
import { may } from "../core/session.js";
import { t, word } from "../core/texts.js";
import { Act } from "../parts/act.js";
import { Bars, Line, OUTCOMES, tellOutcomes } from "../parts/charts.js";
import { Ago, Card, Empty, Loading, Page, Problem, Sheet, Tile } from "../parts/show.js";
import { STATUSES, TaskRows } from "../parts/tasks.js";

const MINUTES = 60;
const NEWEST = 6;
const DUE = 6;

const FORBIDDEN = 403;

/** Figures of the whole service, for its operators; everybody else is shown what is theirs. */
export default function Overview() {
  const [isOwn, setOwn] = useState(false);
  const stats = useLive(isOwn ? null : "/stats", { minutes: MINUTES }, { every: 5000 });
  const lanes = useLive(isOwn ? "/lanes" : null, {}, { every: 15000 });
  const newest = useLive("/tasks", { limit: NEWEST }, { every: 3000 });
  const accounts = useLive("/accounts", {}, { every: 15000 });
  const isRefused = stats.error?.status === FORBIDDEN;
  useEffect(() => { if (isRefused) setOwn(true); }, [isRefused]);
  return html`<${Page} title=${t("place.overview")} note=${isOwn ? t("own_figures") : t("last_minutes", { minutes: MINUTES })}>
    <${Problem} error=${isRefused ? null : stats.error ?? lanes.error} />
    ${stats.data && html`<${Figures} stats=${stats.data} />`}
    ${isOwn && html`<${OwnFigures} />`}
    <div class="columns">
      <${Lanes} lanes=${isOwn ? lanes.data?.lanes : stats.data?.lanes} isOwn=${isOwn} refresh=${stats.refresh} />
      <${Schedules} accounts=${accounts.data?.accounts} />
    </div>
    ${stats.data && html`<${Types} types=${stats.data.types} />`}
    <${Card} title=${t("newest_tasks")} actions=${html`<a href=${href("tasks")}>${t("all_tasks")}</a>`}>
      <${Problem} error=${newest.error} />
      ${newest.data?.tasks.length
        ? html`<${TaskRows} tasks=${newest.data.tasks} label=${t("newest_tasks")} />`
        : html`<${Empty}>${t("no_tasks")} ${may("operator") && html`<a href=${href("submit")}>${t("new_task")}</a>`}</${Empty}>`}
    </${Card}>
  </${Page}>`;
}

const OwnFigures = () => html`<div class="tiles">
  ${STATUSES.map((status) => html`<${Total} key=${status} name=${t(`status.${status}`)} path="/tasks" query=${{ status }} to="tasks" />`)}
  <${Total} name=${t("place.dead-letters")} path="/dead-letters" query=${{}} to="dead-letters" isBad=${true} />
</div>`;

function Total({ name, path, query, to, isBad }) {
  const { data } = useLive(path, { ...query, limit: 1 }, { every: 5000 });
  return html`<${Tile} name=${name} kind=${isBad && data?.total ? "bad" : ""} value=${number(data?.total)} to=${href(to, query)} />`;
}

function Figures({ stats }) {
  const { tasks, types, series, workers, clouds, assets } = stats;
  const sum = (name) => types.reduce((total, type) => total + type[name], 0);
  const ended = sum("completed") + sum("failed");
  const from = series[0] && minute(series[0].from);
  return html`
    <div class="tiles">
      <${Tile} name=${t("status.pending")} value=${number(tasks.pending)} to=${href("tasks", { status: "pending" })} />
      <${Tile} name=${t("status.running")} value=${number(tasks.running)} to=${href("tasks", { status: "running" })} />
      <${Tile} name=${t("success_rate")} value=${ended ? percent(sum("completed") / ended) : "–"}
        note=${t("of_ended", { count: number(ended) })} />
      <${Tile} name=${t("place.dead-letters")} kind=${tasks.dead_letters ? "bad" : ""} value=${number(tasks.dead_letters)}
        to=${href("dead-letters")} />
      <${Tile} name=${t("workers")} value=${percent(workers.utilisation)}
        note=${workers.memory_mib === null ? "" : `${number(workers.memory_mib)} MiB`} />
      <${Tile} name=${t("cloud_calls")} value=${number(clouds.reduce((total, it) => total + it.calls, 0))}
        note=${t("throttled", { count: number(clouds.reduce((total, it) => total + it.throttles, 0)) })} />
      <${Tile} name=${t("assets_changed")} value=${number(assets.added + assets.updated + assets.deleted)}
        note=${`+${number(assets.added)} ~${number(assets.updated)} −${number(assets.deleted)}`} />
    </div>
    <div class="columns">
      <${Card} title=${t("throughput")}><${Bars} points=${series} series=${OUTCOMES()} tell=${tellOutcomes}
        label=${`${t("throughput")}: ${OUTCOMES().map(({ key, name }) => `${name} ${sum(key)}`).join(", ")}`} from=${from}
          to=${t("now")} /></${Card}>
      <${Card} title=${t("durations")}><${Line} points=${series} pick=${(point) => point.mean_duration} legend=${t("mean_duration")}
        label=${t("durations")} from=${from} to=${t("now")} /></${Card}>
    </div>`;
}

function Lanes({ lanes, isOwn, refresh }) {
  const turn = (lane) => async () => {
    await send("POST", `/lanes/${lane.lane}/${lane.paused ? "resume" : "pause"}`);
    await refresh();
  };
  const load = (lane) => html`<td class="num">${number(lane.waiting)}</td><td class="num">${number(lane.running)}</td>
    <td class="num">${span(lane.oldest_seconds)}</td>
    <td class="num">${may("admin") && html`<${Act} kind="quiet" act=${turn(lane)}>${t(lane.paused ? "resume" : "pause")}
      <span class="hidden"> ${word("lane", lane.lane)}</span></${Act}>`}</td>`;
  return html`<${Card} title=${t("lanes")}>
    ${!lanes ? html`<${Loading} />` : html`<${Sheet} label=${t("lanes")}>
      <thead><tr><th scope="col">${t("lane")}</th>${isOwn ? html`<th scope="col">${t("status")}</th>` : html`<th scope="col"
        class="num">${t("status.pending")}</th><th scope="col" class="num">${t("status.running")}</th><th scope="col"
        class="num">${t("oldest")}</th><th scope="col"><span class="hidden">${t("actions")}</span></th>`}</tr></thead>
      <tbody>${lanes.map((lane) => html`<tr key=${lane.lane}>
        <td>${word("lane", lane.lane)} ${lane.paused && !isOwn && html`<span class="verdict held">${t("paused")}</span>`}</td>
        ${isOwn ? html`<td>${t(lane.paused ? "paused" : "lane_open")}</td>` : load(lane)}
      </tr>`)}</tbody></${Sheet}>`}
  </${Card}>`;
}

function Schedules({ accounts }) {
  const due = accounts?.filter((it) => it.auto_sync && it.next_sync_at)
    .sort((a, b) => a.next_sync_at.localeCompare(b.next_sync_at)).slice(0, DUE);
  return html`<${Card} title=${t("schedules")} actions=${html`<a href=${href("accounts")}>${t("place.accounts")}</a>`}>
    ${!due ? html`<${Loading} />` : !due.length ? html`<${Empty}>${t("no_schedules")}</${Empty}>` : html`<${Sheet} label=${t("schedules")}>
      <thead><tr><th scope="col">${t("account_id")}</th><th scope="col" class="num">${t("every")}</th>
        <th scope="col" class="num">${t("next")}</th></tr></thead>
      <tbody>${due.map((it) => html`<tr key=${it.id}><td><a href=${href(`accounts/${it.id}`)} data-row>${it.name}</a> <span
        class="muted">${it.provider}</span></td>
        <td class="num">${span(it.sync_interval_seconds)}</td>
          <td class="num"><${Ago} at=${it.next_sync_at} /></td></tr>`)}</tbody></${Sheet}>`}
  </${Card}>`;
}

const Types = ({ types }) => types.length > 0 && html`<${Card} title=${t("by_type")}>
  <${Sheet} label=${t("by_type")}>
    <thead><tr><th scope="col">${t("type")}</th>
      ${["status.completed", "status.failed", "status.cancelled", "retries", "lost_workers", "mean", "p95", "delay_p95"].map((name) =>
        html`<th scope="col" class="num" key=${name}>${t(name)}</th>`)}</tr></thead>
    <tbody>${types.map((it) => html`<tr key=${it.type}><td><a href=${href("tasks", { type: it.type })} data-row>
      ${word("type", it.type)}</a></td>
      <td class="num">${number(it.completed)}</td><td class=${`num ${it.failed ? "bad" : ""}`}>${number(it.failed)}</td>
        <td class="num">${number(it.cancelled)}</td>
      <td class="num">${number(it.retries)}</td><td class="num">${number(it.lost_workers)}</td>
      <td class="num">${span(it.duration.mean)}</td><td class="num">${span(it.duration.p95)}</td>
        <td class="num">${span(it.queue_delay.p95)}</td></tr>`)}</tbody>
  </${Sheet}>
</${Card}>`;

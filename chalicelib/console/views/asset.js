import { full } from "../core/format.js";
import { html } from "../core/html.js";
import { useLive } from "../core/live.js";
import { href } from "../core/router.js";
import { t } from "../core/texts.js";
import { Change } from "../parts/changes.js";
import { Graph } from "../parts/graph.js";
import { Ago, Card, Copy, Empty, Facts, Loading, Page, Problem, TaskLink } from "../parts/show.js";

export default function Asset({ id }) {
  const at = `/assets/${encodeURIComponent(id)}`;
  const { data: asset, error } = useLive(at, {}, { every: 10000 });
  const relations = useLive(`${at}/relations`, {}, { every: 0 });
  const history = useLive(`${at}/changes`, {}, { every: 10000 });
  const back = { href: href("assets"), text: t("place.assets") };
  if (!asset) return html`<${Page} title=${t("asset")} back=${back}>${error ? html`<${Problem}
    error=${error} />` : html`<${Loading} />`}</${Page}>`;
  const text = JSON.stringify(asset.attributes, null, 2);
  const related = relations.data && relations.data.incoming.length + relations.data.outgoing.length > 0;
  return html`<${Page} title=${asset.name || asset.native_id}
    note=${[asset.provider, asset.account_id, asset.region, asset.type].join(" · ")} back=${back}>
    ${asset.deleted_at && html`<p class="note warn">${t("was_deleted", { at: full(asset.deleted_at) })}</p>`}
    ${asset.missing > 0 && !asset.deleted_at && html`<p class="note warn">${t("is_missing", { count: asset.missing })}</p>`}
    <${Card}>
      <${Facts} of=${[
        ["ID", html`<span class="id">${asset.native_id}</span>`], [t("status"), asset.status], [t("zone"), asset.zone],
        ["IP", asset.ips.join(", ")], [t("cloud_created_at"), asset.cloud_created_at && full(asset.cloud_created_at)],
        [t("first_seen_at"), html`<${Ago} at=${asset.first_seen_at} />`],
        [t("changed_at"), html`<${Ago} at=${asset.changed_at} /> · <${TaskLink} id=${asset.changed_by_task}>${t("task")}</${TaskLink}>`],
      ]} />
      ${Object.keys(asset.tags).length > 0 && html`<p class="chips tags">${Object.entries(asset.tags).map(([name, value]) =>
        html`<a class="chip still" key=${name} href=${href("assets", { [`tag.${name}`]: value })}>${name}: ${value}</a>`)}</p>`}
    </${Card}>
    ${related && html`<${Card} title=${t("relations")}><${Graph} asset=${asset} ...${relations.data} />
      ${relations.data.more && html`<p><a href=${href("assets", { refers_to: asset.native_id })}>${t("all_that_refer")}</a></p>`}</${Card}>`}
    <div class="columns">
      <${Card} title=${t("history")}>${!history.data ? html`<${Loading} />`
        : history.data.changes.length ? history.data.changes.map((change, index) => html`<${Change} key=${index} change=${change} />`)
        : html`<${Empty}>${t("no_changes")}</${Empty}>`}</${Card}>
      <${Card} title=${t("attributes")} actions=${html`<${Copy} text=${text} />`}><pre tabindex="0" aria-label=${t("attributes")}>
        ${text}</pre></${Card}>
    </div>
  </${Page}>`;
}

// What has changed of an asset, field by field.
import { html } from "../core/html.js";
import { t } from "../core/texts.js";
import { Ago, Sheet, TaskLink } from "./show.js";

function shown(value) {
  if (value === null || value === undefined) return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** `children` name the asset, where it is not plain which one it is. */
export const Change = ({ change, children }) => html`<section class="change">
  <h3><span class=${`verdict ${change.kind}`}>${t(`count.${change.kind}`)}</span> ${children} <${Ago} at=${change.at} /> · <${TaskLink}
    id=${change.task_id}>${t("task")}</${TaskLink}></h3>
  ${change.fields.length > 0 && html`<${Sheet} label=${t("changed_fields")}>
    <thead><tr><th scope="col">${t("field")}</th><th scope="col">${t("old")}</th><th scope="col">${t("new")}</th></tr></thead>
    <tbody>${change.fields.map((it) => html`<tr key=${it.field}><td class="id">${it.field}</td><td><del>${shown(it.old)}</del></td>
      <td><ins>${shown(it.new)}</ins></td></tr>`)}</tbody>
  </${Sheet}>`}
  ${change.more_fields > 0 && html`<p class="muted">${t("more_fields", { count: change.more_fields })}</p>`}
</section>`;

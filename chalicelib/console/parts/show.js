// What every page is made of.
import { html, useEffect, useRef, useState } from "../core/html.js";
import { ago, full, number } from "../core/format.js";
import { t, word } from "../core/texts.js";
import { href } from "../core/router.js";

/** A page: its heading takes the focus when somebody comes to it. */
export function Page({ title, note, actions, children, back }) {
  const heading = useRef();
  useEffect(() => {
    document.title = `${typeof title === "string" ? title : ""} · cam-tasks`;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return html`<header class="page-head">
      <div>
        ${back && html`<a class="back" href=${back.href}>← ${back.text}</a>`}
        <h1 tabindex="-1" ref=${heading}>${title}</h1>
        ${note && html`<p class="muted">${note}</p>`}
      </div>
      ${actions && html`<div class="actions">${actions}</div>`}
    </header>
    ${children}`;
}

export function Card({ title, actions, children, kind = "", ...rest }) {
  return html`<section class=${`card ${kind}`} ...${rest}>
    ${title && html`<div class="card-head"><h2>${title}</h2>${actions && html`<div class="actions">${actions}</div>`}</div>`}
    ${children}
  </section>`;
}

export const Status = ({ value }) => html`<span class=${`status ${value}`}>${word("status", value)}</span>`;

export const Bar = ({ value, label, status = "running" }) =>
  html`<progress class=${status} max="100" value=${value} aria-label=${label ?? t("progress")}></progress>`;

export const Ago = ({ at }) =>
  at ? html`<time datetime=${at} title=${full(at)}>${ago(at)}</time>` : html`<span class="muted">–</span>`;

export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;
export const Loading = () => html`<p class="empty" aria-busy="true">${t("loading")}</p>`;

export const Problem = ({ error }) =>
  error && html`<p class="problem" role="alert">${error.status === 0 || !error.status ? t("unreachable") : error.message}</p>`;

/** A scrolling frame for tables that are wider than the page, reachable by keyboard. */
export const Sheet = ({ label, children }) =>
  html`<div class="sheet" role="region" aria-label=${label} tabindex="0"><table>${children}</table></div>`;

/** Pairs of [name, value]; those without a value are left out. */
export const Facts = ({ of }) => html`<dl class="facts">
  ${of.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false)
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
</dl>`;

export const Tile = ({ name, value, note, kind = "", to }) => html`<div class=${`tile ${kind}`}>
  <span class="tile-name">${to ? html`<a href=${to}>${name}</a>` : name}</span>
  <strong>${value ?? "–"}</strong>${note && html`<span class="muted">${note}</span>`}
</div>`;

/** How many there are, and the way to more. `next` null means that these are all; `label` names the text of its button. */
export const More = ({ shown, total, next, label = "more" }) => html`<p class="more">
  <span class="muted">${total === null || total === undefined
    ? number(shown)
    : t("shown_of", { shown: number(shown), total: number(total) })}</span>
  ${next && html`<button onClick=${next}>${t(label)}</button>`}
</p>`;

/** Text to take along. */
export function Copy({ text, label }) {
  const [copied, setCopied] = useState(false);
  async function copy() {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  }
  return html`<button type="button" onClick=${copy}>${copied ? t("copied") : label ?? t("copy")}</button>`;
}

export const TaskLink = ({ id, children }) =>
  id ? html`<a href=${href(`tasks/${encodeURIComponent(id)}`)} class=${children ? "" : "id"}>${children ?? id}</a>` : "–";

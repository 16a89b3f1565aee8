// Charts by hand: each is one picture with a text that says the same.
import { minute, number, span } from "../core/format.js";
import { html } from "../core/html.js";
import { t } from "../core/texts.js";

const WIDE = 600;
const HIGH = 120;
const GAP = 0.25; // of a bar's width

const ceiling = (most) => {
  const step = 10 ** Math.floor(Math.log10(most || 1));
  return Math.ceil((most || 1) / step) * step;
};

function Frame({ label, most, unit = number, from, to, legend, children }) {
  return html`<figure class="chart">
    <div class="chart-top"><span class="legend">${legend}</span><span class="muted num">${unit(most)}</span></div>
    <svg viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none" role="img" aria-label=${label}>
      ${[0.5, 1].map((part) => html`<line key=${part}
        class="grid" x1="0" x2=${WIDE} y1=${HIGH * (1 - part) + 0.5} y2=${HIGH * (1 - part) + 0.5} />`)}
      <line class="axis" x1="0" x2=${WIDE} y1=${HIGH - 0.5} y2=${HIGH - 0.5} />${children}
    </svg>
    <div class="chart-foot muted"><span>${from}</span><span>${to}</span></div>
  </figure>`;
}

/** Stacked bars. `series` are {key, kind, name}; `points` have a number for each key. */
export function Bars({ points, series, label, from, to, tell }) {
  const totals = points.map((point) => series.reduce((sum, { key }) => sum + (point[key] ?? 0), 0));
  const most = ceiling(Math.max(0, ...totals));
  const width = WIDE / Math.max(points.length, 1);
  const legend = series.map(({ key, kind, name }) => html`<span key=${key} class=${`key ${kind}`}>${name}</span>`);
  return html`<${Frame} ...${{ label, most, from, to, legend }}>
    ${points.map((point, at) => {
      let top = HIGH;
      return html`<g key=${at}><title>${tell(point)}</title>
        <rect class="hit" x=${at * width} y="0" width=${width} height=${HIGH} />
        ${series.map(({ key, kind }) => {
          const height = ((point[key] ?? 0) / most) * HIGH;
          top -= height;
          return html`<rect key=${key} class=${kind} x=${(at + GAP / 2) * width} y=${top} width=${width * (1 - GAP)} height=${height} />`;
        })}</g>`;
    })}
  </${Frame}>`;
}

/** One line of seconds; null leaves a gap. */
export function Line({ points, pick, label, from, to, legend }) {
  const values = points.map(pick);
  const most = Math.max(0, ...values.filter((it) => it !== null)) || 1;
  const step = WIDE / Math.max(points.length - 1, 1);
  const spot = (value, at) => `${at * step},${HIGH - (value / most) * (HIGH - 6)}`;
  const path = values.map((value, at) => (value === null ? "" : `${at && values[at - 1] !== null ? "L" : "M"}${spot(value, at)}`)).join("");
  return html`<${Frame} ...${{ label, most, from, to, unit: span }} legend=${html`<span class="key line">${legend}</span>`}>
    <path class="line" d=${path} />
    ${values.map((value, at) => value !== null && html`<circle key=${at} class="dot" cx=${at * step}
      cy=${spot(value, at).split(",")[1]} r="2.5"><title>${span(value)}</title></circle>`)}
  </${Frame}>`;
}

/** Rows of [name, count], as long as they are many. */
export function Ranks({ of, label }) {
  const most = Math.max(1, ...of.map(([, count]) => count));
  return html`<table class="ranks" aria-label=${label}><tbody>${of.map(([name, count]) => html`<tr key=${name}>
    <th scope="row">${name}</th><td><progress class="completed" max=${most} value=${count} aria-label=${`${name} ${count}`}></progress></td>
    <td class="num">${number(count)}</td></tr>`)}</tbody></table>`;
}

export const OUTCOMES = () => [
  { key: "completed", kind: "fine", name: t("status.completed") },
  { key: "failed", kind: "failed", name: t("status.failed") },
  { key: "cancelled", kind: "other", name: t("status.cancelled") },
];

export const tellOutcomes = (point) =>
  `${minute(point.from)}  ${OUTCOMES().map(({ key, name }) => `${name} ${point[key]}`).join("  ")}`;

// What an asset refers to and what refers to it, as one picture of links.
import { html } from "../core/html.js";
import { href } from "../core/router.js";
import { t } from "../core/texts.js";

const MOST = 8;
const BOX = { width: 200, height: 40 };
const ROW = 52;
const COLUMNS = [0, 260, 520];
const LETTERS = 25;

const cut = (text) => (text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text);

function Box({ x, y, edge, kind = "" }) {
  const name = edge.name || edge.native_id;
  const drawn = html`<rect x=${x} y=${y} width=${BOX.width} height=${BOX.height} rx="6" />
    <text class="node-type" x=${x + 10} y=${y + 16}>${edge.type}</text><text x=${x + 10} y=${y + 32}>${cut(name)}</text>`;
  const says = `${edge.type} ${name}`;
  return edge.id && !kind
    ? html`<a class="node" href=${href(`assets/${encodeURIComponent(edge.id)}`)} aria-label=${says}>${drawn}</a>`
    : html`<g class=${`node ${kind || "unknown"}`} aria-label=${says} role="img">${drawn}</g>`;
}

/** `incoming` and `outgoing` are edges of the API; those without an id are not in the inventory. */
export function Graph({ asset, incoming, outgoing }) {
  const sides = [[incoming.slice(0, MOST), 0], [outgoing.slice(0, MOST), 2]];
  const rows = Math.max(1, ...sides.map(([edges]) => edges.length));
  const height = rows * ROW;
  const middle = height / 2 - BOX.height / 2;
  const at = (index, count) => (height - count * ROW) / 2 + index * ROW + (ROW - BOX.height) / 2;
  const hidden = incoming.length + outgoing.length - sides[0][0].length - sides[1][0].length;
  const left = sides[0][0].length ? 0 : COLUMNS[1];
  const width = (sides[1][0].length ? COLUMNS[2] : COLUMNS[1]) + BOX.width - left;
  return html`<div class="graph" tabindex="0" role="region" aria-label=${t("relations")}>
    <svg viewBox="${left - 2} -2 ${width + 4} ${height + 4}" width=${width + 4} height=${height + 4}>
      ${sides.map(([edges, column]) => edges.map((edge, index) => {
        const y = at(index, edges.length) + BOX.height / 2;
        const [from, to] = column === 0 ? [BOX.width, COLUMNS[1]] : [COLUMNS[2], COLUMNS[1] + BOX.width];
        const half = (from + to) / 2;
        return html`<path key=${`line ${column} ${index}`} class="edge"
          d="M${from},${y} C${half},${y} ${half},${middle + BOX.height / 2} ${to},${middle + BOX.height / 2}" />`;
      }))}
      <${Box} x=${COLUMNS[1]} y=${middle} edge=${asset} kind="center" />
      ${sides.map(([edges, column]) => edges.map((edge, index) => html`<${Box} key=${`${column} ${index}`} x=${COLUMNS[column]}
        y=${at(index, edges.length)} edge=${edge} />`))}
    </svg>
    ${hidden > 0 && html`<p class="muted">${t("more_relations", { count: hidden })}</p>`}
  </div>`;
}

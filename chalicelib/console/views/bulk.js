// Many tasks at once, after a look at what it hits.
import { get, send } from "../core/api.js";
import { html, useEffect, useState } from "../core/html.js";
import { t, word } from "../core/texts.js";
import { number } from "../core/format.js";
import { Confirm, say } from "../parts/act.js";
import { Problem, Status } from "../parts/show.js";
import { about } from "../parts/tasks.js";

const NUMBERS = ["account_id"];
const SHOWN = 5;
const ACTS_ON = { cancel: ["pending", "running"], retry: ["failed", "cancelled"] };

/** The newest tasks that the verb would act on. */
async function sampleOf(verb, chosen) {
  const hit = ACTS_ON[verb].filter((status) => [undefined, status].includes(chosen.status));
  const pages = await Promise.all(hit.map((status) => get("/tasks", { ...chosen, status, limit: SHOWN })));
  return pages.flatMap(({ tasks }) => tasks).sort((a, b) => b.created_at.localeCompare(a.created_at)).slice(0, SHOWN);
}

/** `chosen` is the query of the list, which the API's bulk routes take as a body. */
export function Bulk({ verb, chosen, onClose }) {
  const body = Object.fromEntries(
    Object.entries(chosen).map(([name, value]) => [name, NUMBERS.includes(name) ? Number(value) : value]));
  const [preview, setPreview] = useState(null);
  const [error, setError] = useState(null);

  useEffect(() => {
    Promise.all([send("POST", `/tasks/${verb}`, { ...body, dry_run: true }), sampleOf(verb, chosen)])
      .then(([counted, tasks]) => setPreview({ matched: counted.matched, tasks }), setError);
  }, []);

  async function act() {
    const done = await send("POST", `/tasks/${verb}`, body);
    say(t(`bulk.${verb}.done`, done));
  }

  return html`<${Confirm} title=${t(`bulk.${verb}`)} danger=${verb === "cancel"} act=${act} onClose=${onClose}
      yes=${preview ? t(`bulk.${verb}.yes`, { count: number(preview.matched) }) : "…"}>
    <p class="chips">${Object.entries(chosen).map(([name, value]) => html`<span class="chip still" key=${name}>${t(name)}: ${value}
      </span>`)}</p>
    <${Problem} error=${error} />
    ${preview && html`<p><strong>${t(`bulk.${verb}.hits`, { count: number(preview.matched) })}</strong></p>
      <ul class="plain">${preview.tasks.map((task) => html`<li key=${task.id}>
        <${Status} value=${task.status} /> ${word("type", task.type)} <span class="muted">${about(task.params)}</span></li>`)}</ul>`}
  </${Confirm}>`;
}

import { send } from "../core/api.js";
import { html, useMemo, useState } from "../core/html.js";
import { go, replace } from "../core/router.js";
import { t, word } from "../core/texts.js";
import { say } from "../parts/act.js";
import { Choice } from "../parts/fields.js";
import { useKinds } from "../parts/operations.js";
import { usePicks } from "../parts/picks.js";
import { bodyOf, SchemaFields } from "../parts/schema.js";
import { Card, Copy, Loading, Page, Problem } from "../parts/show.js";

const OPTIONS = ["priority", "max_retry", "timeout_seconds"];
export default function Submit({ query }) {
  const { kinds, error } = useKinds();
  const type = query.type && kinds?.[query.type] ? query.type : Object.keys(kinds ?? {})[0];
  return html`<${Page} title=${t("place.submit")} note=${t("submit_note")}>
    <${Problem} error=${error} />
    ${!kinds && !error && html`<${Loading} />`}
    ${kinds && html`<${Form} key=${type} type=${type} kinds=${kinds} given=${query.params} />`}
  </${Page}>`;
}

function parsed(text) {
  try {
    return JSON.parse(text ?? "{}") ?? {};
  } catch {
    return {};
  }
}

function Form({ type, kinds, given }) {
  const { path, schema } = kinds[type];
  const picks = usePicks();
  const [values, setValues] = useState(() => parsed(given));
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const names = Object.keys(schema.properties);
  const own = [...names.filter((name) => schema.required?.includes(name)), ...names.filter((name) => !schema.required?.includes(name))]
    .filter((name) => !OPTIONS.includes(name));
  const body = useMemo(() => bodyOf(schema, values), [schema, values]);

  async function submit(event) {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const done = await send("POST", path, body);
      if (done.deduplicated) say(t("deduplicated"));
      go(`tasks/${done.task_id}`);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }

  return html`<form onSubmit=${submit}>
    <${Card}>
      <div class="form">
        <${Choice} label=${t("type")} value=${type} onInput=${(it) => replace({ type: it })}
          options=${Object.keys(kinds).map((it) => [it, word("type", it)])} />
        <${SchemaFields} schema=${schema} names=${own} values=${values} change=${setValues} picks=${picks} />
      </div>
      <details class="more-filters"><summary>${t("options")}</summary><div class="form">
        <${SchemaFields} schema=${schema} names=${OPTIONS.filter((it) => names.includes(it))} values=${values}
          change=${setValues} picks=${picks} />
      </div></details>
    </${Card}>
    <${Problem} error=${error} />
    <div class="actions submit-row"><button class="main" type="submit" disabled=${busy}>${t("submit")}</button>
      <${Copy} label=${t("copy_curl")} text=${curl(path, body)} /></div>
  </form>`;
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const curl = (path, body) =>
  `curl -X POST ${quoted(new URL(`api/v1/cam${path}`, document.baseURI).href)} `
  + `-H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`;

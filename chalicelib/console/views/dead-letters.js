import { get, send } from "../core/api.js";
import { number } from "../core/format.js";
import { html, useEffect, useState } from "../core/html.js";
import { useLive } from "../core/live.js";
import { may } from "../core/session.js";
import { t, word } from "../core/texts.js";
import { Act, Confirm, say } from "../parts/act.js";
import { Ago, Card, Copy, Empty, Loading, Page, Problem, Sheet } from "../parts/show.js";
import { about, taskHref } from "../parts/tasks.js";
import { adviceOn } from "./advice.js";

const PAGE = 100;
const MOST_READ = 1000;
const ERROR_LENGTH = 128; // what the API takes as a part of an error
const SHOWN = 5;
const REQUEST = / \((?:HTTP \d+, )?request [^()]*\)/; // of which call a cloud's error is: another one each time

const causeOf = (error) => error.split(REQUEST)[0].slice(0, ERROR_LENGTH).trim();

/** Letters by what they failed of, the most first: {error, type, letters}; `error` is a part of that of each. */
export function grouped(letters) {
  const groups = new Map();
  for (const letter of letters) {
    const error = causeOf(letter.error);
    const name = `${letter.type}\n${error}`;
    if (!groups.has(name)) groups.set(name, { name, error, type: letter.type, letters: [] });
    groups.get(name).letters.push(letter);
  }
  return [...groups.values()].sort((a, b) => b.letters.length - a.letters.length);
}

/** The newest letters, a first page live and what follows it whenever that has changed. */
function useLetters() {
  const { data, error, refresh } = useLive("/dead-letters", { limit: PAGE }, { every: 5000 });
  const [older, setOlder] = useState([]);
  useEffect(() => {
    const aborter = new AbortController();
    read(data?.next_cursor, aborter).then(setOlder, () => {}); // the note tells how many are shown
    return () => aborter.abort();
  }, [data]);
  const seen = new Set(data?.dead_letters.map(({ id }) => id));
  return { data, letters: [...(data?.dead_letters ?? []), ...older.filter(({ id }) => !seen.has(id))], error, refresh };
}

async function read(cursor, aborter) {
  const found = [];
  while (cursor && found.length < MOST_READ - PAGE) {
    const page = await get("/dead-letters", { limit: PAGE, cursor }, aborter);
    found.push(...page.dead_letters);
    cursor = page.next_cursor;
  }
  return found;
}

export default function DeadLetters() {
  const { data, letters, error, refresh } = useLetters();
  const [asking, setAsking] = useState(null);
  const groups = grouped(letters);

  async function ask(group) {
    const choice = group ? { error: group.error, type: group.type } : {};
    const { matched } = await send("POST", "/dead-letters/redrive", { ...choice, dry_run: true });
    setAsking({ choice, matched, error: group?.error });
  }
  async function redrive() {
    const done = await send("POST", "/dead-letters/redrive", asking.choice);
    say(t("bulk.retry.done", { retried: done.retried, refused: done.refused, remaining: done.remaining }));
    await refresh();
  }

  return html`<${Page} title=${t("place.dead-letters")} note=${t("dead_letters_note")}
      actions=${groups.length > 0 && may("admin") && html`<${Act} act=${() => ask(null)}>${t("redrive_all")}</${Act}>`}>
    <${Problem} error=${error} />
    ${!data && !error && html`<${Loading} />`}
    ${data && !groups.length && html`<${Card}><${Empty}>${t("no_dead_letters")}</${Empty}></${Card}>`}
    ${data?.total > letters.length && html`<p class="note">
      ${t("newest_letters", { count: number(letters.length), total: number(data.total) })}</p>`}
    ${groups.map((group) => html`<${Group} key=${group.name} group=${group} ask=${ask} refresh=${refresh} />`)}
    ${asking && html`<${Confirm} title=${t("redrive")} yes=${t("bulk.retry.yes", { count: number(asking.matched) })}
      act=${redrive} onClose=${() => setAsking(null)}>
      <p>${t("redrive_question", { count: number(asking.matched) })}</p>${asking.error && html`<p class="error-text">${asking.error}</p>`}
    </${Confirm}>`}
  </${Page}>`;
}

function Group({ group, ask, refresh }) {
  const [all, setAll] = useState(false);
  const letters = all ? group.letters : group.letters.slice(0, SHOWN);
  const drop = (letter) => async () => {
    await send("DELETE", `/dead-letters/${encodeURIComponent(letter.id)}`);
    await refresh();
  };
  return html`<${Card} kind="failure" title=${`${word("type", group.type)} × ${number(group.letters.length)}`}
      actions=${html`<${Copy} text=${group.error} />${may("admin") && group.error && html`<${Act} kind="main" act=${() => ask(group)}>${t("redrive")}
        </${Act}>`}`}>
    <p class="error-text">${group.error || "–"}</p>
    <p class="muted">${t("what_to_do")} ${t(adviceOn(group.letters[0].error))}</p>
    <${Sheet} label=${group.error}>
      <thead><tr><th scope="col">${t("task")}</th><th scope="col" class="num">${t("retries")}</th>
        <th scope="col" class="num">${t("completed_at")}</th><th scope="col"><span class="hidden">${t("actions")}</span></th></tr></thead>
      <tbody>${letters.map((letter) => html`<tr key=${letter.id}><td><a href=${taskHref(letter.id)} data-row>
        ${about(letter.params) || letter.id}</a></td>
        <td class="num">${letter.retry_count}</td><td class="num"><${Ago} at=${letter.completed_at} /></td>
        <td class="num">${may("admin") && html`<${Act} kind="quiet" act=${drop(letter)}>${t("drop")}</${Act}>`}</td></tr>`)}</tbody>
    </${Sheet}>
    ${!all && group.letters.length > SHOWN && html`<div class="card-foot"><button onClick=${() => setAll(true)}>${t("more")}</button>
      </div>`}
  </${Card}>`;
}

// The frame of all pages: where one can go, who looks, and the page itself, loaded when first asked for.
import { get } from "./core/api.js";
import { html, useEffect, useState } from "./core/html.js";
import { useLive } from "./core/live.js";
import { language, theme, isDark } from "./core/preferences.js";
import { href, useRoute } from "./core/router.js";
import { isLocked, keep, key, leave, locked, self } from "./core/session.js";
import { useSignal } from "./core/signal.js";
import { t, word } from "./core/texts.js";
import { Said } from "./parts/act.js";
import { Text } from "./parts/fields.js";
import { Loading, Page, Problem } from "./parts/show.js";
import { places } from "./places.js";
import { Shortcuts, useShortcuts } from "./shortcuts.js";

// Pages by address: the module, and what its parts are called. The first that fits is taken.
const PAGES = [
  ["overview", "overview", []],
  ["tasks", "tasks", []],
  ["tasks", "task", ["id"]],
  ["submit", "submit", []],
  ["assets", "assets", []],
  ["assets", "asset", ["id"]],
  ["changes", "changes", []],
  ["scopes", "scopes", []],
  ["accounts", "accounts", []],
  ["accounts", "account", ["id"]],
  ["dead-letters", "dead-letters", []],
  ["keys", "keys", []],
  ["audit", "audit", []],
];

export function Shell() {
  const route = useRoute();
  const isOut = useSignal(isLocked);
  const who = useSignal(self);
  const [helps, setHelps] = useState(false);
  useShortcuts(() => setHelps(true));
  useEffect(() => { if (!isOut) meet(); }, [isOut]);
  const place = route.parts[0] ?? "overview";
  useEffect(() => document.querySelector(".rail [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" }), [place, who]);

  return html`<a class="skip" href="#main" onClick=${skip}>${t("skip")}</a>
    <nav class="rail" aria-label=${t("places")}>
      <a class="brand" href=${href("overview")}><span aria-hidden="true">≡</span> cam-tasks</a>
      <ul>${places().map(({ name }) => html`<li key=${name}>
        <a href=${href(name)} aria-current=${name === place ? "page" : undefined}>${t(`place.${name}`)}
        ${name === "dead-letters" && !isOut && html`<${DeadLetterCount} />`}</a></li>`)}</ul>
      <div class="rail-foot">
        ${who && who.authentication !== "off" && html`<span class="muted">${who.subject} · ${word("role", who.role)}</span>`}
        ${key() && html`<button class="quiet" onClick=${leave}>${t("leave")}</button>`}
        <button class="quiet" onClick=${() => language.set(language.get() === "zh" ? "en" : "zh")}>${t("other_language")}</button>
        <button class="quiet" onClick=${toggleTheme} aria-label=${t("theme")} title=${t("theme")}>◐</button>
        <button class="quiet" onClick=${() => setHelps(true)} aria-label=${t("shortcuts")} title=${t("shortcuts")}>?</button>
      </div>
    </nav>
    <main id="main">${isOut ? html`<${KeyField} />` : html`<${View} route=${route} />`}</main>
    <${Said} />
    ${helps && html`<${Shortcuts} onClose=${() => setHelps(false)} />`}`;
}

function View({ route }) {
  const [place = "overview", ...given] = route.parts;
  const page = PAGES.find(([name, , names]) => name === place && names.length === given.length);
  const [loaded, setLoaded] = useState(null);
  const [error, setError] = useState(null);
  const file = page?.[1];
  useEffect(() => {
    if (!file) return;
    setError(null);
    import(`./views/${file}.js`).then((module) => setLoaded({ file, view: module.default }), setError);
  }, [file]);
  if (!page) return html`<${Page} title=${t("nothing_here")} />`;
  if (error) return html`<${Problem} error=${{ status: 1, message: t("reload") }} />`;
  if (loaded?.file !== file) return html`<${Loading} />`;
  const parts = Object.fromEntries(page[2].map((name, at) => [name, given[at]]));
  return html`<${loaded.view} key=${file + given.join("/")} query=${route.query} ...${parts} />`;
}

function DeadLetterCount() {
  const { data } = useLive("/dead-letters", { limit: 1 }, { every: 10000 });
  return data?.total ? html` <span class="count">${data.total}</span>` : null;
}

function KeyField() {
  const [text, setText] = useState("");
  const [error, setError] = useState(null);
  async function enter(event) {
    event.preventDefault();
    keep(text.trim());
    try {
      await get("/lanes");
      locked(false);
    } catch (failure) {
      keep(null);
      setError(failure);
    }
  }
  return html`<${Page} title=${t("key_wanted")} note=${t("key_note")}>
    <form class="card key-form" onSubmit=${enter}>
      <${Text} label=${t("key_or_token")} type="password" value=${text} onInput=${setText} required=${true} />
      <${Problem} error=${error} />
      <div class="actions"><button class="main" type="submit">${t("enter")}</button></div>
    </form>
  </${Page}>`;
}

/** Ask who this is; an API that has no such question lets everybody do everything. */
async function meet() {
  try {
    self.set(await get("/whoami"));
  } catch {
    self.set(null);
  }
}

function skip(event) {
  event.preventDefault();
  document.querySelector("main h1")?.focus();
}

const toggleTheme = () => theme.set(isDark() ? "light" : "dark");

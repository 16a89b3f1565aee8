// Keys that do what buttons do, and the list of them.
import { html, useEffect } from "./core/html.js";
import { isDark, shortcutsOn, theme } from "./core/preferences.js";
import { go } from "./core/router.js";
import { may } from "./core/session.js";
import { useSignal } from "./core/signal.js";
import { t } from "./core/texts.js";
import { Dialog } from "./parts/act.js";
import { Check } from "./parts/fields.js";
import { places } from "./places.js";

const SECOND_KEY_MS = 1200;

/** Rows that can be gone through are links with this attribute. */
const rows = () => [...document.querySelectorAll("main [data-row]")];

function step(by) {
  const all = rows();
  const at = all.indexOf(document.activeElement);
  all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]?.focus();
}

const SINGLE = {
  "/": () => document.querySelector("main input[type=search], main select, main input")?.focus(),
  j: () => step(1),
  k: () => step(-1),
  n: () => may("operator") && go("submit"),
  l: () => theme.set(isDark() ? "light" : "dark"),
};

function leadTo(key) {
  const place = places().find((it) => it.key === key);
  return place && (() => go(place.name));
}

export function useShortcuts(help) {
  useEffect(() => {
    let first = "";
    let timer = 0;
    function press(event) {
      const typing = event.target.closest("input, select, textarea, dialog");
      if (!shortcutsOn.get() || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const act = first === "g" ? leadTo(event.key) : { ...SINGLE, "?": help }[event.key];
      clearTimeout(timer);
      first = first === "g" ? "" : event.key;
      timer = setTimeout(() => { first = ""; }, SECOND_KEY_MS);
      if (!act) return;
      event.preventDefault();
      act();
    }
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

export function Shortcuts({ onClose }) {
  const on = useSignal(shortcutsOn);
  const row = (keys, what) => html`<tr key=${keys}><td>${keys.split(" ").map((it) => html`<kbd>${it}</kbd> `)}</td><td>${what}</td></tr>`;
  return html`<${Dialog} title=${t("shortcuts")} onClose=${onClose}>
    <table class="keys"><tbody>
      ${places().map(({ name, key }) => row(`g ${key}`, t(`place.${name}`)))}
      ${row("/", t("key.search"))}${row("j k", t("key.rows"))}${row("Enter", t("key.open"))}
      ${may("operator") && row("n", t("place.submit"))}${row("l", t("theme"))}${row("?", t("shortcuts"))}
    </tbody></table>
    <${Check} label=${t("shortcuts_on")} value=${on} onInput=${(is) => shortcutsOn.set(is)} />
  </${Dialog}>`;
}

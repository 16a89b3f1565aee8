// Fields of forms and filters; each has a label that is read out.
import { html, useEffect, useRef, useState } from "../core/html.js";

let made = 0;
const useId = () => useState(() => `field-${++made}`)[0];

export function Field({ label, hint, children, required, wide }) {
  const id = useId();
  return html`<div class=${`field ${wide ? "wide" : ""}`}>
    <label for=${id}>${label}${required && html`<span class="required" aria-hidden="true"> *</span>`}</label>
    ${children(id, hint ? `${id}-hint` : undefined)}
    ${hint && html`<small id="${id}-hint">${hint}</small>`}
  </div>`;
}

export const Text = ({ label, hint, value, onInput, required, wide, ...rest }) => html`<${Field} ...${{ label, hint, required, wide }}>
  ${(id, described) => html`<input id=${id} aria-describedby=${described} value=${value ?? ""} required=${required}
    onInput=${(event) => onInput(event.target.value)} autocomplete="off" spellcheck=${false} ...${rest} />`}
</${Field}>`;

const TYPING_MS = 350;

/**
 * A text that is handed on when its field is left, or, with `soon`, whenever typing pauses. Until then it is the
 * field's own: a page that is drawn anew meanwhile leaves it alone.
 */
export function Typed({ value = "", onInput, soon, ...rest }) {
  const [text, setText] = useState(value);
  const pause = useRef(0);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(pause.current), []);
  function type(typed) {
    setText(typed);
    clearTimeout(pause.current);
    if (soon) pause.current = setTimeout(onInput, TYPING_MS, typed);
  }
  function leave() {
    if (soon) return;
    onInput(text);
    setText(value);
  }
  return html`<${Text} ...${rest} value=${text} onInput=${type} onChange=${leave} />`;
}

const utc = (moment) => (moment ? new Date(moment).toISOString() : "");

function local(moment) {
  if (!moment) return "";
  const at = new Date(moment);
  return new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

/** A time of RFC 3339 in UTC, shown and typed in the time of this place. */
export const Moment = ({ value, onInput, ...rest }) => html`<${Text} ...${rest} type="datetime-local" value=${local(value)}
  onInput=${(it) => onInput(utc(it))} />`;

/** `options` are [value, text]; `any` is the text of none. */
export const Choice = ({ label, hint, value, onInput, options, any, required, wide }) => html`<${Field}
  ...${{ label, hint, required, wide }}>
  ${(id, described) => html`<select id=${id} aria-describedby=${described} value=${value ?? ""} required=${required}
    onChange=${(event) => onInput(event.target.value)}>
    ${any !== undefined && html`<option value="">${any}</option>`}
    ${options.map(([key, text]) => html`<option key=${key} value=${key} selected=${String(value ?? "") === String(key)}>${text}</option>`)}
  </select>`}
</${Field}>`;

export const Check = ({ label, hint, value, onInput }) => html`<div class="field check">
  <label><input type="checkbox" checked=${value} onChange=${(event) => onInput(event.target.checked)} /> ${label}</label>
  ${hint && html`<small>${hint}</small>`}
</div>`;

/** Some of many: `groups` are {name: [value, …]}; a group's own name chooses all of it when `whole`. */
export function Many({ label, hint, value, onInput, groups, show = String, whole }) {
  const has = new Set(value ?? []);
  const toggle = (one) => onInput(has.has(one) ? [...has].filter((it) => it !== one) : [...has, one]);
  const chip = (one, kind) => html`<button type="button" key=${one} class=${`chip ${kind}`} aria-pressed=${has.has(one)}
    onClick=${() => toggle(one)}>${show(one)}</button>`;
  return html`<fieldset class="field wide"><legend>${label}</legend>
    ${Object.entries(groups).map(([name, values]) => html`<div class="chips" key=${name}>
      ${whole && name && chip(name, "group")}${values.map((one) => chip(one, ""))}</div>`)}
    ${hint && html`<small>${hint}</small>`}
  </fieldset>`;
}

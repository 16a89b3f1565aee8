// The secrets of an account: which ones a cloud takes. They are sent and never shown.
import { html, useState } from "../core/html.js";
import { t, word } from "../core/texts.js";
import { Choice, Text } from "./fields.js";

/** `cloud` is one of GET /providers; `change` is given {name: value} of what was filled in. */
export function Credentials({ cloud, values, change, required = true }) {
  const sets = cloud?.credentials ?? [];
  const [at, setAt] = useState(0);
  if (!sets.length) return null;
  const names = sets[Math.min(at, sets.length - 1)];
  const optional = cloud.optional_credentials.filter((name) => !names.includes(name));
  const field = (name, must) => html`<${Text} key=${name} type="password" autocomplete="new-password" required=${must && required}
    label=${word("credential", name)} value=${values[name]} onInput=${(value) => change({ ...values, [name]: value })} />`;
  return html`
    ${sets.length > 1 && html`<${Choice} label=${t("sign_in_by")} value=${at} onInput=${(it) => { setAt(Number(it)); change({}); }}
      options=${sets.map((set, index) => [index, set.map((name) => word("credential", name)).join(" + ")])} />`}
    ${names.map((name) => field(name, true))}
    ${optional.map((name) => field(name, false))}`;
}

export const filled = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value));

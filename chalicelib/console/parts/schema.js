// Forms made of a JSON schema, as the OpenAPI document has them for the bodies of requests.
import { html } from "../core/html.js";
import { t } from "../core/texts.js";
import { Check, Choice, Many, Text, Typed } from "./fields.js";
import { accountOptions, allTypes, regionsOf, typesOf } from "./picks.js";

/** The schema of a value that may be null, without the null. */
const plain = (schema) => ({ ...schema, ...(schema.anyOf?.find((one) => one.type !== "null") ?? {}) });

// Fields whose name is that of another text.
const LABELS = { deleted: "deleted_too" };
const label = (name) => t(LABELS[name] ?? name);
const common = (field) => ({ label: label(field.name), required: field.required, value: field.value, onInput: field.onInput });

// Fields whose name says what can be chosen. `form` is {picks, values}.
const BY_NAME = {
  provider: (field, { picks }) => html`<${Choice} ...${common(field)} any=${field.required ? t("choose") : t("any")}
    options=${picks.providers.map((it) => [it.provider, it.provider])} />`,
  account_id: (field, { picks, values }) => html`<${Choice} ...${common(field)} any=${t("all")}
    options=${accountOptions(picks, values.provider)} />`,
  region: (field, { picks, values }) => html`<${Choice} ...${common(field)} any=${t("all")}
    options=${regionsOf(picks, values.provider, values.account_id).map((it) => [it, it])} />`,
  type: (field, { picks, values }) => html`<${Choice} ...${common(field)} any=${t("all")}
    options=${allTypes(picks, values.provider).map((it) => [it, it])} />`,
  regions: (field, { picks, values }) => html`<${Many} ...${common(field)} hint=${t(values.provider ? "none_is_all" : "cloud_first")}
    groups=${values.provider ? { "": joined(regionsOf(picks, values.provider, values.account_id), field.value) } : {}} />
    <${Typed} label=${t("other_regions")} placeholder="cn-hangzhou, cn-beijing"
      onInput=${(text) => field.onInput(joined(field.value, list(text)))} />`,
  asset_types: (field, { picks, values }) => html`<${Many} ...${common(field)} whole=${true}
    hint=${t(values.provider ? "none_is_all" : "cloud_first")}
    groups=${values.provider ? typesOf(picks, values.provider) : {}} />`,
};

const BY_TYPE = {
  boolean: (field) => html`<${Check} label=${label(field.name)} value=${field.value ?? false} onInput=${field.onInput} />`,
  integer: (field) => html`<${Text} ...${common(field)} type="number" step="1" min=${field.schema.minimum} max=${field.schema.maximum}
    placeholder=${field.schema.default ?? ""} />`,
  array: (field) => html`<${Typed} ...${common(field)} value=${(field.value ?? []).join(", ")}
    onInput=${(text) => field.onInput(list(text))} />`,
  object: (field) => html`<${Typed} ...${common(field)} hint=${t("pairs")} value=${pairs(field.value)}
    onInput=${(text) => field.onInput(unpaired(text))} />`,
  string: (field) => html`<${Text} ...${common(field)} maxlength=${field.schema.maxLength} />`,
};

/** One field for each property; `names` chooses which. `change` is given the new values. */
export function SchemaFields({ schema, names, values, change, picks }) {
  return names.map((name) => {
    const own = plain(schema.properties[name]);
    const field = {
      name,
      schema: own,
      value: values[name],
      required: schema.required?.includes(name),
      onInput: (value) => change({ ...values, [name]: value }),
    };
    if (own.enum) {
      return html`<${Choice} key=${name} ...${common(field)} value=${field.value ?? own.default}
        options=${own.enum.map((it) => [it, it])} />`;
    }
    return (BY_NAME[name] ?? BY_TYPE[own.type] ?? BY_TYPE.string)(field, { picks, values });
  });
}

/** What to send: fields that were left alone are left out, numbers are numbers. */
export function bodyOf(schema, values) {
  const isEmpty = (value) => value === undefined || value === null || value === ""
    || (typeof value === "object" && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(values)
    .filter(([name, value]) => name in schema.properties && !isEmpty(value) && value !== schema.properties[name].default)
    .map(([name, value]) => [name, plain(schema.properties[name]).type === "integer" ? Number(value) : value]));
}

const joined = (...lists) => [...new Set(lists.flatMap((it) => it ?? []))];
const list = (text) => text.split(/[\s,]+/).filter(Boolean);
const pairs = (value) => Object.entries(value ?? {}).map(([name, it]) => `${name}=${it}`).join(", ");
const unpaired = (text) => Object.fromEntries(
  text.split(",").map((one) => one.split("=").map((it) => it.trim())).filter(([name, it]) => name && it));

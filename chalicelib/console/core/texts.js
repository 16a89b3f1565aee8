// What people read, in their language. One table each: texts/zh.js, texts/en.js.
import { language } from "./preferences.js";

const LOCALES = { zh: "zh-CN", en: "en" };
let table = {};

export const locale = () => LOCALES[language.get()];

export async function speak(name) {
  table = (await import(`../texts/${name}.js`)).default;
  document.documentElement.lang = LOCALES[name];
}

/** The text of a name, with {parts} filled in; without one in the table, the name itself. */
export function t(name, parts = {}) {
  return (table[name] ?? name).replace(/{(\w+)}/g, (whole, part) => parts[part] ?? whole);
}

/** The text of a name of the API ("sync_assets", "running"), in words where the table has them. */
export const word = (group, name) => table[`${group}.${name}`] ?? String(name ?? "");

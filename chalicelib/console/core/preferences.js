// What a person likes: language, light or dark, shortcuts. Kept by the browser, where it lets us.
import { signal } from "./signal.js";

function kept(name, fallback) {
  try {
    return localStorage.getItem(`cam-${name}`) ?? fallback;
  } catch {
    return fallback;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(`cam-${name}`, value);
  } catch { /* a browser that keeps nothing still shows everything */ }
}

const spoken = (navigator.languages ?? [navigator.language])[0] ?? "zh";

export const language = signal(kept("language", spoken.toLowerCase().startsWith("zh") ? "zh" : "en"));
export const theme = signal(kept("theme", "auto")); // auto, light or dark
export const shortcutsOn = signal(kept("shortcuts", "on") === "on");

language.watch((value) => keep("language", value));
theme.watch((value) => keep("theme", value));
shortcutsOn.watch((value) => keep("shortcuts", value ? "on" : "off"));

const paint = (value) => { document.documentElement.dataset.theme = value; };
paint(theme.get());
theme.watch(paint);

export const isDark = () =>
  theme.get() === "dark" || (theme.get() === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);

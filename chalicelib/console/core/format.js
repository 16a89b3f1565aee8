// Times, spans and numbers as people read them.
import { locale } from "./texts.js";

const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** Seconds as "2 h 5 min", at most two units. */
export function span(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 1) return unit(Math.round(seconds * 1000), "millisecond");
  if (seconds < 10) return unit(Math.round(seconds * 10) / 10, "second");
  const whole = Math.round(seconds);
  const first = STEPS.findIndex(([, size]) => whole >= size);
  const [name, size] = STEPS[first];
  const rest = STEPS[first + 1] ? Math.floor((whole % size) / STEPS[first + 1][1]) : 0;
  const told = unit(Math.floor(whole / size), name);
  return rest ? `${told} ${unit(rest, STEPS[first + 1][0])}` : told;
}

/** A moment as "3 minutes ago" or "in 2 hours". */
export function ago(moment, now = Date.now()) {
  const seconds = (Date.parse(moment) - now) / 1000;
  const [name, size] = STEPS.find(([, it]) => Math.abs(seconds) >= it) ?? STEPS.at(-1);
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto", style: "short" })
    .format(Math.trunc(seconds / size), name);
}

export const clock = (moment) =>
  new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false })
    .format(new Date(moment));

/** Hours and minutes. */
export const minute = (moment) =>
  new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", hour12: false }).format(new Date(moment));

export const full = (moment) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "medium", hour12: false }).format(new Date(moment));

export const number = (value, digits = 0) =>
  value === null || value === undefined
    ? "–"
    : new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);

export const percent = (share) =>
  share === null || share === undefined
    ? "–"
    : new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(share);

export const bytes = (count) =>
  count < 1024 ? `${count} B` : count < 1 << 20 ? `${number(count / 1024, 1)} KiB` : `${number(count / (1 << 20), 1)} MiB`;

export const short = (id) => (id ? String(id).slice(-12) : "–");

function unit(value, name) {
  return new Intl.NumberFormat(locale(), { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 1 })
    .format(value);
}

// Calls of the API. Answers are the envelope's data; failures are ApiError.
import { key, locked } from "./session.js";

const BASE = new URL("api/v1/cam", document.baseURI).href;
const REMEMBERED = 60;

const answers = new Map(); // url -> {tag, data}, the least recently used first

export class ApiError extends Error {
  constructor(status, code, message, retryAfter) {
    super(message);
    Object.assign(this, { status, code, retryAfter });
  }
}

/** "/tasks" with the parameters that have a value. */
export function address(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return path + (given.length ? "?" + new URLSearchParams(given) : "");
}

/** The same object as last time when nothing has changed. `signal` aborts. */
export async function get(path, query, { signal } = {}) {
  const url = BASE + address(path, query);
  const known = answers.get(url);
  const response = await reach(url, { signal, headers: known ? { "If-None-Match": known.tag } : {} });
  if (response.status === 304) return known.data;
  const data = await opened(response);
  const tag = response.headers.get("ETag");
  if (tag) remember(url, { tag, data });
  return data;
}

export async function send(method, path, body) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return opened(await reach(BASE + path, { method, headers: { "Content-Type": "application/json" }, ...sent }));
}

/** The OpenAPI document, which is in no envelope. */
export async function openapi() {
  const response = await reach(new URL("openapi.json", document.baseURI).href, { headers: {} });
  if (!response.ok) throw new ApiError(response.status, 0, `HTTP ${response.status}`);
  return response.json();
}

async function reach(url, { headers, ...options }) {
  const held = key();
  const sent = held ? { ...headers, Authorization: `Bearer ${held}` } : { ...headers, "X-Cam-User": "console" };
  const response = await fetch(url, { cache: "no-store", headers: sent, ...options });
  if (response.status === 401) locked(true);
  return response;
}

async function opened(response) {
  const envelope = await response.json().catch(() => null);
  if (response.ok && envelope) return envelope.data;
  const wait = Number(response.headers.get("Retry-After")) || null;
  throw new ApiError(response.status, envelope?.code ?? 0, envelope?.msg ?? `HTTP ${response.status}`, wait);
}

function remember(url, answer) {
  answers.delete(url);
  answers.set(url, answer);
  if (answers.size > REMEMBERED) answers.delete(answers.keys().next().value);
}

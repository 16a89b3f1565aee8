// What changes something: buttons that wait, questions before what cannot be undone, and what came of it.
import { html, useEffect, useRef, useState } from "../core/html.js";
import { signal, useSignal } from "../core/signal.js";
import { t } from "../core/texts.js";
import { Problem } from "./show.js";

const said = signal(null);
const SHOWN_MS = 6000;
let clearing = 0;

/** Tell what came of an action; read out, too. */
export function say(text, kind = "") {
  said.set({ text, kind });
  clearTimeout(clearing);
  clearing = setTimeout(() => said.set(null), SHOWN_MS);
}

export function Said() {
  const now = useSignal(said);
  return html`<div class="said" role="status" aria-live="polite">
    ${now && html`<p class=${now.kind}>${now.text}</p>`}
  </div>`;
}

/** A button that runs `act` once at a time and tells of its failure. */
export function Act({ act, children, kind = "", ...rest }) {
  const [busy, setBusy] = useState(false);
  async function run() {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      say(error.message, "bad");
    } finally {
      setBusy(false);
    }
  }
  return html`<button type="button" class=${kind} disabled=${busy} onClick=${run} ...${rest}>${children}</button>`;
}

export function Dialog({ title, onClose, children, wide }) {
  const dialog = useRef();
  useEffect(() => {
    const shown = dialog.current;
    if (!shown.open) shown.showModal();
    return () => shown.close();
  }, []);
  return html`<dialog ref=${dialog} class=${wide ? "wide" : ""} aria-label=${title} onClose=${onClose}
    onClick=${(event) => event.target === dialog.current && onClose()}>
    <div class="card-head"><h2>${title}</h2>
      <button type="button" class="quiet" aria-label=${t("close")} onClick=${onClose}>✕</button></div>
    ${children}
  </dialog>`;
}

/** A question before `act`. Stays open, with what went wrong, until it went right. */
export function Confirm({ title, yes, danger, act, onClose, children }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  async function run(event) {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await act();
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  }
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form onSubmit=${run}>
      <div class="dialog-body">${children}<${Problem} error=${error} /></div>
      <div class="actions end">
        <button type="button" onClick=${onClose}>${t("back")}</button>
        <button type="submit" class=${danger ? "danger" : "main"} disabled=${busy}>${yes}</button>
      </div>
    </form>
  </${Dialog}>`;
}

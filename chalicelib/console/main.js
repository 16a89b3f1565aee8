import { speak } from "./core/texts.js";
import { language } from "./core/preferences.js";
import { html, render } from "./core/html.js";
import { Shell } from "./shell.js";

const root = document.getElementById("console");
const draw = () => render(html`<${Shell} key=${language.get()} />`, root);

language.watch((name) => speak(name).then(draw));
await speak(language.get());
draw();

// What can be submitted, as the OpenAPI document has it.
import { openapi } from "../core/api.js";
import { useEffect, useState } from "../core/html.js";

const SUBMITS = /^submit_/;
let asked = null;

/** {type: {path, schema}}, in the document's order. */
function kindsOf(document) {
  const found = Object.entries(document.paths).filter(([, methods]) => SUBMITS.test(methods.post?.operationId ?? ""));
  return Object.fromEntries(found.map(([path, { post }]) => [
    post.operationId.replace(SUBMITS, ""), { path, schema: post.requestBody.content["application/json"].schema },
  ]));
}

/** {kinds, error}; the document is read once. */
export function useKinds() {
  const [state, setState] = useState({ kinds: null, error: null });
  useEffect(() => {
    asked ??= openapi().then(kindsOf);
    asked.then((kinds) => setState({ kinds, error: null }), (error) => { asked = null; setState({ kinds: null, error }); });
  }, []);
  return state;
}

// What the API does, as its OpenAPI document has it.
import { openapi } from "../core/api.js";
import { useEffect, useMemo, useState } from "../core/html.js";

const SUBMITS = /^submit_/;
let asked = null;

/** {type: {path, schema}} of what can be submitted, in the document's order. */
function kindsOf(document) {
  const found = Object.entries(document.paths).filter(([, methods]) => SUBMITS.test(methods.post?.operationId ?? ""));
  return Object.fromEntries(found.map(([path, { post }]) => [
    post.operationId.replace(SUBMITS, ""), { path, schema: post.requestBody.content["application/json"].schema },
  ]));
}

/** The names of the operations that change something, in the document's order. */
const deedsOf = (document) => Object.values(document.paths)
  .flatMap(({ post, put, delete: removal }) => [post, put, removal]).filter(Boolean).map((it) => it.operationId);

/** {document, error}; it is read once. */
function useDocument() {
  const [state, setState] = useState({ document: null, error: null });
  useEffect(() => {
    asked ??= openapi();
    asked.then((document) => setState({ document, error: null }), (error) => { asked = null; setState({ document: null, error }); });
  }, []);
  return state;
}

export function useKinds() {
  const { document, error } = useDocument();
  const kinds = useMemo(() => document && kindsOf(document), [document]);
  return { kinds, error };
}

/** Empty until read. */
export function useDeeds() {
  const { document } = useDocument();
  return useMemo(() => (document ? deedsOf(document) : []), [document]);
}

/** A call that GitHub turns down: its message becomes the text of a result with `isError`, not a JSON-RPC error. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/**
 * The refusal for something that is not there, in the words of GitHub's REST client.
 *
 * @param doing - what the tool was about to do: `get issue`
 * @param path - of the REST call, from `/repos` on
 */
export function notFound(doing: string, path: string, method: 'GET' | 'PUT' | 'PATCH' | 'POST' = 'GET'): Refusal {
  return new Refusal(`failed to ${doing}: ${method} https://api.github.com${path}: 404 Not Found []`);
}

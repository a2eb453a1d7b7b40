/** What to listen for: the lists that the server says may change, and the resources that the client follows. */

import { rawAt } from '../../protocol/json.ts';

/** Members of the filter, and the capabilities that allow them. [MCP 2026-07-28, Subscriptions] */
const LISTS: readonly (readonly [member: string, capability: string])[] = [
  ['toolsListChanged', 'tools'],
  ['promptsListChanged', 'prompts'],
  ['resourcesListChanged', 'resources'],
];

export class SubscriptionFilter {
  /** Whether the server tells of changes to single resources. */
  readonly hasResources: boolean;
  readonly #lists: readonly string[];
  readonly #uris = new Set<string>();

  /** @param capabilities - raw text of the server's capabilities */
  constructor(capabilities: string) {
    this.#lists = LISTS.flatMap(([member, capability]) =>
      rawAt(capabilities, capability, 'listChanged') === 'true' ? [member] : [],
    );
    this.hasResources = rawAt(capabilities, 'resources', 'subscribe') === 'true';
  }

  /** @returns whether that changes anything */
  add(uri: string): boolean {
    const added = !this.#uris.has(uri);
    this.#uris.add(uri);
    return added;
  }

  /** @returns whether that changes anything */
  remove(uri: string): boolean {
    return this.#uris.delete(uri);
  }

  /** Text of the filter; undefined where there is nothing to listen for. */
  get text(): string | undefined {
    const members = this.#lists.map((member) => `"${member}":true`);
    if (this.#uris.size > 0) members.push(`"resourceSubscriptions":${JSON.stringify([...this.#uris])}`);
    return members.length === 0 ? undefined : `{${members.join(',')}}`;
  }
}

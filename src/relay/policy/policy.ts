/** Which tools a client may see and call: rules, without a server. */

import { isInToolsets } from './toolsets.ts';
import { type Unmatched, unmatched } from './unmatched.ts';

/** What the user allows. Absent lists allow everything. */
export interface ToolPolicy {
  readonly readOnly: boolean;
  /** Names of GitHub's toolsets. */
  readonly toolsets: readonly string[] | undefined;
  /** Names or globs of tools. Beside toolsets they add to these, as they do at GitHub. */
  readonly tools: readonly string[] | undefined;
  readonly excludeTools: readonly string[] | undefined;
}

/** As much of a tool as a policy looks at. */
export interface Tool {
  readonly name: string;
  /** `annotations.readOnlyHint`; undefined where the tool says nothing, or nothing is known of it. */
  readonly readOnlyHint: boolean | undefined;
}

/** Whether a name fits one of several names and globs. */
export type Matcher = (patterns: readonly string[]) => (name: string) => boolean;

/**
 * What stands in the way of a tool, and by which option it was put there.
 * `unlisted`: it would have to be in a list of the server's to be judged.
 */
export type Verdict =
  | { readonly is: 'allowed' }
  | { readonly is: 'excluded'; readonly by: string; readonly because: string }
  | { readonly is: 'unlisted'; readonly by: string };

const ALLOWED: Verdict = { is: 'allowed' };

export class PolicyRules {
  readonly #policy: ToolPolicy;
  readonly #matcher: Matcher;
  readonly #named: (name: string) => boolean;
  readonly #excluded: (name: string) => boolean;

  constructor(policy: ToolPolicy, matcher: Matcher) {
    this.#policy = policy;
    this.#matcher = matcher;
    this.#named = matcher(policy.tools ?? []);
    this.#excluded = matcher(policy.excludeTools ?? []);
  }

  /**
   * @param listed - the tool as a list of the server shows it; undefined where none did
   * @param filtered - whether that list shows that the server itself keeps to the toolsets
   */
  judge(name: string, listed: Tool | undefined, filtered: boolean): Verdict {
    const { readOnly, tools, toolsets } = this.#policy;
    if (this.#excluded(name)) return excluded('--exclude-tools', 'it is named there');
    if ((tools !== undefined || toolsets !== undefined) && !this.#named(name)) {
      if (toolsets === undefined) return excluded('--tools', 'it is not among them');
      const known = isInToolsets(name, toolsets);
      if (known === false) return excluded('--toolsets', 'it belongs to another toolset');
      if (known === undefined && listed === undefined) return { is: 'unlisted', by: '--toolsets' };
      // A tool that is newer than we are passes where the server has left out what it should leave out.
      if (known === undefined && !filtered) return excluded('--toolsets', 'its toolset is not known');
    }
    if (!readOnly) return ALLOWED;
    if (listed === undefined) return { is: 'unlisted', by: '--read-only' };
    if (listed.readOnlyHint === true) return ALLOWED;
    const says =
      listed.readOnlyHint === false ? 'the server says that it writes' : 'the server does not say that it only reads';
    return excluded('--read-only', says);
  }

  /** Names that match no tool of a complete list. */
  unmatched(listed: Iterable<string>): Unmatched[] {
    return unmatched(this.#policy, listed, this.#matcher);
  }

  /** Whether a list shows that the server has kept to the toolsets: none of the tools that we know is of another. */
  isFiltered(names: Iterable<string>): boolean {
    const { toolsets } = this.#policy;
    return (
      toolsets === undefined || [...names].every((name) => this.#named(name) || isInToolsets(name, toolsets) !== false)
    );
  }
}

function excluded(by: string, because: string): Verdict {
  return { is: 'excluded', by, because };
}

/**
 * The same policy in GitHub's own headers, so that what is excluded does not even come. They tell plain names only, and
 * refuse every request where they name a tool that there is not. [github-mcp-server v1.10, observed 2026-11]
 */
export function policyHeaders({ readOnly, toolsets, tools, excludeTools }: ToolPolicy): Record<string, string> {
  const headers: Record<string, string> = {};
  if (readOnly) headers['X-MCP-Readonly'] = 'true';
  // A glob may mean tools of any toolset: all are asked for, and the rest is left out here.
  const needsAll = tools?.some(isGlob) === true;
  if (needsAll) headers['X-MCP-Toolsets'] = 'all';
  else if (toolsets !== undefined) headers['X-MCP-Toolsets'] = toolsets.join(',');
  if (tools !== undefined && !needsAll) headers['X-MCP-Tools'] = tools.join(',');
  const plain = excludeTools?.filter((name) => !isGlob(name)) ?? [];
  if (plain.length > 0) headers['X-MCP-Exclude-Tools'] = plain.join(',');
  return headers;
}

export function isGlob(pattern: string): boolean {
  return /[*?[\]{}()!]/.test(pattern);
}

/** From the options of the tool policy to what holds calls to it. Loaded only when one of them is set. */

import type { Log } from '../../ports.ts';
import type { MessageHandler } from '../handler.ts';
import { matcher } from './globs.ts';
import { Policed } from './policed.ts';
import { PolicyRules, policyHeaders, type ToolPolicy } from './policy.ts';
import { isToolset } from './toolsets.ts';

const ONLY_GITHUB =
  "--toolsets knows the tools of GitHub's server only: unknown tools of a server that lists no known tool of another toolset " +
  'are allowed. Use --tools for other servers';

export interface PolicySettings extends ToolPolicy {
  /** For `params._meta` of every call. */
  readonly meta: Readonly<Record<string, string>>;
}

export interface OpenPolicy {
  /** The headers for the server: those that were configured, and the policy's, which win. */
  readonly headers: Readonly<Record<string, string>>;
  /** Puts the policy before what carries the messages. */
  before(next: MessageHandler, log: Log): Policed;
}

export function openPolicy(settings: PolicySettings, configured: Readonly<Record<string, string>>): OpenPolicy {
  const own = policyHeaders(settings);
  const taken = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const others = Object.entries(configured).filter(([name]) => !taken.has(name.toLowerCase()));
  const limits = settings.readOnly || settings.toolsets || settings.tools || settings.excludeTools;
  const rules = limits ? new PolicyRules(settings, matcher) : undefined;
  const meta = Object.fromEntries(Object.entries(settings.meta).map(([key, value]) => [key, JSON.stringify(value)]));
  return {
    headers: { ...Object.fromEntries(others), ...own },
    before(next, log) {
      const unknown = (settings.toolsets ?? []).filter((toolset) => !isToolset(toolset));
      if (unknown.length > 0) log.warn({ toolsets: unknown }, 'GitHub has no toolsets of these names that we know of');
      if (settings.toolsets && !settings.toolsets.includes('all')) log.info({}, ONLY_GITHUB);
      return new Policed({ next, rules, meta, log });
    },
  };
}

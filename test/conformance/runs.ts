/** What is run: for each era a version of the suite, what it asks of a client, and who is under test as a server. */

import type { Command } from './bridge.ts';
import { openLegacyFixture } from './fixture/legacy.ts';
import { openModernFixture } from './fixture/modern.ts';
import { openLegacyFront } from './front/legacy.ts';
import { openModernFront } from './front/modern.ts';
import type { Endpoint } from './http/endpoint.ts';

export interface Run {
  /** Version of `@modelcontextprotocol/conformance`. */
  readonly suite: string;
  readonly revision: '2025-11-25' | '2026-07-28';
  readonly client: { readonly scenarios: readonly string[]; readonly args: readonly string[] };
  readonly server: {
    readonly args: readonly string[];
    /** Scenarios about what the fixture does not have. */
    readonly without: RegExp;
    openFixture(): Promise<Endpoint>;
    openFront(bridge: Command): Promise<Endpoint>;
  };
}

/** Of the client scenarios, all but those about authorization, which is between the bridge and Databricks. */
const LEGACY_CLIENT = ['initialize', 'tools_call', 'elicitation-sep1034-client-defaults', 'sse-retry'];
const MODERN_CLIENT = [
  'tools_call',
  'request-metadata',
  'http-standard-headers',
  'http-custom-headers',
  'http-invalid-tool-headers',
  'sep-2322-client-request-state',
  'json-schema-2020-12-preservation',
];

const legacy = { openFixture: openLegacyFixture, openFront: openLegacyFront, without: /^$/ };
const modern = {
  openFixture: openModernFixture,
  openFront: openModernFront,
  // The extension for tasks; and a tool with x-mcp-header, which would put the front to the test.
  without: /^tasks-|^http-custom-header-server-validation$/,
};

export const RUNS: readonly Run[] = [
  {
    suite: '0.1.16',
    revision: '2025-11-25',
    client: { scenarios: LEGACY_CLIENT, args: [] },
    server: { args: ['--spec-version', '2025-11-25'], ...legacy },
  },
  {
    suite: '0.2.0-alpha.12',
    revision: '2025-11-25',
    client: { scenarios: LEGACY_CLIENT, args: ['--spec-version', '2025-11-25'] },
    server: { args: ['--requirements', '2025-11-25'], ...legacy },
  },
  {
    suite: '0.2.0-alpha.12',
    revision: '2026-07-28',
    client: { scenarios: MODERN_CLIENT, args: ['--spec-version', '2026-07-28'] },
    server: { args: ['--requirements', '2026-07-28'], ...modern },
  },
];

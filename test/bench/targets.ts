/** What is measured beside what. */

import { fileURLToPath } from 'node:url';
import type { Program } from './child.ts';
import type { Installed } from './installed.ts';

export type TargetName = 'bridge' | 'floor' | 'none' | 'mcp-remote' | 'supergateway';
export type RouteName = 'external-function' | 'connection-proxy';

/** In the order of the table's columns. */
export const OURS: readonly TargetName[] = ['bridge', 'floor', 'none'];
export const PEERS = { 'mcp-remote': '0.15.1', supergateway: '4.0.0' } as const;

export interface Where {
  /** Path of the Node that runs it. */
  readonly node: string;
  readonly origin: string;
  readonly route: RouteName;
  /** Those that are installed. */
  readonly peers: Readonly<Record<string, Installed>>;
  /** An empty home: nothing of this machine's set-up is seen, and what is kept in it goes with it. */
  readonly home: string;
}

/** How a target is started; undefined for the one that is no program. */
export function programOf(target: TargetName, { home, node, origin, peers, route }: Where): Program | undefined {
  const homes = { HOME: home, USERPROFILE: home, LOCALAPPDATA: home, MCP_REMOTE_CONFIG_DIR: home };
  const env = { PATH: process.env['PATH'] ?? '', ...homes };
  const run = (script: string, ...args: string[]): Program => ({ command: node, args: [script, ...args], env });
  switch (target) {
    case 'none':
      return undefined;
    case 'floor':
      return run(beside('floor.cjs'), origin, 'bench', route);
    case 'bridge':
      return {
        ...run('dist/main.js', '--connection', 'bench', '--route', route, '--path', '/mcp'),
        env: { ...env, DATABRICKS_HOST: origin, DATABRICKS_TOKEN: 'bench' },
      };
    case 'mcp-remote':
      return run(peers[target]?.script ?? '', `${origin}/mcp`, '--allow-http', '--transport', 'http-only', '--silent');
    case 'supergateway':
      return run(peers[target]?.script ?? '', '--streamableHttp', `${origin}/mcp`, '--logLevel', 'none');
  }
}

function beside(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

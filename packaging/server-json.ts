/** What the MCP registry is told: `packaging/server.json`. [schema 2025-12-11] */

import manifest from '../package.json' with { type: 'json' };
import { ALL_OPTIONS, OPTIONS, type Option } from '../src/config/options.ts';

/** Where a bundle can be downloaded, which has to be a release on GitHub or GitLab. */
export interface Bundle {
  readonly url: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

export function serverJson(bundle?: Bundle): Readonly<Record<string, unknown>> {
  const transport = { type: 'stdio' };
  return {
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    name: manifest.mcpName,
    title: 'GitHub through Databricks Unity Catalog',
    description: 'The remote MCP server of GitHub through a Databricks Unity Catalog connection, unchanged',
    version: manifest.version,
    packages: [
      {
        registryType: 'npm',
        registryBaseUrl: 'https://registry.npmjs.org',
        identifier: manifest.name,
        version: manifest.version,
        runtimeHint: 'npx',
        transport,
        environmentVariables: ALL_OPTIONS.filter(isForPeople).map(variable),
      },
      ...(bundle === undefined
        ? []
        : [{ registryType: 'mcpb', identifier: bundle.url, fileSha256: bundle.sha256, transport }]),
    ],
  };
}

/** GitHub Actions sets these by itself. */
function isForPeople({ env }: Option<unknown>): boolean {
  return !env.startsWith('ACTIONS_');
}

function variable({ default: text, env, kind, says, secret }: Option<unknown>): Readonly<Record<string, unknown>> {
  return {
    name: env,
    description: `${says.charAt(0).toUpperCase()}${says.slice(1)}.`,
    isRequired: env === OPTIONS.connection.env,
    isSecret: secret ?? false,
    ...(kind.metavar === undefined ? { format: 'boolean', default: 'false' } : text ? { default: text } : {}),
  };
}

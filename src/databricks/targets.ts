/** What a call goes through in the workspace, in the words of the people who run it. */

/** What stands between the workspace and the MCP server. */
export interface Target {
  readonly sort: 'connection' | 'service' | 'endpoint';
  /** As the workspace knows it: `github_u2m`, `system.ai.github`, or the path of an endpoint. */
  readonly id: string;
  /** As a sentence names it: `connection github_u2m`, `MCP service system.ai.github`. */
  readonly name: string;
  /** The privilege that it takes. */
  readonly privilege: string;
  /** How its owner gives the privilege to somebody. */
  grant(principal: string): string;
  /** Path of the page on which a person logs in to it. */
  readonly page: string;
  /** The option that selects it. */
  readonly option: string;
}

/** @param name - also `catalog.schema.name`, of a connection in a schema */
export function connectionTarget(name: string): Target {
  return {
    sort: 'connection',
    id: name,
    name: `connection ${name}`,
    privilege: 'USE CONNECTION',
    grant: (principal) => `GRANT USE CONNECTION ON CONNECTION ${quoted(name)} TO \`${principal}\``,
    page: `/explore/connections/${encodeURIComponent(name)}`,
    option: '--connection',
  };
}

/** Each part of a name of three parts is an identifier of its own in SQL. */
function quoted(name: string): string {
  const parts = name.split('.');
  return (parts.length === 3 ? parts : [name]).map((part) => `\`${part}\``).join('.');
}

/** @param name - `catalog.schema.service` */
export function serviceTarget(name: string): Target {
  return {
    sort: 'service',
    id: name,
    name: `MCP service ${name}`,
    privilege: 'EXECUTE',
    grant: (principal) => `EXECUTE on the MCP service ${name} for ${principal} (Catalog Explorer, Permissions)`,
    page: `/explore/data/${name.split('.').map(encodeURIComponent).join('/')}`,
    option: '--service',
  };
}

/** Endpoints behind which there is a connection or a service. [facts of /api/2.0/mcp and /ai-gateway, 2026-08] */
const NAMED: readonly (readonly [path: RegExp, target: (name: string) => Target])[] = [
  [/^\/api\/2\.0\/mcp\/external\/([\w.-]+)\/?$/, connectionTarget],
  [/^\/api\/2\.0\/unity-catalog\/connections\/([\w.-]+)\/proxy(?:\/|$)/, connectionTarget],
  [/^\/ai-gateway\/mcp-services\/([\w-]+(?:\.[\w-]+){2})\/?$/, serviceTarget],
];

/** @param path - of the endpoint */
export function endpointTarget(path: string): Target {
  for (const [pattern, targetFor] of NAMED) {
    const [, name] = pattern.exec(path) ?? [];
    if (name !== undefined) return { ...targetFor(name), option: '--url' };
  }
  return {
    sort: 'endpoint',
    id: path,
    name: `MCP endpoint ${path}`,
    privilege: 'that it asks for',
    grant: (principal) => `that privilege for ${principal}`,
    page: '/',
    option: '--url',
  };
}

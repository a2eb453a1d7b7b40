/** What a call goes through in the workspace, in the words of the people who run it. */

import type { Target } from './faults.ts';

export function connectionTarget(name: string): Target {
  return {
    name: `connection ${name}`,
    privilege: 'USE CONNECTION',
    grant: `GRANT USE CONNECTION ON CONNECTION \`${name}\` TO \`<you>\``,
    page: `/explore/connections/${name}`,
    option: '--connection',
  };
}

/** @param name - `catalog.schema.service` */
export function serviceTarget(name: string): Target {
  return {
    name: `MCP service ${name}`,
    privilege: 'EXECUTE',
    grant: `EXECUTE on the MCP service ${name} (Catalog Explorer, Permissions)`,
    page: `/explore/data/${name.replaceAll('.', '/')}`,
    option: '--service',
  };
}

/** @param path - of the endpoint */
export function endpointTarget(path: string): Target {
  return {
    name: `MCP endpoint ${path}`,
    privilege: 'that it asks for',
    grant: 'that privilege',
    page: '/',
    option: '--url',
  };
}

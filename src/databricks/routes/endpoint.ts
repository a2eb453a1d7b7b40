/** Any MCP endpoint of the workspace by its address, or one of a Databricks App. */

import type { Access, Route } from '../../ports.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Target } from '../targets.ts';
import { direct } from './direct.ts';

/** An address as configured: a path of the workspace, with an origin where one was written. */
export interface EndpointAddress {
  /** Absent where the address was given as a path alone. */
  readonly origin: string | undefined;
  readonly path: string;
}

/** Apps have hosts of their own, and take the workspace's OAuth tokens but no personal access tokens. */
const APPS_HOST = /\.databricksapps\.com$/;
const PERSONAL_ACCESS_TOKEN = /^dapi/;

/** @param address - by its option, `--url` or `--service` */
export function endpoint(address: EndpointAddress, target: Target, userAgent: string): Route {
  return direct({
    name: 'endpoint',
    target,
    userAgent,
    address: (access) => ({ origin: originFor(address, access), path: address.path }),
  });
}

/** Where the call goes. The workspace's token goes to the workspace, and to Apps where that was asked for. */
function originFor({ origin }: EndpointAddress, access: Access): string {
  if (origin === undefined || origin === access.origin) return access.origin;
  if (!APPS_HOST.test(new URL(origin).hostname)) {
    throw new Problem('auth', `--url is on ${origin}, but the workspace is ${access.origin}.`, {
      hint: 'Only the workspace itself gets its token: correct --url, or the host of the workspace.',
    });
  }
  if (PERSONAL_ACCESS_TOKEN.test(access.token)) {
    throw new Problem('auth', `${origin} is a Databricks App, which takes no personal access token.`, {
      hint: 'Sign in with OAuth: set DATABRICKS_TOKEN to an OAuth token.',
    });
  }
  return origin;
}

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

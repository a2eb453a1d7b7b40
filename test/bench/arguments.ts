/** What can be asked of `npm run bench`. */

import { parseArgs } from 'node:util';

export const USAGE = `npm run bench -- [options]

  --check        compare with the budgets, and end with 1 where one is missed
  --peers        measure mcp-remote and supergateway too (fetched from npm once)
  --node MAJOR   run the targets with Node 22, 24 or 26 (fetched from npm once)
  --only ROW     measure one row only; may be given several times
  --quick        fewer rounds: a look, not a figure
  --json FILE    write the figures there
  --readme       write the table into README.md
`;

export interface Asked {
  readonly check: boolean;
  readonly peers: boolean;
  readonly readme: boolean;
  readonly quick: boolean;
  readonly help: boolean;
  readonly node: string | undefined;
  readonly json: string | undefined;
  readonly only: readonly string[];
}

/**
 * @param rows - what `--only` may name
 * @throws Error where something else is asked
 */
export function readArguments(argv: readonly string[], rows: readonly string[]): Asked {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      check: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      readme: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      node: { type: 'string' },
      json: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  const unknown = values.only.find((row) => !rows.includes(row));
  if (unknown !== undefined) throw new Error(`--only takes ${rows.join(', ')}, not ${unknown}`);
  return { ...values, node: values.node, json: values.json };
}

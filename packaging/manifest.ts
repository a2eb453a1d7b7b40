/** The manifest of the MCPB bundle, made from the table of options. [MCPB manifest 0.3] */

import manifest from '../package.json' with { type: 'json' };
import { OPTIONS, type Option, type Settings } from '../src/config/options.ts';

/** Where the program lies in the bundle. */
export const ENTRY_POINT = 'server/main.js';

/** The form: where to, and nothing secret. Sign-in opens the browser; every other option is for those who edit a file. */
const ASKED: readonly { readonly field: keyof Settings; readonly title: string }[] = [
  { field: 'host', title: 'Workspace URL' },
  { field: 'connection', title: 'Unity Catalog connection' },
];

/** Services that handle what passes through. */
const PRIVACY_POLICIES = [
  'https://www.databricks.com/legal/privacynotice',
  'https://docs.github.com/en/site-policy/privacy-policies/github-general-privacy-statement',
];

export function mcpbManifest(): Readonly<Record<string, unknown>> {
  const rows = ASKED.map((row) => ({ ...row, option: OPTIONS[row.field] as Option<unknown> }));
  return {
    manifest_version: '0.3',
    name: manifest.name,
    display_name: 'GitHub through Databricks Unity Catalog',
    version: manifest.version,
    description: manifest.description,
    author: { name: `The ${manifest.name} authors` },
    license: manifest.license,
    keywords: manifest.keywords,
    server: {
      type: 'node',
      entry_point: ENTRY_POINT,
      mcp_config: {
        command: 'node',
        args: [`\${__dirname}/${ENTRY_POINT}`],
        env: Object.fromEntries(rows.map(({ field, option }) => [option.env, `\${user_config.${field}}`])),
      },
    },
    user_config: Object.fromEntries(
      rows.map(({ field, option, title }) => [
        field,
        { type: 'string', title, description: sentence(option.says), required: true },
      ]),
    ),
    tools_generated: true,
    privacy_policies: PRIVACY_POLICIES,
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: manifest.engines.node } },
  };
}

function sentence(says: string): string {
  return `${says.charAt(0).toUpperCase()}${says.slice(1)}.`;
}

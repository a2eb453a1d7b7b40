/** The manifest of the MCPB bundle, made from the table of options. [MCPB manifest 0.3] */

import manifest from '../package.json' with { type: 'json' };
import { OPTIONS, type Option, type Settings } from '../src/config/options.ts';

/** Where the program lies in the bundle. */
export const ENTRY_POINT = 'server/main.js';

/** What a person fills in, in the order of the form. The rest is for those who edit a file. */
const ASKED: readonly { readonly field: keyof Settings; readonly title: string; readonly type?: 'file' }[] = [
  { field: 'connection', title: 'Unity Catalog connection' },
  { field: 'profile', title: 'Databricks profile' },
  { field: 'host', title: 'Workspace URL' },
  { field: 'token', title: 'Databricks token' },
  { field: 'cliPath', title: 'Full path of the databricks CLI' },
  { field: 'route', title: 'Route' },
  { field: 'readOnly', title: 'Read only' },
  { field: 'toolsets', title: 'Toolsets' },
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
        // By environment, never by argument: a token among them is nobody's to see.
        env: Object.fromEntries(rows.map(({ field, option }) => [option.env, `\${user_config.${nameOf(field)}}`])),
      },
    },
    user_config: Object.fromEntries(
      rows.map(({ field, option, title }) => [
        nameOf(field),
        {
          type: option.kind.metavar === undefined ? 'boolean' : 'string',
          title,
          description: `${sentence(option.says)} Else: ${option.default || option.otherwise}.`,
          required: field === 'connection',
          ...(option.secret === undefined ? {} : { sensitive: true }),
          // Without one, the name of the field in braces would be the value; an empty one counts as none.
          ...(field === 'connection' ? {} : { default: option.kind.metavar === undefined ? false : '' }),
        },
      ]),
    ),
    tools_generated: true,
    privacy_policies: PRIVACY_POLICIES,
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: manifest.engines.node } },
  };
}

function nameOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function sentence(says: string): string {
  return `${says.charAt(0).toUpperCase()}${says.slice(1)}.`;
}

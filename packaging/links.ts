/** Links that put the bridge into a client, and their badges. None of them can carry a path of the reader's machine. */

import { PACKAGE } from '../src/config/help.ts';
import { OPTIONS } from '../src/config/options.ts';

export interface Link {
  readonly client: string;
  readonly url: string;
  readonly image: string;
}

export const NAME: string = 'github';

export interface PlainEntry {
  readonly type?: 'stdio';
  readonly command: string;
  readonly args: readonly string[];
}

/** The bridge knows a placeholder that is left over, and says so. */
export const ENTRY: PlainEntry = {
  command: 'npx',
  args: ['-y', PACKAGE, '--connection', '<your-connection>', '--profile', 'DEFAULT'],
};

/** Clients of the same family ask for what is missing, instead of showing a placeholder. */
export const ASKING_ENTRY: PlainEntry = {
  type: 'stdio',
  command: 'npx',
  args: ['-y', PACKAGE, '--connection', input('connection'), '--profile', input('profile')],
};

/** As the client writes what it has asked for. */
function input(id: string): string {
  return `\${input:${id}}`;
}

const INPUTS = [
  { id: 'connection', type: 'promptString', description: OPTIONS.connection.says },
  { id: 'profile', type: 'promptString', description: OPTIONS.profile.says, default: 'DEFAULT' },
];

const SHIELD = 'https://img.shields.io/badge';

export function links(): readonly Link[] {
  const named = encodeURIComponent(JSON.stringify({ name: NAME, inputs: INPUTS, ...ASKING_ENTRY }));
  const config = encodeURIComponent(JSON.stringify(ASKING_ENTRY));
  const inputs = encodeURIComponent(JSON.stringify(INPUTS));
  const code = `https://insiders.vscode.dev/redirect/mcp/install?name=${NAME}&inputs=${inputs}&config=${config}`;
  const base64 = encodeURIComponent(Buffer.from(JSON.stringify(ENTRY)).toString('base64'));
  const plain = encodeURIComponent(JSON.stringify(ENTRY));
  const args = ENTRY.args.map((arg) => `&arg=${encodeURIComponent(arg)}`).join('');
  const about = `&id=${NAME}&name=${NAME}&description=${encodeURIComponent('GitHub through Databricks Unity Catalog')}`;
  return [
    {
      client: 'VS Code',
      url: code,
      image: `${SHIELD}/VS_Code-Install_Server-0098FF?style=flat-square&logo=visualstudiocode&logoColor=white`,
    },
    {
      client: 'VS Code Insiders',
      url: `${code}&quality=insiders`,
      image: `${SHIELD}/VS_Code_Insiders-Install_Server-24bfa5?style=flat-square&logo=visualstudiocode&logoColor=white`,
    },
    {
      client: 'Visual Studio',
      url: `https://aka.ms/vs/mcp-install?${named}`,
      image: `${SHIELD}/Visual_Studio-Install_Server-C16FDE?style=flat-square&logo=visualstudio&logoColor=white`,
    },
    {
      client: 'Cursor',
      url: `https://cursor.com/en/install-mcp?name=${NAME}&config=${base64}`,
      image: 'https://cursor.com/deeplink/mcp-install-dark.svg',
    },
    {
      client: 'LM Studio',
      url: `https://lmstudio.ai/install-mcp?name=${NAME}&config=${base64}`,
      image: 'https://files.lmstudio.ai/deeplink/mcp-install-light.svg',
    },
    {
      client: 'Kiro',
      url: `https://kiro.dev/launch/mcp/add?name=${NAME}&config=${plain}`,
      image: 'https://kiro.dev/images/add-to-kiro.svg',
    },
    {
      client: 'Goose',
      url: `https://goose-docs.ai/extension?cmd=${ENTRY.command}${args}${about}&timeout=300`,
      image: 'https://goose-docs.ai/img/extension-install-dark.svg',
    },
  ];
}

/** Markdown for a page of links, once the package can be installed by name. */
export function badges(): string {
  return links()
    .map(
      ({ client, image, url }) =>
        `[![Install in ${client}](${image})](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`,
    )
    .join('\n')
    .concat('\n');
}

/** Configuration as people have it, for every client: with servers of others, comments, odd layouts, and broken. */

import type { ClientName } from '../../src/config/kinds/client.ts';

type Kind = 'json' | 'jsonc' | 'toml' | 'yaml';

/** Clients that have a file on Linux. */
export type LinuxClient = Exclude<ClientName, 'visual-studio'>;

/** The file, format and container of each client on Linux. */
export const PLACES: Readonly<
  Record<LinuxClient, { readonly file: string; readonly kind: Kind; readonly at: string }>
> = {
  'claude-desktop': { file: '.config/Claude/claude_desktop_config.json', kind: 'json', at: 'mcpServers' },
  'claude-code': { file: '.claude.json', kind: 'json', at: 'mcpServers' },
  vscode: { file: '.config/Code/User/mcp.json', kind: 'jsonc', at: 'servers' },
  'vscode-insiders': { file: '.config/Code - Insiders/User/mcp.json', kind: 'jsonc', at: 'servers' },
  cursor: { file: '.cursor/mcp.json', kind: 'jsonc', at: 'mcpServers' },
  windsurf: { file: '.codeium/windsurf/mcp_config.json', kind: 'jsonc', at: 'mcpServers' },
  codex: { file: '.codex/config.toml', kind: 'toml', at: 'mcp_servers' },
  zed: { file: '.config/zed/settings.json', kind: 'jsonc', at: 'context_servers' },
  jetbrains: { file: '.junie/mcp/mcp.json', kind: 'jsonc', at: 'mcpServers' },
  'gemini-cli': { file: '.gemini/settings.json', kind: 'jsonc', at: 'mcpServers' },
  'copilot-cli': { file: '.copilot/mcp-config.json', kind: 'jsonc', at: 'mcpServers' },
  kiro: { file: '.kiro/settings/mcp.json', kind: 'jsonc', at: 'mcpServers' },
  opencode: { file: '.config/opencode/opencode.json', kind: 'jsonc', at: 'mcp' },
  'lm-studio': { file: '.lmstudio/mcp.json', kind: 'jsonc', at: 'mcpServers' },
  goose: { file: '.config/goose/config.yaml', kind: 'yaml', at: 'extensions' },
  antigravity: { file: '.gemini/config/mcp_config.json', kind: 'jsonc', at: 'mcpServers' },
  cline: { file: '.cline/data/settings/cline_mcp_settings.json', kind: 'jsonc', at: 'mcpServers' },
  'copilot-jetbrains': { file: '.config/github-copilot/intellij/mcp.json', kind: 'jsonc', at: 'servers' },
  devin: { file: '.config/devin/mcp_config.json', kind: 'jsonc', at: 'mcpServers' },
  amp: { file: '.config/amp/settings.json', kind: 'jsonc', at: 'amp.mcpServers' },
  warp: { file: '.warp/.mcp.json', kind: 'jsonc', at: 'mcpServers' },
  qwen: { file: '.qwen/settings.json', kind: 'jsonc', at: 'mcpServers' },
  factory: { file: '.factory/mcp.json', kind: 'jsonc', at: 'mcpServers' },
  continue: { file: '.continue/mcpServers/uc-mcp-bridge.json', kind: 'jsonc', at: 'mcpServers' },
  crush: { file: '.config/crush/crush.json', kind: 'jsonc', at: 'mcp' },
  kilo: { file: '.config/kilo/kilo.jsonc', kind: 'jsonc', at: 'mcp' },
  trae: { file: '.config/Trae/User/mcp.json', kind: 'jsonc', at: 'mcpServers' },
  'vscode-remote': { file: '.vscode-server/data/User/mcp.json', kind: 'jsonc', at: 'servers' },
};

export const LINUX_CLIENTS = Object.keys(PLACES) as readonly LinuxClient[];

/** By the name of what is special about them. Each text has its client's own container where it has `@`. */
export const HEALTHY: Readonly<Record<string, Readonly<Record<Kind, string>>>> = {
  'with other servers': {
    json: `{
  "theme": "dark",
  "@": {
    "files": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "/home/me"] }
  },
  "last": 12345678901234567890
}
`,
    jsonc: `{
    // what the editor itself said
    "theme": "dark",
    "@": {
        "files": { "command": "npx", "args": ["-y"] }, // mine
        /* not now
        "old": {}, */
        "remote": { "url": "https://mcp.example.com" } // the last one
        // and a thought behind it
    },
    "last": [1, 2, 3,],
}
`,
    toml: `# my settings
model = "gpt-5"   # the good one
notes = """
[mcp_servers.github]
only looks like it
"""

[mcp_servers.files]
command = 'npx'
args = [
  "-y", # yes
  "files",
]
# behind files

[projects."/home/me"]
trust_level = "trusted"
`,
    yaml: `# my settings
GOOSE_MODEL: "gpt-5"   # the good one
extensions:
    # comes with it
    developer:
        enabled: true
        type: builtin
        note: |
            extensions:
              github: only looks like it

    memory: {enabled: false}
# behind extensions
GOOSE_MODE: auto
`,
  },
  'without any server': {
    json: '{\n\t"theme": "dark"\n}',
    jsonc: '{\n\t"theme": "dark", // tabs, and no line end at the end\n}',
    toml: 'model = "gpt-5"',
    yaml: 'GOOSE_MODEL: gpt-5',
  },
  'with an empty list of servers': {
    json: '{\n  "@": {}\n}\n',
    jsonc: '{\n  "@": {\n  }\n}\n',
    toml: '[mcp_servers]\n',
    yaml: 'extensions: {} # none\n',
  },
  'on one line': {
    json: '{"a":1,"@":{"x":{"command":"y"}}}',
    jsonc: '{"a":1,"@":{"x":{"command":"y"}}}\n',
    toml: 'mcp_servers.x.command = "y"\n',
    yaml: 'extensions: {x: {cmd: y}}\n',
  },
  'without anything': { json: '', jsonc: '{}', toml: '\n', yaml: '# nothing yet\n' },
  'of Windows, with a byte order mark': {
    json: '\ufeff{\r\n  "@": {\r\n    "x": {"command": "y"}\r\n  }\r\n}\r\n',
    jsonc: '\ufeff{\r\n  // one\r\n  "@": {\r\n    "x": {"command": "y"}, // two\r\n  },\r\n}\r\n',
    toml: '\ufeffmodel = "x"\r\n\r\n[mcp_servers.x]\r\ncommand = "y"\r\n',
    yaml: '\ufeffmodel: x\r\nextensions:\r\n  x:\r\n    cmd: y\r\n',
  },
};

/** What cannot be read, and in which line it breaks. */
export const BROKEN: Readonly<Record<Kind, readonly [text: string, line: number]>> = {
  json: ['{\n  "@": {\n    "x": {"command": "y"},\n  }\n}\n', 4],
  jsonc: ['{\n  "@": {\n    "x": {"command": "y"}\n    "z": {}\n  }\n}\n', 4],
  toml: ['model = "x"\n[mcp_servers.x\ncommand = "y"\n', 2],
  yaml: ['extensions:\n  x:\n    cmd: y\n   z: [1\n', 4],
};

import { describe, expect, it } from 'vitest';
import { COMMAND_FLAGS } from '../../src/config/commands.ts';
import { ALL_OPTIONS, OPTIONS } from '../../src/config/options.ts';
import { readConfig } from '../../src/config/read.ts';

const PLACE = { home: '/home/ada', cwd: '/project' };

/** A text for each field that differs from its default, and what Config then has. */
const SAMPLES: { readonly [Field in keyof typeof OPTIONS]: readonly [text: string, value: unknown] } = {
  connection: ['github-mcp.v2', 'github-mcp.v2'],
  url: ['/api/2.0/mcp/sql', { origin: undefined, path: '/api/2.0/mcp/sql' }],
  service: ['system.ai.github', 'system.ai.github'],
  route: ['managed-mcp', 'managed-mcp'],
  host: ['https://x.cloud.databricks.com', 'https://x.cloud.databricks.com'],
  profile: ['work', 'work'],
  configFile: ['/etc/databrickscfg', '/etc/databrickscfg'],
  token: ['dapi1', 'dapi1'],
  workspaceId: ['42', '42'],
  authType: ['OAuth-M2M', 'oauth-m2m'],
  clientId: ['b2c3', 'b2c3'],
  clientSecret: ['dose-1', 'dose-1'],
  cliPath: ['/opt/databricks', '/opt/databricks'],
  oidcTokenEnv: ['MY_TOKEN', 'MY_TOKEN'],
  oidcTokenFile: ['/run/token', '/run/token'],
  tokenAudience: ['https://x', 'https://x'],
  actionsUrl: ['https://x/y?z', 'https://x/y?z'],
  actionsToken: ['secret-1', 'secret-1'],
  azureClientId: ['a1', 'a1'],
  azureClientSecret: ['s e', 's e'],
  azureTenantId: ['t1', 't1'],
  azureEnvironment: ['PUBLIC', 'PUBLIC'],
  azureResourceId: ['/subscriptions/x', '/subscriptions/x'],
  browserClientId: ['app-1', 'app-1'],
  scopes: ['all-apis,offline_access', 'all-apis offline_access'],
  noBrowser: ['on', true],
  tokenCommand: ['/opt/token --once', '/opt/token --once'],
  path: ['/mcp', '/mcp'],
  headers: ['X-MCP-Readonly: true', { 'X-MCP-Readonly': 'true' }],
  readOnly: ['on', true],
  toolsets: ['repos, issues', ['repos', 'issues']],
  tools: ['get_*,get_me', ['get_*', 'get_me']],
  excludeTools: ['delete_file', ['delete_file']],
  meta: ['warehouse_id=abc', { warehouse_id: 'abc' }],
  requestTimeoutMs: ['60', 60_000],
  proxy: ['proxy.example:8080', 'http://proxy.example:8080/'],
  caFile: ['/etc/company.pem', '/etc/company.pem'],
  logLevel: ['trace', 'trace'],
  logFile: ['/var/log/bridge', '/var/log/bridge'],
  record: ['/var/log/record', '/var/log/record'],
  recordBodies: ['on', true],
  sandbox: ['on', true],
  keepCapabilities: ['on', true],
  retryAnnotated: ['on', true],
  retry503: ['on', true],
  drainTimeoutMs: ['2.5', 2_500],
  logBodies: ['on', true],
  protocol: ['legacy', 'legacy'],
};

/** Enough for serve, beside the option that is looked at. */
const ENOUGH = (field: string) => (field === 'url' || field === 'service' ? {} : { UC_MCP_CONNECTION: 'github' });

const FIELDS = Object.entries(OPTIONS).map(([field, option]) => ({ field, option }));

describe('the table of options', () => {
  it.each(FIELDS)('$field is read from its variable', ({ field, option }) => {
    const [text, value] = SAMPLES[field as keyof typeof OPTIONS];
    const env = { ...ENOUGH(field), [option.env]: text };
    expect(readConfig([], env, PLACE)).toMatchObject({ config: { [field]: value } });
  });

  it.each(FIELDS.filter(({ option }) => option.flag !== undefined))(
    '$field is read from its flag',
    ({ field, option }) => {
      const [text, value] = SAMPLES[field as keyof typeof OPTIONS];
      const argv = option.kind.metavar === undefined ? [`${option.flag}`] : [`${option.flag}=${text}`];
      expect(readConfig(argv, ENOUGH(field), PLACE)).toMatchObject({ config: { [field]: value } });
    },
  );

  it.each(FIELDS)('$field has a default, or says what holds without', ({ option }) => {
    expect(option.default || option.otherwise).toBeTruthy();
  });

  it('has every flag and every variable once', () => {
    const flags = [...ALL_OPTIONS, ...COMMAND_FLAGS].flatMap(({ flag }) => flag ?? []);
    const variables = ALL_OPTIONS.map(({ env }) => env);
    expect(new Set(flags).size).toBe(flags.length);
    expect(new Set(variables).size).toBe(variables.length);
  });

  it.each(['token', 'clientSecret', 'actionsToken', 'azureClientSecret'] as const)('has no flag for %s', (field) => {
    expect(OPTIONS[field]).toMatchObject({ secret: true });
    expect(OPTIONS[field]).not.toHaveProperty('flag');
  });
});

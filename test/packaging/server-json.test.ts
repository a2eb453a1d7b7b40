import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { serverJson } from '../../packaging/server-json.ts';

const FILE = fileURLToPath(new URL('../../packaging/server.json', import.meta.url));

/** A version that names one: no range, no word. */
const VERSION = z
  .string()
  .regex(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/)
  .max(255);

const INPUT = z.strictObject({
  name: z.string().min(1),
  description: z.string(),
  format: z.enum(['string', 'number', 'boolean', 'filepath']).optional(),
  isRequired: z.boolean(),
  isSecret: z.boolean(),
  default: z.string().optional(),
});

const STDIO = z.strictObject({ type: z.literal('stdio') });

const NPM = z.strictObject({
  registryType: z.literal('npm'),
  registryBaseUrl: z.literal('https://registry.npmjs.org'),
  identifier: z.literal(manifest.name),
  version: VERSION,
  runtimeHint: z.literal('npx'),
  transport: STDIO,
  environmentVariables: z.array(INPUT),
});

/** The registry takes releases of GitHub and GitLab alone, and wants "mcp" in their address. */
const MCPB = z.strictObject({
  registryType: z.literal('mcpb'),
  identifier: z.url().regex(/^https:\/\/(?:github|gitlab)\.com\/.*\/releases\/.*mcp/),
  fileSha256: z.string().regex(/^[a-f0-9]{64}$/),
  transport: STDIO,
});

/**
 * The schema of 2025-12-11, as far as this file uses it, and the registry's own rules; narrower than both. The schema
 * itself is published on the web alone, in no package that a test without network could read.
 */
const SERVER = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^io\.github\.[a-zA-Z0-9-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: VERSION,
  packages: z.array(z.discriminatedUnion('registryType', [NPM, MCPB])).min(1),
});

const SHA256 = 'fe333e598595000ae021bd27117db32ec69af6987f507ba7a63c90638ff633ce';

it('server.json is what the table of options makes of it (npx vitest run test/packaging -u writes it)', async () => {
  await expect(`${JSON.stringify(serverJson(), undefined, 2)}\n`).toMatchFileSnapshot(FILE);
});

it('server.json is what the registry takes, with and without a bundle', () => {
  const bundle = { url: 'https://github.com/o/uc-mcp-bridge/releases/download/v1/uc-mcp-bridge.mcpb', sha256: SHA256 };
  for (const json of [serverJson(), serverJson(bundle)]) expect(SERVER.parse(json)).toEqual(json);
  expect(SERVER.safeParse(serverJson({ ...bundle, sha256: SHA256.toUpperCase() })).success).toBe(false);
});

it('server.json has the name and the version of the package, by which the registry knows whose it is', () => {
  expect(serverJson()).toMatchObject({ name: manifest.mcpName, version: manifest.version });
});

it('server.json says of each variable whether it is a secret', () => {
  const [npm] = SERVER.parse(serverJson()).packages;
  const variables = npm?.registryType === 'npm' ? npm.environmentVariables : [];
  const secret = variables.filter(({ isSecret }) => isSecret).map(({ name }) => name);
  expect(secret).toEqual(expect.arrayContaining(['DATABRICKS_TOKEN', 'DATABRICKS_CLIENT_SECRET']));
  expect(variables.filter(({ isRequired }) => isRequired).map(({ name }) => name)).toEqual(['UC_MCP_CONNECTION']);
  for (const variable of variables) if (variable.isSecret) expect(variable).not.toHaveProperty('default');
});

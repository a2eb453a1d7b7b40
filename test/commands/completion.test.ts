import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runBin } from '../support/run-bin.ts';

/** Lets bash complete a line with the script that the program prints. */
async function completed(line: string): Promise<readonly string[]> {
  const { stdout } = await runBin({ args: ['completion', 'bash'] });
  const words = line.split(' ');
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _uc_mcp_bridge; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', `${stdout}\n${ask}`], { encoding: 'utf8' })
    .split('\n')
    .filter((word) => word !== '');
}

describe('completion bash', () => {
  it('completes commands', async () => {
    expect(await completed('uc-mcp-bridge do')).toEqual(['doctor']);
  });

  it('completes the options of a command', async () => {
    expect(await completed('uc-mcp-bridge install --dry')).toEqual(['--dry-run']);
    expect(await completed('uc-mcp-bridge call get_me --connec')).toEqual(['--connection']);
    expect(await completed('uc-mcp-bridge version --connec')).toEqual([]);
  });

  it('completes the options of serve without a command', async () => {
    expect(await completed('uc-mcp-bridge --sand')).toEqual(['--sandbox']);
  });
});

it.each(['zsh', 'fish', 'powershell'])('completion %s names every command', async (shell) => {
  const { code, stdout } = await runBin({ args: ['completion', shell] });
  expect(code).toBe(0);
  for (const command of ['serve', 'install', 'tools', 'doctor', 'completion']) expect(stdout).toContain(command);
});

it('an unknown shell is refused with the ones that exist', async () => {
  const { code, stderr } = await runBin({ args: ['completion', 'tcsh'] });
  expect(code).toBe(64);
  expect(stderr).toContain('Use one of bash, zsh, fish, powershell.');
});

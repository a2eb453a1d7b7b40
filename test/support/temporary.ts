import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory for the length of a test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'uc-mcp-bridge-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

#!/usr/bin/env node
// The bin. Desktop clients pick the oldest Node they find: this file is in words that any Node reads, so that it can say
// which one is needed. Everything else is loaded behind the check.

import { enableCompileCache } from './compile-cache.ts';

const OLDEST = [20, 18, 1];

function isOlder(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (let i = 0; i < OLDEST.length; i++) {
    if (parts[i] !== OLDEST[i]) return Number(parts[i]) < Number(OLDEST[i]);
  }
  return false;
}

function end(exitCode: number): void {
  process.exitCode = exitCode;
}

// Any process of this user could open Node's inspector with that signal, and read every secret: unless it is taken.
process.on('SIGUSR1', () => {});

if (isOlder(process.versions.node)) {
  process.stderr.write(
    `uc-mcp-bridge needs Node.js ${OLDEST.join('.')} or newer, and was started with ${process.versions.node} ` +
      `(${process.execPath}). Name a newer one in the configuration of your client, with its full path.\n`,
  );
  end(78);
} else {
  enableCompileCache(process.env);
  import('./run.ts')
    .then((module) => module.run(process.argv.slice(2)))
    .then(end, (error) => {
      process.stderr.on('error', () => {});
      process.stderr.write(`uc-mcp-bridge failed, which is a bug: ${error instanceof Error ? error.stack : error}\n`);
      // Connections that are still open would keep a broken process alive, deaf to signals.
      process.exit(70);
    });
}

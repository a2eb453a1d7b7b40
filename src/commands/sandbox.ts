/** The sandbox's workspace alone, for trying sign-in and install against it. */

import { FileRefused } from '../config/problems.ts';
import type { Asked } from '../config/read.ts';
import { print } from '../node/stdio.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { EXIT } from './failed.ts';

/** Prints the address of the workspace on stdout and runs until it is told to stop. */
export async function sandbox({ own }: Asked<'sandbox'>): Promise<number> {
  const started = await startSandbox({ port: own.port }).catch((error) => {
    throw new FileRefused(`--port ${own.port} cannot be listened on (${error.code ?? error.message}). Give another.`);
  });
  print(process.stdout, `${started.host}\n`);
  print(process.stderr, `The sandbox runs. Its connection is ${started.connection}, its service ${started.service}.\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await started.close();
  return EXIT.ok;
}

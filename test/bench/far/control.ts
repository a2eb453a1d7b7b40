/** The far side as the benchmark holds it: a child process that is asked and told over Node's channel. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface FarCommand {
  /** What is added before each answer from now on. */
  readonly delayMs?: number;
  readonly reset?: boolean;
}

export interface FarState {
  readonly port: number;
  readonly requests: number;
  readonly sockets: number;
  /** Requests that had come when `initialize` was about to be answered, that one among them. */
  readonly untilInitialized: number;
}

export interface Far {
  readonly origin: string;
  tell(command: FarCommand): Promise<FarState>;
  close(): void;
}

export async function startFar(): Promise<Far> {
  const child: ChildProcess = fork(fileURLToPath(new URL('far.js', import.meta.url)));
  await once(child, 'message');
  const tell = async (command: FarCommand): Promise<FarState> => {
    child.send(command);
    const [state] = await once(child, 'message');
    return state;
  };
  const { port } = await tell({});
  return { origin: `http://127.0.0.1:${port}`, tell, close: () => child.disconnect() };
}

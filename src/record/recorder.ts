/** The recorder: what the relay reports and what crosses the client's edge, into one file. */

import type { Clock, Recorder, WriteLine } from '../ports.ts';
import type { Line } from '../protocol/lines.ts';
import { decodeUtf8 } from '../protocol/utf8.ts';
import { ClientEdge } from './client-edge.ts';
import { FORMAT, FORMAT_VERSION, type Header, type Identity } from './entry.ts';
import { watchExchange } from './exchange-watch.ts';
import { openRecordFile } from './file.ts';
import { openSink } from './sink.ts';
import { entryWriter } from './writer.ts';

export { FileNotOurs } from './file.ts';

export interface RecorderParts {
  /** Absolute path. */
  readonly file: string;
  readonly bodies: boolean;
  readonly clock: Clock;
  /** Takes every secret out that is alive at the moment. */
  readonly scrub: (text: string) => string;
  /** Called once, when the file takes no more. */
  readonly onFailure: (error: Error) => void;
}

/** What the first line of a run says, beside what every one says. */
export type About = Omit<Header, 'type' | 'format' | 'formatVersion' | 'bodies' | 'node' | 'platform' | 'pid'>;

export interface OpenRecorder extends Recorder {
  /** Before everything else. */
  begin(about: About): void;
  /** The client's lines, noted as they are taken. */
  incoming(lines: AsyncIterable<Line>): AsyncIterable<Line>;
  /** Writes as it was, and notes what is written. */
  outgoing(write: WriteLine): WriteLine;
  identity(who: Omit<Identity, 'type'>): void;
  /** Resolves when all of it is in the file. */
  close(exitCode: number): Promise<void>;
}

/** @throws FileNotOurs where the file cannot be a record */
export function openRecorder({ bodies, clock, file, onFailure, scrub }: RecorderParts): OpenRecorder {
  const { fd, isCutOff } = openRecordFile(file);
  const sink = openSink(fd, onFailure);
  if (isCutOff) sink.write('\n');
  const writer = entryWriter(sink, clock, scrub);
  const edge = new ClientEdge(writer, bodies);
  let exchanges = 0;
  const { pid, platform, versions } = process;
  const self = { node: versions.node, platform, pid };
  return {
    begin: (about) =>
      writer.write({ type: 'header', format: FORMAT, formatVersion: FORMAT_VERSION, ...about, ...self, bodies }),
    exchange: (message, generation) => watchExchange(writer, ++exchanges, message, generation),
    session: (event, generation, version) => writer.write({ type: 'session', event, generation, version }),
    async *incoming(lines) {
      for await (const line of lines) {
        edge.taken(line);
        yield line;
      }
    },
    outgoing: (write) => (line) => {
      edge.given(typeof line === 'string' ? line : decodeUtf8(line));
      return write(line);
    },
    identity: (who) => writer.write({ type: 'identity', ...who }),
    close(exitCode) {
      writer.write({ type: 'end', exitCode });
      return sink.close();
    },
  };
}

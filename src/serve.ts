/** Composition root of `serve`: builds the parts, runs the relay, and shuts down in order. */

import type { Writable } from 'node:stream';
import type { Config } from './config/config.ts';
import type { Settings } from './config/options.ts';
import { FileRefused } from './config/problems.ts';
import type { SigningIn } from './databricks/auth/sign-in.ts';
import { systemClock } from './node/clock.ts';
import { Ending, type EndingCause } from './node/life.ts';
import { type OpenLog, openLog } from './node/log.ts';
import { limited } from './node/log-limit.ts';
import { from, readLines } from './node/stdin.ts';
import { lineWriter } from './node/stdio.ts';
import { createPipeline, createServices, type Services, secretsOf, USER_AGENT } from './pipeline.ts';
import type { TokenSource, WriteLine } from './ports.ts';
import type { Secrets } from './protocol/secrets.ts';
import type { OpenRecorder } from './record/recorder.ts';
import { loggedLines, loggedWrite } from './relay/log-bodies.ts';
import { Relay } from './relay/relay.ts';
import type { Wire } from './relay/wire.ts';
import { within } from './relay/within.ts';
import { VERSION } from './version.ts';

/** What is left of the two seconds that hosts give between SIGTERM and SIGKILL, for the last answers to be read. */
const LAST_WORDS_MS = 1_000;
/** How long a client that has closed its end at once is outlived by the first sign-in, in milliseconds. */
const FIRST_SIGN_IN_MS = 1_000;

/** What it may take to learn the name of who calls, in milliseconds. */
const NAME_MS = 10_000;
/** What the last lines of a record may take, in milliseconds. */
const RECORD_MS = 500;

/** Time limit for the last lines of the log, in milliseconds. */
const LOG_MS = 250;

const BODIES =
  'messages are logged as --log-bodies asks: whatever they hold can be read by everybody who can read the log';

const UNENDED =
  'a message waits for the end of its line: MCP has one message on each line, without the headers of language servers';

/**
 * Serves one client on stdin and stdout, until it closes its end or the process is told to stop.
 *
 * @param sources - where the fields of `config` were found
 * @param warnings - what to log of the configuration
 * @returns the exit code
 * @throws FileRefused before anything is read
 */
export async function serve(
  config: Config,
  sources: ReadonlyMap<keyof Settings, string>,
  warnings: readonly string[] = [],
): Promise<number> {
  const secrets = secretsOf(config);
  const log = openLogFor(config, secrets);
  const recorder = await openRecorderFor(config, secrets, log);
  const onSignIn = (said: SigningIn) => noteSignIn(said, log, recorder);
  const services = await createServices({ config, sources, secrets, log, onSignIn, startsSignIn: true });
  const tokens = watched(services.wire.tokens);
  const wire: Wire = { ...services.wire, tokens, recorder };
  const { route } = wire;
  const { connection, service, url } = services.destination;
  const { host, profile } = services.workspace;
  const about = { bridge: VERSION, userAgent: USER_AGENT, route: route.name, connection, service, url: url?.path };
  recorder?.begin({ ...about, host, profile, ...(config.sandbox && { sandbox: true }) });
  log.info({ version: VERSION, node: process.versions.node, route: route.name, connection, service, url }, 'serving');
  for (const warning of warnings) log.warn({}, warning);
  if (config.logBodies) log.warn({}, BODIES);

  const ending = new Ending();
  const client = lineWriter(process.stdout, () => ending.announce({ exitCode: 0 }));
  const { handler } = await createPipeline(config, wire, (delivery) => relay.emit(delivery));
  const write = recorder?.outgoing(client.write) ?? client.write;
  const noted = notingFirst(config.logBodies ? loggedWrite(write, log) : write, () => log.release());
  const relay: Relay = new Relay({
    next: handler,
    write: noted,
    scrub: (text) => secrets.scrub(text),
    clock: systemClock,
    log,
  });

  // Said now, and not only when the first message meets it: whoever looks at the log is to see it at once.
  const first = tokens
    .access()
    .catch((problem) => log.error({ because: String(problem.message), hint: problem.hint }, 'no credential'));

  if (recorder) void first.then(() => nameCaller(services, recorder));

  const input = readLines(from(process.stdin), () => log.warn({}, UNENDED));
  const lines = config.logBodies ? loggedLines(input, log) : input;
  const served = relay
    .run(recorder?.incoming(lines) ?? lines)
    .then(() => Promise.all([relay.drain(config.drainTimeoutMs), within(systemClock, FIRST_SIGN_IN_MS, first)]))
    .then((): EndingCause => ({ exitCode: tokens.onlyRefused ? NO_CREDENTIAL : 0 }));
  const cause = await Promise.race([served, ending.announced]);
  if (cause.alone) log.warn({}, 'the process that started the bridge is gone');
  if (cause.error !== undefined) log.error({ because: String(cause.error) }, 'the bridge failed, which is a bug');

  void input.return();
  const flushed = relay.abort('The bridge was told to stop before the answer came.').then(() => client.flush());
  // A client that reads slowly gets everything; one that reads no more keeps nobody alive.
  await Promise.all([
    cause.signal === undefined && !cause.alone
      ? whileRead(flushed, process.stdout, config.drainTimeoutMs)
      : within(systemClock, LAST_WORDS_MS, flushed),
    handler.close(),
  ]);
  await services.close();
  if (recorder) await within(systemClock, RECORD_MS, recorder.close(cause.exitCode));
  log.info({ exitCode: cause.exitCode }, 'stopped');
  await within(systemClock, LOG_MS, log.close());
  ending.release();
  return cause.exitCode;
}

/** @param onFirst - called once, when the client gets its first line */
function notingFirst(write: WriteLine, onFirst: () => void): WriteLine {
  let isFirst = true;
  return (line) => {
    if (isFirst) onFirst();
    isFirst = false;
    return write(line);
  };
}

function openLogFor({ logFile, logLevel }: Config, secrets: Secrets): OpenLog {
  try {
    return limited(
      openLog(logLevel, logFile, (line) => secrets.scrub(line)),
      systemClock,
    );
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : error;
    throw new FileRefused(`--log-file ${logFile} cannot be opened for writing (${reason}).`);
  }
}

/** Loaded only where something is recorded. */
async function openRecorderFor(
  { record: file, recordBodies: bodies }: Config,
  secrets: Secrets,
  log: OpenLog,
): Promise<OpenRecorder | undefined> {
  if (file === undefined) return undefined;
  const { openRecorder, FileNotOurs } = await import('./record/recorder.ts');
  try {
    return openRecorder({
      file,
      bodies,
      clock: systemClock,
      scrub: (text) => secrets.scrub(text),
      onFailure: (error) => log.error({ because: error.message }, 'the record cannot be written: recording has ended'),
    });
  } catch (error) {
    if (!(error instanceof FileNotOurs)) throw error;
    throw new FileRefused(`--record ${file} cannot be written to (${error.message}). Name a new file.`);
  }
}

function noteSignIn(
  { auth, because, host, profile, warnings }: SigningIn,
  log: OpenLog,
  recorder: OpenRecorder | undefined,
): void {
  recorder?.identity({ host, profile, auth });
  log.info({ host, profile, auth, because }, 'signing in');
  for (const warning of warnings) log.warn({}, warning);
}

/** A record is to name who has called: asked once, beside the calls, and only for a record. */
async function nameCaller({ tokens, tools }: Services, recorder: OpenRecorder): Promise<void> {
  try {
    const { identify } = await import('./databricks/identity.ts');
    const { userName: user } = await identify(tools, tokens, AbortSignal.timeout(NAME_MS));
    const signedIn = tokens.current();
    if (signedIn === undefined) return;
    const { choice, workspace } = signedIn;
    recorder.identity({ host: workspace.origin, profile: workspace.profile?.name, auth: choice.way, user });
  } catch {
    // The record has the profile or the host.
  }
}

/** Exit code when no attempt to get a token succeeded. */
const NO_CREDENTIAL = 77;

/** A token source that remembers whether there were attempts to get a token, and none succeeded. */
function watched(source: TokenSource): TokenSource & { readonly onlyRefused: boolean } {
  let [granted, failed] = [false, false];
  return {
    async access(refused) {
      try {
        const access = await source.access(refused);
        granted = true;
        return access;
      } catch (problem) {
        failed = true;
        throw problem;
      }
    },
    get onlyRefused() {
      return failed && !granted;
    },
  };
}

/** @returns whether everything was read; false when nothing was for as long as answers are waited for */
async function whileRead(flushed: Promise<void>, stdout: Writable, ms: number): Promise<boolean> {
  for (let unread = Number.POSITIVE_INFINITY; stdout.writableLength < unread; ) {
    unread = stdout.writableLength;
    if (await within(systemClock, ms, flushed)) return true;
  }
  return false;
}

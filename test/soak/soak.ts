/** Load, faults and time on the built bridge; and whether anything of it was lost, done twice, or left behind. */

import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Probe, type Program, SoakClient } from './client.ts';
import { Dice } from './dice.ts';
import { type Verdict, verdictOn } from './verdict.ts';
import { type Fault, SoakWorkspace } from './workspace.ts';

export interface SoakOptions extends Program {
  readonly ms: number;
  readonly seed: number;
  readonly inFlight: number;
  /** Requests in one write, once in each round. */
  readonly burst: number;
  /** Share of the requests that meet a fault. */
  readonly faultShare: number;
  /** How often the token is replaced, and the session lost, beside the faults. */
  readonly tokenLives: number;
  readonly sessionLosses: number;
  readonly onRound?: (line: string) => void;
}

export interface SoakReport {
  readonly seconds: number;
  readonly rounds: number;
  readonly verdict: Verdict;
  readonly faults: Readonly<Record<Fault, number>>;
  readonly tokens: number;
  readonly sessions: number;
  /** At rest: after the handshake and a first round, and at the end. */
  readonly before: Probe;
  readonly after: Probe;
  /** Growth of the heap at rest, by all rounds but the first, in MB an hour; undefined for too few rounds. */
  readonly slope: number | undefined;
  readonly descriptors: {
    readonly before: number | undefined;
    readonly most: number;
    readonly after: number | undefined;
  };
  readonly socketsAtRest: number;
  readonly exitCode: unknown;
  readonly socketsAfterExit: number;
  /** What must not be. Empty when all is well. */
  readonly broken: readonly string[];
}

const MB = 1024 * 1024;
/** Connections that nobody uses are closed after some seconds. */
const CLOSING_MS = 10_000;
const TICK_MS = 10;
/** More than the noise between two collections, far less than what a leak of one object a request makes. */
const MOST_GROWTH_MB = 6;

export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { burst, faultShare, inFlight, ms, seed } = options;
  const home = mkdtempSync(join(tmpdir(), 'uc-mcp-bridge-soak-'));
  const tokens = new Tokens(join(home, '.databrickscfg'));
  const workspace = new SoakWorkspace(new Dice(seed), faultShare, tokens.current);
  const host = await workspace.start();
  tokens.write(host);
  const client = new SoakClient(new Dice(seed + 1), options, home);
  try {
    await client.open();
    const startedMs = performance.now();
    const elapsed = () => performance.now() - startedMs;
    const replaceToken = () => {
      workspace.takeOnly(tokens.replace(host));
      return true;
    };
    const events = new Events(options, replaceToken, () => workspace.loseSession());
    const probes: Probe[] = [];
    let [rounds, mostDescriptors] = [0, 0];
    const before = client.descriptors();
    do {
      // Load, a client that does not read, a storm of cancellations, and everything at once; then rest.
      client.keep(inFlight);
      await events.during(Math.min(ms / 4, 10_000), elapsed);
      client.pauseReading();
      await events.during(Math.min(ms / 16, 2_000), elapsed);
      mostDescriptors = Math.max(mostDescriptors, client.descriptors() ?? 0);
      client.resumeReading();
      client.storm(inFlight);
      await events.during(Math.min(ms / 16, 1_000), elapsed);
      client.burst(burst);
      await client.idle();
      // What was cancelled is not waited for, but has to end too.
      await settled(() => workspace.underWay === 0, CLOSING_MS);
      const probe = await client.probe();
      probes.push(probe);
      rounds++;
      options.onRound?.(
        `${(elapsed() / 1000).toFixed(0)} s: ${client.asked.size} asked, heap ${mb(probe.heapUsed)} MB, ` +
          `rss ${mb(probe.rss)} MB, ${probe.controllers} controllers, ${client.descriptors() ?? '?'} descriptors`,
      );
    } while (elapsed() < ms);
    if (events.remain) {
      client.keep(inFlight);
      while (events.remain) await events.during(50, elapsed);
      await client.idle();
    }
    await settled(() => workspace.openSockets <= 1, CLOSING_MS);
    const [first, last] = [probes[0], await client.probe()];
    if (first === undefined) throw new Error('there is one round at least');
    const [after, socketsAtRest] = [client.descriptors(), workspace.openSockets];
    const exitCode = await client.finish();
    const report = {
      ...{ seconds: elapsed() / 1000, rounds, verdict: verdictOn(client, workspace.ledger), faults: workspace.faults },
      ...{
        tokens: tokens.count,
        sessions: workspace.sessionsOpened,
        before: first,
        after: last,
        slope: slopeOf(probes, ms),
      },
      ...{ descriptors: { before, most: mostDescriptors, after }, socketsAtRest, exitCode },
      socketsAfterExit: workspace.openSockets,
    };
    return { ...report, broken: brokenIn(report, client.log) };
  } finally {
    client.kill();
    await workspace.close();
    rmSync(home, { recursive: true });
  }
}

function brokenIn(report: Omit<SoakReport, 'broken'>, log: readonly string[]): string[] {
  const { after, before, descriptors, exitCode, socketsAfterExit, verdict } = report;
  const growthMb = (after.heapUsed - before.heapUsed) / MB;
  const checks: readonly [boolean, string][] = [
    [verdict.losses.length === 0, `lost: ${verdict.losses.slice(0, 5)}`],
    [verdict.duplicates.length === 0, `done twice: ${verdict.duplicates.slice(0, 5)}`],
    [verdict.wrong.length === 0, `wrong: ${verdict.wrong.slice(0, 5)}`],
    [after.controllers <= before.controllers + 2, `${after.controllers - before.controllers} requests left in tables`],
    [growthMb < MOST_GROWTH_MB, `the heap has grown by ${growthMb.toFixed(1)} MB`],
    [(descriptors.after ?? 0) <= (descriptors.before ?? 0) + 2, 'descriptors are left open'],
    [exitCode === 0, `exit code ${exitCode}`],
    [socketsAfterExit === 0, `${socketsAfterExit} sockets outlived the bridge`],
    [!log.some((line) => /Warning|which is a bug/.test(line)), `stderr: ${log.slice(0, 3).join('\n')}`],
  ];
  return checks.filter(([isWell]) => !isWell).map(([, what]) => what);
}

/** What happens at its time, whatever else goes on, or as soon as it can. */
class Events {
  readonly #due: { readonly atMs: number; readonly act: () => boolean }[];

  /** Each says whether it could be done: a session that is not open cannot be lost. */
  constructor({ ms, sessionLosses, tokenLives }: SoakOptions, replaceToken: () => boolean, loseSession: () => boolean) {
    const spread = (count: number, act: () => boolean) =>
      Array.from({ length: count }, (_, index) => ({ atMs: ((index + 1) * ms) / (count + 1), act }));
    this.#due = [...spread(tokenLives, replaceToken), ...spread(sessionLosses, loseSession)].sort(
      (a, b) => a.atMs - b.atMs,
    );
  }

  get remain(): boolean {
    return this.#due.length > 0;
  }

  async during(ms: number, elapsed: () => number): Promise<void> {
    for (const untilMs = elapsed() + ms; elapsed() < untilMs; await pause(TICK_MS)) {
      const [next] = this.#due;
      if (next !== undefined && next.atMs <= elapsed() && next.act()) this.#due.shift();
    }
  }
}

/** Tokens with a short life, in the file in which a person would replace them. */
class Tokens {
  readonly #file: string;
  count = 1;

  constructor(file: string) {
    this.#file = file;
  }

  get current(): string {
    return `dapi-soak-token-${this.count}`;
  }

  /** The next one, which stands in the file before the old one is refused. */
  replace(host: string): string {
    this.count++;
    this.write(host);
    return this.current;
  }

  write(host: string): void {
    writeFileSync(`${this.#file}.next`, `[DEFAULT]\nhost = ${host}\ntoken = ${this.current}\n`, { mode: 0o600 });
    renameSync(`${this.#file}.next`, this.#file);
  }
}

/** Waits for something to be so, `ms` at most. */
async function settled(isSo: () => boolean, ms: number): Promise<void> {
  for (const untilMs = performance.now() + ms; !isSo() && performance.now() < untilMs; ) await pause(50);
}

/** By least squares. */
function slopeOf(probes: readonly Probe[], ms: number): number | undefined {
  const warm = probes.slice(1);
  if (warm.length < 4) return undefined;
  const hours = ms / 3_600_000 / probes.length;
  const meanX = (warm.length - 1) / 2;
  const meanY = warm.reduce((sum, { heapUsed }) => sum + heapUsed, 0) / warm.length;
  const over = warm.reduce((sum, { heapUsed }, x) => sum + (x - meanX) * (heapUsed - meanY), 0);
  const under = warm.reduce((sum, _, x) => sum + (x - meanX) ** 2, 0);
  return over / under / hours / MB;
}

export function mb(bytes: number): string {
  return (bytes / MB).toFixed(1);
}

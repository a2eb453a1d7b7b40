/** `npm run soak -- [--minutes N] [--seed S] [--day]`: with `--day`, a day's tokens and session losses in that time. */

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mb, soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '133' },
    day: { type: 'boolean', default: false },
  },
});
const minutes = number('minutes', values.minutes);
const seed = number('seed', values.seed);
const [tokenLives, sessionLosses] = values.day ? [24, 96] : [Math.ceil(minutes * 4), 0];
const program = { bin: resolve('dist/main.js'), probe: resolve('test/support/preload/probe.cjs') };
const load = { inFlight: 200, burst: 10_000, faultShare: 0.05 };

const say = (text: string) => process.stdout.write(`${text}\n`);
say(`seed ${seed}; load: ${load.inFlight} requests in flight, ${load.burst} in one write, cancel storms, slow reader`);
const report = await soak({ ms: minutes * 60_000, seed, ...program, ...load, tokenLives, sessionLosses, onRound: say });

const { after, before, broken, descriptors, faults, slope, verdict } = report;
say(`
time              ${report.seconds.toFixed(0)} s, ${report.rounds} rounds
asked             ${verdict.asked}, ${Math.round(verdict.asked / report.seconds)} a second
answered right    ${verdict.right}
cancelled         ${verdict.cancelled}
errors            ${list(verdict.errors)}
wrong             ${verdict.wrong.length}
duplicates        ${verdict.duplicates.length}
losses            ${verdict.losses.length}
faults injected   ${list(faults)}
token lives       ${report.tokens}
sessions opened   ${report.sessions}
heap at rest      ${mb(before.heapUsed)} MB after the first round, ${mb(after.heapUsed)} MB at the end, slope ${slope?.toFixed(2) ?? '?'} MB/h
rss               ${mb(before.rss)} MB, ${mb(after.rss)} MB
in-flight tables  ${before.controllers} controllers, ${after.controllers} at the end
descriptors       ${descriptors.before ?? '?'}, ${descriptors.most} at most, ${descriptors.after ?? '?'} at the end
sockets           ${report.socketsAtRest} at rest, ${report.socketsAfterExit} after the exit
exit code         ${report.exitCode}
broken            ${broken.length === 0 ? 'nothing' : broken.join('\n                  ')}`);
process.exitCode = broken.length > 0 ? 1 : 0;

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name}: ${count}`)
    .join(', ');
}

function number(option: string, text: string): number {
  if (!/^\d{1,9}(?:\.\d+)?$/.test(text)) throw new Error(`--${option} ${text} is no number`);
  return Number(text);
}

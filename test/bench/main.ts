/**
 * `npm run bench`: the bridge beside a floor, beside nothing, and beside peers, every one in turn in one run; one table of
 * medians, and what is asked of them.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Asked, readArguments, USAGE } from './arguments.ts';
import { startFar } from './far/control.ts';
import { type Installed, installNode, installPeer } from './installed.ts';
import { type Measure, verdictsOn } from './measure.ts';
import { writeReadme } from './readme.ts';
import { ROWS } from './rows.ts';
import { type SettingOptions, settingFor } from './setting.ts';
import { headings, inColumns, linesOf } from './table.ts';
import { OURS, PEERS } from './targets.ts';
import { whereabouts } from './whereabouts.ts';

const FIGURES = 'node_modules/.cache/uc-mcp-bridge/bench/figures.json';

const asked = readArguments(process.argv.slice(2), Object.keys(ROWS));
if (asked.help) process.stdout.write(`${USAGE}\nrows: ${Object.keys(ROWS).join(', ')}\n`);
else await bench(asked);

async function bench({
  check,
  json = FIGURES,
  node: major,
  only,
  peers: withPeers,
  quick,
  readme,
}: Asked): Promise<void> {
  const node = major === undefined ? process.execPath : await installNode(major);
  const nodeMajor = Number(major ?? process.versions.node.split('.')[0]);
  const peers: Record<string, Installed> = {};
  for (const [name, version] of withPeers ? Object.entries(PEERS) : []) peers[name] = await installPeer(name, version);
  const targets = [...OURS, ...Object.keys(PEERS).filter((name) => name in peers)] as SettingOptions['targets'];

  const measures = await measureAll({ node, nodeMajor, peers, targets, isQuick: quick }, only);
  const where = await whereabouts(node);
  const lines = [headings(targets), ...measures.flatMap((measure) => linesOf(measure, targets))];
  process.stdout.write(`${where}\n\n${inColumns(lines)}\n`);
  await writeFile(json, `${JSON.stringify({ where, measures: measures.map(plain) }, undefined, 1)}\n`);
  if (readme) await writeReadme(where, measures, targets);
  if (check) conclude(measures);
}

async function measureAll(options: Omit<SettingOptions, 'home'>, only: readonly string[]): Promise<Measure[]> {
  const home = await mkdtemp(join(tmpdir(), 'uc-mcp-bridge-bench-'));
  const far = await startFar();
  const measures: Measure[] = [];
  try {
    const setting = settingFor(far, { ...options, home });
    // A user has started a target before: from Node 22.8 on, the bridge has compiled code of that start in its cache.
    // NODE_COMPILE_CACHE is set for no target.
    for (const target of options.targets) await (await setting.open(target)).close();
    for (const [name, row] of Object.entries(ROWS)) {
      if (only.length > 0 && !only.includes(name)) continue;
      process.stderr.write(`measuring ${name}\n`);
      measures.push(...(await row(setting)));
    }
    return measures;
  } finally {
    far.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** A measure as JSON has it, with every sample. */
function plain(measure: Measure): object {
  const { budgets: _, samples, ...rest } = measure;
  return { ...rest, samples: Object.fromEntries(samples), budgets: verdictsOn(measure) };
}

function conclude(measures: readonly Measure[]): void {
  const missed = measures.flatMap((measure) =>
    verdictsOn(measure)
      .filter(({ isMet }) => isMet === false)
      .map(({ says }) => `${measure.what}: ${says}`),
  );
  process.stdout.write(missed.length === 0 ? '\nevery budget is met\n' : `\nmissed:\n${missed.join('\n')}\n`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

/**
 * `npm run conformance`: the official suite, once without the bridge and once through it, and what differs.
 *
 * As a client, under test is the bridge with an official client on its stdio; as a server, the bridge before a server
 * that has what the suite asks for, behind a front that has stdio on one side and HTTP on the other.
 */

import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bridgeTo } from './bridge.ts';
import type { Results } from './check.ts';
import { installNode, installSuite } from './installation.ts';
import { RUNS, type Run } from './runs.ts';
import { type Suite, suite } from './suite.ts';
import { table } from './table.ts';
import { judge, unusedNames, type Verdict } from './verdict.ts';

/** The suite splits commands at spaces, so that this path has to be one from the project's folder. */
const CLIENT: string = relative('.', fileURLToPath(new URL('client.js', import.meta.url)));

const verdicts: Verdict[] = [];
const node = await installNode();
for (const run of RUNS) {
  const official = suite(node, await installSuite(run.suite));
  verdicts.push(...(await testAsClient(run, official)), ...(await testAsServer(run, official)));
}
const unused = unusedNames(verdicts);
process.stdout.write(`${table(verdicts)}\n`);
for (const { check, scenario } of unused) process.stdout.write(`named, but not seen: ${scenario}, ${check}\n`);
const differing = verdicts.filter(({ unexplained }) => unexplained.length > 0).length;
process.stdout.write(`\n${verdicts.length} scenarios, ${differing} differ\n`);
process.exitCode = differing + unused.length > 0 ? 1 : 0;

async function testAsClient(run: Run, { clientScenarios }: Suite): Promise<Verdict[]> {
  const { args, scenarios } = run.client;
  const test = (way: string): Promise<Results> => clientScenarios(`node ${CLIENT} ${way}`, scenarios, args);
  const [direct, bridged] = await Promise.all([test('direct'), test('bridged')]);
  return judge(run, 'client', direct, bridged);
}

async function testAsServer(run: Run, { serverScenarios }: Suite): Promise<Verdict[]> {
  const { args, openFixture, openFront, without } = run.server;
  const fixture = await openFixture();
  const bridge = await bridgeTo(fixture.url);
  const front = await openFront(bridge.command);
  try {
    const test = (url: string): Promise<Results> => serverScenarios(url, args);
    const [direct, bridged] = await Promise.all([test(fixture.url), test(front.url)]);
    return judge(run, 'server', direct, bridged).filter(({ scenario }) => !without.test(scenario));
  } finally {
    await front.close();
    await bridge.close();
    await fixture.close();
  }
}

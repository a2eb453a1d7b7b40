/** Walks the whole chain from this machine to the MCP server, and says of each link whether it holds. Calls no tool. */

import type { Config } from '../../config/config.ts';
import { FileRefused } from '../../config/problems.ts';
import type { Asked } from '../../config/read.ts';
import { systemClock } from '../../node/clock.ts';
import { createServices, type Services, secretsOf } from '../../pipeline.ts';
import { EXIT } from '../failed.ts';
import { SILENT } from '../silent.ts';
import { show } from '../terminal.ts';
import { adviseOn } from './advice.ts';
import { Examination, MACHINE } from './examination.ts';
import { type Finding, failure } from './finding.ts';
import { pageOn } from './page.ts';
import { type Result, runSteps } from './steps.ts';

/** @returns 0 if every step worked, else the exit code of the first that did not */
export async function doctor({ config, own, sources }: Asked<'doctor'>): Promise<number> {
  const secrets = secretsOf(config);
  const scrub = (text: string) => secrets.scrub(text);
  let services: Services | undefined;
  let examination: Examination | undefined;
  try {
    const opened = await createServices({ config, sources, secrets, log: SILENT, onSignIn: () => {} }).catch(
      refusedFile,
    );
    if ('wire' in opened) {
      services = opened;
      examination = new Examination(config, sources, opened);
    }
    const steps = examination?.steps() ?? [MACHINE, { name: 'options', run: () => opened as Finding }];
    const page = pageOn(process.stdout, Math.max(...steps.map(({ name }) => name.length)));
    const heard = own.json ? { begins() {}, ends() {}, say() {} } : page;
    const results = await runSteps(steps, systemClock, {
      begins: (name) => heard.begins(name),
      ends: (result) => heard.ends(scrubbed(result, scrub)),
    });
    const advice = examination && adviseOn(examination.reports);
    const failed = results.find(({ status }) => status === 'failed');
    if (own.json) {
      const verdict = { ok: failed === undefined, failed: failed?.name, recommendation: advice };
      const clean = results.map((result) => scrubbed(result, scrub));
      show(process.stdout, `${scrub(JSON.stringify({ ...verdict, steps: clean }, undefined, 2))}\n`);
    } else {
      heard.say('');
      if (advice !== undefined)
        heard.say(`Recommended: ${routeOption(config, advice.route)}, since ${advice.because}.`);
      heard.say(verdictOf(results));
    }
    return failed?.exit ?? (failed === undefined ? EXIT.ok : EXIT.failed);
  } finally {
    await examination?.close();
    await services?.close();
  }
}

/** Without a file that an option names nothing more can be tried. */
function refusedFile(thrown: unknown): Finding {
  if (!(thrown instanceof FileRefused)) throw thrown;
  return failure(thrown.message, 'Correct the option, or the file.', EXIT.configuration);
}

function verdictOf(results: readonly Result[]): string {
  const failed = results.filter(({ status }) => status === 'failed');
  const notes = results.filter(({ status }) => status === 'note').length;
  const [first] = failed;
  if (first !== undefined)
    return `${failed.length === 1 ? '1 problem' : `${failed.length} problems`}. Fix this first: ${first.name}. ${first.says} ${first.hint}`;
  return notes === 0
    ? 'No problems found.'
    : `No problems found. ${notes} ${notes === 1 ? 'line is' : 'lines are'} worth a look (!).`;
}

function routeOption({ service, url }: Config, route: string): string {
  return service === undefined && url === undefined ? `--route ${route}` : 'the endpoint as it is';
}

function scrubbed(result: Result, scrub: (text: string) => string): Result {
  return { ...result, says: scrub(result.says), hint: result.hint && scrub(result.hint) };
}

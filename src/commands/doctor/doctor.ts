/** Walks the whole chain from this machine to the MCP server, and says of each link whether it holds. Calls no tool. */

import { isIP } from 'node:net';
import { homedir } from 'node:os';
import type { Config, RouteName } from '../../config/config.ts';
import { OPTIONS, type Settings } from '../../config/options.ts';
import type { Asked } from '../../config/read.ts';
import { chooseRoute } from '../../databricks/routes/choose.ts';
import { resolveWorkspace, type Workspace } from '../../databricks/workspace.ts';
import { readNetwork } from '../../node/network.ts';
import { print } from '../../node/stdio.ts';
import { excerpt } from '../../protocol/excerpt.ts';
import { Problem } from '../../protocol/problem.ts';
import { openWay, secretsOf, USER_AGENT, type Way } from '../../way.ts';
import { EXIT } from '../failed.ts';
import { questionsFor } from '../questions.ts';
import { SILENT } from '../silent.ts';
import { openBareTalk, RpcRefusal } from '../talk.ts';
import { adviseOn } from './advice.ts';
import { type Finding, failure, failureOf, note, ok, skipped } from './finding.ts';
import { examineMachine } from './machine.ts';
import { pageOn } from './page.ts';
import { examineConnecting, examineName, noName, proxyTo } from './reach.ts';
import { observed, probeRoute, type RouteReport } from './routes.ts';
import { type Result, runSteps, type Step } from './steps.ts';
import {
  examineClock,
  examineConnection,
  examineIdentity,
  examineLogin,
  examinePrivilege,
  examineService,
  examineSignIn,
  type Known,
  routesToTry,
} from './workspace.ts';

type Sources = Asked<'doctor'>['sources'];

/** @returns 0 if every step worked, else the exit code of the first that did not */
export async function doctor({ config, own, sources }: Asked<'doctor'>): Promise<number> {
  const secrets = secretsOf(config);
  const scrub = (text: string) => secrets.scrub(text);
  const way = await openWay({ config, sources, secrets, log: SILENT, onSignIn: () => {} });
  try {
    const examination = new Examination(config, sources, way);
    const steps = examination.steps();
    const page = pageOn(process.stdout, Math.max(...steps.map(({ name }) => name.length)));
    const heard = own.json ? { begins() {}, ends() {}, say() {} } : page;
    const results = await runSteps(steps, way.wire.clock, {
      begins: (name) => heard.begins(name),
      ends: (result) => heard.ends(scrubbed(result, scrub)),
    });
    const advice = adviseOn(examination.reports);
    const failed = results.find(({ status }) => status === 'failed');
    if (own.json) {
      const verdict = { ok: failed === undefined, failed: failed?.name, recommendation: advice };
      const clean = results.map((result) => scrubbed(result, scrub));
      print(process.stdout, `${scrub(JSON.stringify({ ...verdict, steps: clean }, undefined, 2))}\n`);
    } else {
      heard.say('');
      if (advice !== undefined)
        heard.say(`Recommended: ${routeOption(config, advice.route)}, since ${advice.because}.`);
      heard.say(verdictOf(results));
    }
    return failed?.exit ?? (failed === undefined ? EXIT.ok : EXIT.failed);
  } finally {
    await way.close();
  }
}

function verdictOf(results: readonly Result[]): string {
  const failed = results.filter(({ status }) => status === 'failed');
  const notes = results.filter(({ status }) => status === 'note').length;
  const [first] = failed;
  if (first !== undefined)
    return `Not well: ${failed.map(({ name }) => name).join(', ')}. Begin with "${first.name}": ${first.hint}`;
  return notes === 0
    ? 'All is well.'
    : `All works; ${notes} ${notes === 1 ? 'thing is' : 'things are'} worth a look (!).`;
}

function routeOption({ service, url }: Config, route: string): string {
  return service === undefined && url === undefined ? `--route ${route}` : 'the endpoint as it is';
}

function scrubbed(result: Result, scrub: (text: string) => string): Result {
  return { ...result, says: scrub(result.says), hint: result.hint && scrub(result.hint) };
}

class Examination {
  readonly #config: Config;
  readonly #sources: Sources;
  readonly #way: Way;
  readonly #known: Known = {
    me: { id: undefined, userName: undefined },
    connection: undefined,
    date: undefined,
  };
  /** Of the routes that worked, in the order in which they were tried. */
  readonly reports: RouteReport[] = [];
  #workspace: Workspace | undefined;
  readonly #probes = new Map<string, Promise<RouteReport>>();

  constructor(config: Config, sources: Sources, way: Way) {
    this.#config = config;
    this.#sources = sources;
    this.#way = way;
  }

  steps(): readonly Step[] {
    const { destination, wire } = this.#way;
    const questions = questionsFor(wire);
    const { connection, service } = destination;
    const routes = this.#routes();
    const throughs: Step[] = routes.map((name) => ({
      name: `route ${name}`,
      after: ['connect', 'sign-in', ...(connection === undefined ? ['service'] : ['connection', 'privilege', 'login'])],
      run: () => this.#route(name),
    }));
    return [
      { name: 'node', run: () => examineMachine(thisMachine()) },
      { name: 'options', run: () => this.#options() },
      { name: 'workspace', run: () => this.#resolve() },
      { name: 'name', after: ['workspace'], run: () => this.#name() },
      { name: 'connect', after: ['workspace'], run: () => this.#connect() },
      { name: 'sign-in', after: ['workspace'], run: () => examineSignIn(this.#way.tokens) },
      { name: 'identity', after: ['connect', 'sign-in'], run: () => examineIdentity(questions, this.#known) },
      { name: 'clock', after: ['connect'], run: () => examineClock(this.#known, wire.clock.date()) },
      ...(connection === undefined
        ? []
        : [
            {
              name: 'connection',
              after: ['connect', 'sign-in'],
              run: () => examineConnection(connection, questions, this.#known),
            },
            {
              name: 'privilege',
              after: ['connection'],
              run: () => examinePrivilege(connection, questions, this.#known, () => this.#probe(routes[0])),
            },
            {
              name: 'login',
              after: ['connection', 'privilege'],
              run: () => examineLogin(this.#origin, questions, this.#known, () => this.#probe(routes[0])),
            },
          ]),
      ...(service === undefined
        ? []
        : [{ name: 'service', after: ['connect', 'sign-in'], run: () => examineService(service, questions) }]),
      ...throughs,
      { name: 'read-only', after: routes.slice(0, 1).map((name) => `route ${name}`), run: () => this.#readOnly() },
    ];
  }

  get #origin(): string {
    return this.#workspace?.origin ?? '';
  }

  /** The ways that there are to what is configured. */
  #routes(): readonly string[] {
    const { connection, route, service, url } = this.#way.destination;
    if (connection !== undefined) return routesToTry(route);
    return service === undefined && url === undefined ? [] : ['endpoint'];
  }

  #options(): Finding {
    const given = [...this.#sources].map(([field, source]) => {
      const { secret } = OPTIONS[field];
      return {
        option: nameOf(field),
        from: source,
        value: secret ? '(secret)' : shown(this.#config[field as keyof Config]),
      };
    });
    const { connection, sandbox, service, url } = this.#config;
    const data = { given };
    if (!sandbox && connection === undefined && service === undefined && url === undefined) {
      const hint = 'Give --connection NAME; uc-mcp-bridge list shows which there are.';
      return failure('No connection, service or endpoint is named.', hint, EXIT.usage, data);
    }
    const words = given.map(({ from, option, value }) => `${option}=${value}${from === option ? '' : ` (${from})`}`);
    return ok(words.length === 0 ? 'all as they are by default' : words.join(', '), data);
  }

  async #resolve(): Promise<Finding> {
    const { tools, workspace: settings } = this.#way;
    try {
      this.#workspace = await resolveWorkspace(settings, tools);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      return failureOf(thrown, EXIT.noCredential);
    }
    const { from, origin, profile, warnings } = this.#workspace;
    const by = profile === undefined ? '' : `, profile [${excerpt(profile.name)}]`;
    const data = { origin, from, profile: profile?.name };
    const says = `${origin} (${excerpt(from)})${by}`;
    const [warning] = warnings;
    return warning === undefined ? ok(says, data) : note(says, warning, data);
  }

  async #name(): Promise<Finding> {
    const proxy = proxyTo(this.#origin, await this.#network());
    const { hostname } = proxy?.proxy ?? new URL(this.#origin);
    return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? examineName(this.#origin, proxy) : noName();
  }

  async #connect(): Promise<Finding> {
    const network = await this.#network();
    return examineConnecting(this.#origin, network, proxyTo(this.#origin, network), this.#way.wire.clock.date());
  }

  #network(): ReturnType<typeof readNetwork> {
    return readNetwork(this.#config.sandbox ? { proxy: 'none', caFile: undefined } : this.#config, SILENT);
  }

  /** One talk over one route, for everybody who wants to know how it went. */
  #probe(name: string | undefined): Promise<RouteReport> {
    if (name === undefined) return Promise.reject(new Problem('upstreamHttp', 'There is no route to try.'));
    const known = this.#probes.get(name) ?? this.#talk(name);
    this.#probes.set(name, known);
    return known;
  }

  async #talk(name: string): Promise<RouteReport> {
    const { destination, wire } = this.#way;
    const route =
      name === 'endpoint' ? wire.route : chooseRoute({ ...destination, route: name as RouteName }, USER_AGENT);
    const watched = observed({ ...wire, route });
    const talk = await openBareTalk(this.#config, watched.wire);
    try {
      return await probeRoute(talk, watched);
    } finally {
      await talk.close();
    }
  }

  async #route(name: string): Promise<Finding> {
    let report: RouteReport;
    try {
      report = await this.#probe(name);
    } catch (thrown) {
      return this.#routeFailed(name, thrown);
    }
    this.reports.push(report);
    const {
      answersAsEvents,
      keepsSession,
      listBytes,
      modern,
      roundTripMs,
      server,
      standingStream,
      streams,
      tools,
      version,
    } = report;
    const parts = [
      `${server}, ${version}`,
      keepsSession ? 'session' : 'no session',
      `${tools.length} tools in ${listBytes.toLocaleString('en')} bytes`,
      streams && answersAsEvents ? 'streams' : 'answers whole',
      ...(standingStream === 'open' ? ['standing stream'] : []),
      { yes: '2026-07-28 gets through', no: 'headers of 2026-07-28 are lost', 'not spoken': 'no 2026-07-28' }[modern],
      `${roundTripMs.toFixed(1)} ms a round trip`,
    ];
    return ok(parts.join(', '), { ...report, tools: tools.length });
  }

  /** What was asked for has to work; another way only could. */
  #routeFailed(name: string, thrown: unknown): Finding {
    const finding =
      thrown instanceof RpcRefusal
        ? failure(`The server refused: ${excerpt(thrown.message)}`, 'Look at the log of the server.')
        : undefined;
    if (finding === undefined && !(thrown instanceof Problem)) throw thrown;
    const failed = finding ?? failureOf(thrown as Problem);
    if (name === this.#routes()[0]) return failed;
    return { ...failed, status: 'skipped', says: `not usable: ${failed.says}` };
  }

  /** Whether the server itself keeps to read-only: what it lists all the same, only the bridge hides. */
  async #readOnly(): Promise<Finding> {
    const report = await this.#probe(this.#routes()[0]);
    const writing = report.tools.filter(({ annotations }) => annotations['readOnlyHint'] !== true);
    const count = `${writing.length} of ${report.tools.length} tools are not marked as reading only`;
    const data = { tools: report.tools.length, notMarkedReadOnly: writing.length };
    if (!this.#config.readOnly) return skipped(`not asked for; ${count}`);
    if (writing.length === 0) return ok('the server lists only tools that are marked as reading only', data);
    return note(
      `the server pays no regard to it: ${count}`,
      'The bridge hides and refuses them; the server itself would not.',
      data,
    );
  }
}

function thisMachine() {
  const { execPath: node, platform, versions } = process;
  return { node, platform, version: versions.node, script: process.argv[1] ?? '', home: homedir() };
}

/** The flag of an option, or its variable. */
function nameOf(field: keyof Settings): string {
  const { env, flag } = OPTIONS[field];
  return flag ?? env;
}

function shown(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  return excerpt(text);
}

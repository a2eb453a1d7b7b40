/** Every link from this machine to the MCP server, as steps that build on each other. */

import { isIP } from 'node:net';
import type { Config, RouteName } from '../../config/config.ts';
import { OPTIONS, type Settings } from '../../config/options.ts';
import type { Asked } from '../../config/read.ts';
import { SYSTEM_SCHEMA, schemaOf } from '../../databricks/catalog.ts';
import { chooseRoute } from '../../databricks/routes/choose.ts';
import { resolveWorkspace, type Workspace } from '../../databricks/workspace.ts';
import { readNetwork } from '../../node/network.ts';
import { homeDirectory } from '../../node/surroundings.ts';
import { type Services, USER_AGENT } from '../../pipeline.ts';
import { HEADER_MISMATCH } from '../../protocol/discovery.ts';
import { excerpt } from '../../protocol/excerpt.ts';
import { Problem } from '../../protocol/problem.ts';
import { EXIT } from '../failed.ts';
import { questionsFor } from '../questions.ts';
import { SILENT } from '../silent.ts';
import { openBareTalk, RpcRefusal, type Talk } from '../talk.ts';
import { type Finding, failure, failureOf, note, ok, skipped } from './finding.ts';
import { examineMachine } from './machine.ts';
import { examineConnecting, examineName, noName, proxyTo } from './reach.ts';
import { describeRoute } from './route-line.ts';
import { measureRoute, type OpenRoute, observed, openRoute, type RouteReport } from './routes.ts';
import { examineGateway, examineService } from './services.ts';
import type { Step } from './steps.ts';
import {
  examineClock,
  examineConnection,
  examineIdentity,
  examineLogin,
  examinePrivilege,
  examineSignIn,
  type Known,
  routesToTry,
} from './workspace.ts';

type Sources = Asked<'doctor'>['sources'];

/** Longest wait for one answer of the server, in milliseconds: somebody sits there and waits. */
const PATIENCE_MS = 15_000;

/** The step that needs nothing else. */
export const MACHINE: Step = { name: 'node', run: () => examineMachine(thisMachine()) };

export class Examination {
  readonly #config: Config;
  readonly #sources: Sources;
  readonly #services: Services;
  readonly #known: Known = {
    me: { id: undefined, userName: undefined },
    connection: undefined,
    date: undefined,
  };
  /** Of the routes that worked, in the order in which they were tried. */
  readonly reports: RouteReport[] = [];
  #workspace: Workspace | undefined;
  readonly #opened = new Map<string, Promise<OpenRoute>>();
  readonly #talks: Talk[] = [];

  constructor(config: Config, sources: Sources, services: Services) {
    this.#config = config;
    this.#sources = sources;
    this.#services = services;
  }

  steps(): readonly Step[] {
    const { destination, wire } = this.#services;
    const questions = questionsFor(wire, (date) => {
      this.#known.date = date;
    });
    const { connection, service, url } = destination;
    const routes = this.#routes();
    const throughs: Step[] = routes.map((name) => ({
      name: `route ${name}`,
      after: ['identity', ...(connection === undefined ? ['service'] : ['connection', 'privilege', 'login'])],
      run: () => this.#route(name),
    }));
    return [
      MACHINE,
      { name: 'options', run: () => this.#options() },
      { name: 'workspace', run: () => this.#resolve() },
      { name: 'name', after: ['workspace'], run: () => this.#name() },
      { name: 'connect', after: ['workspace'], run: () => this.#connect() },
      { name: 'sign-in', after: ['workspace'], run: () => this.#signIn() },
      { name: 'identity', after: ['connect', 'sign-in'], run: () => examineIdentity(questions, this.#known) },
      { name: 'clock', after: ['connect'], run: () => examineClock(this.#known, wire.clock.date()) },
      ...(connection === undefined
        ? []
        : [
            {
              name: 'connection',
              after: ['identity'],
              run: () => examineConnection(connection, questions, this.#known),
            },
            {
              name: 'privilege',
              after: ['connection'],
              run: () => examinePrivilege(connection, questions, this.#known, () => this.#open(routes[0])),
            },
            {
              name: 'login',
              after: ['connection', 'privilege'],
              run: () => examineLogin(this.#origin, questions, this.#known, () => this.#open(routes[0])),
            },
          ]),
      ...(service === undefined
        ? []
        : [
            {
              name: 'service',
              after: ['identity'],
              run: () => examineService(service, this.#origin, questions, this.#known),
            },
          ]),
      ...(service !== undefined || url !== undefined
        ? []
        : [
            {
              name: 'gateway',
              after: ['identity'],
              run: async () => examineGateway(connection, await this.#schemas(), questions),
            },
          ]),
      ...throughs,
      ...routes
        .slice(0, 1)
        .map((name) => ({ name: 'read-only', after: [`route ${name}`], run: () => this.#readOnly(name) })),
    ];
  }

  /** Ends every talk that was begun. */
  async close(): Promise<void> {
    await Promise.all(this.#talks.map((talk) => talk.close()));
  }

  /** Schemas in which MCP services are searched. */
  async #schemas(): Promise<ReadonlySet<string>> {
    const { connection, sandbox } = this.#config;
    const of = [connection, sandbox ? (await import('../../sandbox/sandbox.ts')).SANDBOX_SERVICE : undefined];
    return new Set([SYSTEM_SCHEMA, ...of.flatMap((name) => schemaOf(name ?? '') ?? [])]);
  }

  get #origin(): string {
    return this.#workspace?.origin ?? '';
  }

  /** The ways that there are to what is configured. */
  #routes(): readonly string[] {
    const { connection, route, service, url } = this.#services.destination;
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
      const hint =
        'Give --service CATALOG.SCHEMA.NAME, an MCP service of Unity Gateway, or --connection NAME; ' +
        'uc-mcp-bridge list shows both.';
      return failure('No connection, service or endpoint is named.', hint, EXIT.usage, data);
    }
    const words = given.map(({ from, option, value }) => `${option}=${value}${from === option ? '' : ` (${from})`}`);
    return ok(words.length === 0 ? 'all as they are by default' : words.join(', '), data);
  }

  async #resolve(): Promise<Finding> {
    const { tools, workspace: settings } = this.#services;
    try {
      this.#workspace = await resolveWorkspace(settings, tools);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      return failureOf(thrown);
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
    return examineConnecting(this.#origin, network, proxyTo(this.#origin, network), this.#services.wire.clock.date());
  }

  #network(): ReturnType<typeof readNetwork> {
    return readNetwork(this.#config.sandbox ? { proxy: 'none', caFile: undefined } : this.#config, SILENT);
  }

  #signIn(): Promise<Finding> {
    return examineSignIn(this.#services.tokens, this.#services.wire.clock.date());
  }

  /** One handshake over one route, for everybody who wants to know how it went. */
  #open(name: string | undefined): Promise<OpenRoute> {
    if (name === undefined) return Promise.reject(new Problem('upstreamHttp', 'There is no route to try.'));
    const known = this.#opened.get(name) ?? this.#begin(name);
    this.#opened.set(name, known);
    return known;
  }

  async #begin(name: string): Promise<OpenRoute> {
    const { destination, wire } = this.#services;
    const route =
      name === 'endpoint' ? wire.route : chooseRoute({ ...destination, route: name as RouteName }, USER_AGENT);
    const watched = observed({ ...wire, route });
    const talk = await openBareTalk(this.#config, watched.wire, { ms: PATIENCE_MS, clock: wire.clock });
    this.#talks.push(talk);
    return openRoute(talk, watched);
  }

  async #route(name: string): Promise<Finding> {
    let report: RouteReport;
    try {
      const open = await this.#open(name);
      report = await measureRoute(open);
      await open.talk.close();
    } catch (thrown) {
      return this.#routeFailed(name, thrown);
    }
    this.reports.push(report);
    const { tools } = report;
    return ok(describeRoute(report), { ...report, tools: tools.length });
  }

  /** What was asked for has to work; another way only could. */
  #routeFailed(name: string, thrown: unknown): Finding {
    if (!(thrown instanceof RpcRefusal || thrown instanceof Problem)) throw thrown;
    const failed = thrown instanceof RpcRefusal ? failure(thrown.sentence, hintOn(thrown)) : failureOf(thrown);
    if (name === this.#routes()[0]) return failed;
    return { ...failed, status: 'skipped', says: `not usable: ${failed.says}` };
  }

  /** Whether the server itself keeps to read-only: what it lists all the same, only the bridge hides. */
  async #readOnly(route: string): Promise<Finding> {
    const { tools } = (await this.#open(route)).seen;
    const writing = tools.filter(({ annotations }) => annotations['readOnlyHint'] !== true);
    const count = `${writing.length} of ${tools.length} tools are not marked as reading only`;
    const data = { tools: tools.length, notMarkedReadOnly: writing.length };
    if (!this.#config.readOnly) return skipped(`not asked for; ${count}`);
    if (writing.length === 0) return ok('the server lists only tools that are marked as reading only', data);
    return note(
      `the server pays no regard to it: ${count}`,
      'The bridge hides and refuses them; the server itself would not.',
      data,
    );
  }
}

function hintOn({ code }: RpcRefusal): string {
  if (code === HEADER_MISMATCH) return 'Something on the way drops headers of 2026-07-28: give --protocol legacy.';
  return 'Check that host, base path and --path lead to an MCP server, and that its credential may do this.';
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

function thisMachine() {
  const { execPath: node, platform, versions } = process;
  return { node, platform, version: versions.node, script: process.argv[1] ?? '', home: homeDirectory() ?? '/' };
}

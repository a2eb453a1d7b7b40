/** Arguments to command. What `serve` needs is there already; a command loads the rest that it needs. */

import { isatty } from 'node:tty';
import type { Command } from './config/commands.ts';
import { ALL_OPTIONS } from './config/options.ts';
import { CONFIGURATION, type ConfigNotice, type ConfigProblem, FileRefused, USAGE } from './config/problems.ts';
import { type Asked, type Reading, readConfig } from './config/read.ts';
import { openStderr } from './node/stderr.ts';
import { print } from './node/stdio.ts';
import { divertStdout } from './node/stdout.ts';
import { homeDirectory, workingDirectory } from './node/surroundings.ts';
import { terminalWidth } from './node/terminal-width.ts';
import { serve } from './serve.ts';
import { VERSION } from './version.ts';

const STDIN = 0;

/** @returns the exit code, as requirements.md, section 6 lists them */
export async function run(argv: readonly string[]): Promise<number> {
  const reading = readConfig(argv, process.env, { home: homeDirectory(), cwd: workingDirectory() });
  const alone = isatty(STDIN);
  if ('problems' in reading) {
    return alone && argv.length === 0 ? introduce() : refuse(reading.problems, reading.command, reading.warnings);
  }
  try {
    return await perform(reading, alone);
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    const command = 'config' in reading ? reading.command : undefined;
    return refuse([{ exit: CONFIGURATION, sentence: error.message }], command);
  }
}

async function perform(reading: Exclude<Reading, { readonly problems: unknown }>, alone: boolean): Promise<number> {
  const warnings = await warningsOf(reading);
  if (reading.command !== 'serve') for (const warning of warnings) print(process.stderr, `uc-mcp-bridge: ${warning}\n`);
  switch (reading.command) {
    case 'help': {
      const { helpText, optionsText } = await import('./config/help.ts');
      const width = terminalWidth(process.stdout);
      print(process.stdout, reading.of === 'options' ? optionsText(width) : helpText(reading.of, width));
      return 0;
    }
    case 'version': {
      print(process.stdout, reading.own.verbose ? (await import('./commands/version.ts')).versions() : `${VERSION}\n`);
      return 0;
    }
    case 'serve':
      return alone ? introduce() : begin(reading, warnings);
    case 'install':
      return (await import('./commands/install.ts')).install(reading, run);
    case 'update':
      return (await import('./commands/update.ts')).update(reading);
    case 'uninstall':
      return (await import('./commands/uninstall.ts')).uninstall(reading);
    case 'demo':
      return (await import('./commands/demo.ts')).demo();
    case 'doctor':
      return (await import('./commands/doctor/doctor.ts')).doctor(reading);
    case 'list':
      return (await import('./commands/list.ts')).list(reading);
    case 'tools':
      return (await import('./commands/tools.ts')).tools(reading);
    case 'call':
      return (await import('./commands/call.ts')).call(reading);
    case 'request':
      return (await import('./commands/request.ts')).request(reading);
    case 'report':
      return (await import('./commands/report.ts')).report(reading);
    case 'audit':
      return (await import('./commands/audit.ts')).audit(reading);
    case 'replay':
      return (await import('./commands/replay.ts')).replay(reading);
    case 'login':
      return (await import('./commands/login.ts')).login(reading);
    case 'logout':
      return (await import('./commands/logout.ts')).logout(reading);
    case 'sandbox':
      return (await import('./commands/sandbox.ts')).sandbox(reading);
    case 'completion':
      return (await import('./commands/completion.ts')).completion(reading);
    case 'whoami':
      return (await import('./commands/whoami.ts')).whoami(reading);
  }
}

/** Loads what finds the nearest names only if there is anything to say. */
async function warningsOf(reading: Exclude<Reading, { readonly problems: unknown }>): Promise<readonly string[]> {
  if (!('warnings' in reading) || reading.warnings.length === 0) return [];
  return (await import('./config/complaint.ts')).sentencesOf(reading.warnings);
}

/** Ends the process once stdout has taken everything: lines that no one reads on stderr would keep it alive. */
async function begin({ config, sources }: Asked<'serve'>, warnings: readonly string[]): Promise<number> {
  divertStdout(openStderr().write);
  forgetSecrets(process.env);
  process.exit(await serve(config, sources, warnings));
}

/** What was read is not left where children, crash reports and whoever may look at the process can find it. */
function forgetSecrets(env: NodeJS.ProcessEnv): void {
  for (const { env: name, secret } of ALL_OPTIONS) if (secret) delete env[name];
}

async function refuse(
  problems: readonly ConfigProblem[],
  command: Command | undefined,
  warnings: readonly ConfigNotice[] = [],
): Promise<number> {
  const { refuse: answer } = await import('./commands/refuse.ts');
  return answer(problems, command, warnings);
}

/** A person at a terminal has started what only a client can talk to. */
async function introduce(): Promise<number> {
  const { introduction } = await import('./config/help.ts');
  print(process.stderr, introduction());
  return USAGE;
}

import type { Scope } from '../../config/commands.ts';
import type { ClientName } from '../../config/kinds/client.ts';
import { type Format, isRecord, type Path, type Value } from './formats/format.ts';
import type { Machine } from './machine.ts';

/** How a client starts the bridge. */
export interface Entry {
  /** Absolute: clients that are no terminals have a bare PATH, or another Node on it. */
  readonly command: string;
  readonly args: readonly string[];
  /** Never a secret. */
  readonly env: Readonly<Record<string, string>>;
}

/** A program that starts MCP servers, and where and how it wants to be told of them. */
export interface Client {
  readonly title: string;
  readonly format: Format;
  /** Absolute files that are written, of which most clients have one; none where there is no such scope. */
  files(scope: Scope, machine: Machine): readonly string[];
  /** Files or folders that are there only where the client is. */
  signs(machine: Machine): readonly string[];
  /** A program on PATH that only the client brings. */
  readonly program?: string;
  /** Where the servers stand in the file. Some have moved them: the content of the file tells. */
  container(content: unknown): Path;
  /** The entry as the client writes it. */
  value(entry: Entry, name: string): Value;
  /** The client's own command, for its user scope. */
  readonly own?: OwnCommand;
  /** What else there is to do, for a client that keeps other servers where no program can write: paste what follows. */
  readonly alsoPasted?: string;
  /** What is to be done for the client to see a change. */
  readonly next: string;
}

/** Arguments of the client's program that put an entry into its configuration, and take one out. */
export interface OwnCommand {
  add(name: string, entry: Entry, value: Value): readonly string[];
  remove?(name: string): readonly string[];
}

export type Clients = Readonly<Record<ClientName, Client>>;

/** The shape that most have. */
export function plainValue({ args, command, env }: Entry): Value {
  return { command, args: [...args], ...(Object.keys(env).length === 0 ? {} : { env: { ...env } }) };
}

/** What a value starts, in any of the shapes; undefined for one that starts nothing, such as that of a remote server. */
export function startedBy(value: unknown): { readonly command: string; readonly args: readonly string[] } | undefined {
  if (!isRecord(value)) return undefined;
  const { args, cmd, command = cmd } = value;
  const [first, ...rest] = [command, args].flat().filter((word) => typeof word === 'string');
  return first === undefined ? undefined : { command: first, args: rest };
}

/** The value with another program in it, in the shape that it has. Everything else in it stays. */
export function restarted(value: Value, command: string, args: readonly string[]): Value {
  if (Array.isArray(value['command'])) return { ...value, command: [command, ...args] };
  return { ...value, [typeof value['cmd'] === 'string' ? 'cmd' : 'command']: command, args: [...args] };
}

import fc from 'fast-check';
import type { Kind } from './client.ts';
import { FATES, type Fate } from './server.ts';
import type { World } from './world.ts';

/** The commands need no model of their own: client and server keep what was said and done. */
export type Nothing = Record<string, never>;
type Command = fc.AsyncCommand<Nothing, World>;

function command(name: string, act: (world: World) => void): Command {
  return { check: () => true, run: async (_, world) => act(world), toString: () => name };
}

function ask(kind: Kind, fates: readonly Fate[]): Command {
  return command(`${kind} (${fates.join(', ')})`, ({ client, server }) => {
    const id = client.ask(kind);
    server.record(JSON.stringify(id)).fates.push(...fates);
  });
}

/** The handshake of a client that does not wait. */
function handshake(fates: readonly Fate[]): Command {
  return command(`handshake (${fates.join(', ')})`, ({ client, server }) => {
    const id = client.ask('initialize');
    server.record(JSON.stringify(id)).fates.push(...fates);
    client.notify('notifications/initialized');
  });
}

/** The oldest, the newest, or one between. */
function cancel(pick: number): Command {
  return command(`cancel ${pick}`, ({ client }) => {
    const { ids } = client;
    const id = ids[pick % Math.max(1, ids.length)];
    if (id !== undefined) client.cancel(id);
  });
}

/** Most attempts are answered: one that goes wrong is best seen between others that do not. */
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Fate>('answered') },
  { weight: 3, arbitrary: fc.constantFrom(...FATES) },
);
const fates = fc.array(fate, { maxLength: 4 });

const COMMANDS: fc.Arbitrary<Command>[] = [
  fc.tuple(fc.constantFrom<Kind>('write', 'read'), fates).map(([kind, all]) => ask(kind, all)),
  fc.tuple(fc.constantFrom<Kind>('write', 'read'), fates).map(([kind, all]) => ask(kind, all)),
  fc.nat(20).map(cancel),
  fc.constant(command('lose sessions', ({ server }) => server.loseSessions())),
  fc.constant(command('rotate token', ({ server }) => server.rotateToken())),
  fc
    .constantFrom(100, 1_000, 6_000, 31_000, 301_000)
    .map((ms) => command(`${ms} ms pass`, ({ clock }) => clock.advance(ms))),
  fc.constant(command('notify', ({ client }) => client.notify('notifications/progress', { progressToken: 1 }))),
  fates.map(handshake),
];

const HANDSHAKE = handshake([]);

/** Nearly every client begins with a handshake. */
export const scripts: fc.Arbitrary<Iterable<Command>> = fc.commands([fc.constant(HANDSHAKE), ...COMMANDS], {
  maxCommands: 24,
  size: 'max',
});

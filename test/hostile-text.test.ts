import { expect, test } from 'vitest';
import { workspaceHost } from '../src/databricks/host.ts';
import { managedMcp } from '../src/databricks/routes/managed-mcp.ts';
import { excerpt } from '../src/protocol/excerpt.ts';
import { readIncoming } from '../src/protocol/incoming.ts';
import { judge, sniff } from '../src/protocol/reply.ts';
import { retryAfterMs } from '../src/protocol/retry.ts';
import { Secrets } from '../src/protocol/secrets.ts';
import { isSoundSessionId } from '../src/protocol/session.ts';

const SIZE = 10 * 1024 * 1024;
/** Ten times what a quiet machine may take for all texts and one function, in milliseconds. */
const LIMIT_MS = 2_000;

/** What makes a careless expression try again at every character. */
const SEEDS = [
  'a',
  ' ',
  '\n',
  '\t:',
  '{',
  '<',
  '-',
  ':a/',
  'data:',
  'session ',
  'no valid ',
  'not a session',
  'Credential for user identity(',
  'login first to the connection',
  'Failed request to ',
  'connection x ',
  'IP access',
  'scope required ',
  'invalid token ',
  '-----BEGIN CERTIFICATE-----',
  '[ReqId: ',
  '%2e%2e/',
  '<<your',
  'dapi',
  'Mon, ',
  '0',
];

const ACCESS = { origin: 'https://x.cloud.databricks.com', token: 'dapi-0123456789' };
const route = managedMcp('github', 'test');
const headed = (text: string) => ({ status: 401, header: () => text.slice(0, 16_384), headerNames: () => [] });

const TAKERS: Readonly<Record<string, (text: string) => unknown>> = {
  'a body, sniffed': sniff,
  'a body, judged': (text) =>
    judge({
      status: 404,
      messages: readIncoming(text),
      text: () => text,
      sessionSent: true,
      callClass: 'safe',
      ids: ['1'],
    }),
  'a body, quoted': excerpt,
  'a refusal of the platform': (text) => route.fault(headed(text), text, ACCESS),
  'an error of the platform': (text) => route.faultInError(headed(text), text, ACCESS),
  'a Retry-After': (text) => retryAfterMs(text, 0),
  'a session id': isSoundSessionId,
  'a workspace host': workspaceHost,
  'a line of the log': (text) => new Secrets().scrub(text),
};

const TEXTS = SEEDS.map((seed) => seed.repeat(Math.ceil(SIZE / seed.length)));

test.each(Object.entries(TAKERS))(
  'ten million characters of anything cost %s next to nothing (T192)',
  (_what, take) => {
    for (const [nth, text] of TEXTS.entries()) {
      const since = performance.now();
      take(text);
      expect(performance.now() - since, SEEDS[nth]).toBeLessThan(LIMIT_MS);
    }
  },
);

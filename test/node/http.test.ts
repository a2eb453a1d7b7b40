import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openHttp } from '../../src/node/http.ts';
import type { HttpReply } from '../../src/ports.ts';

const KIB = 1024;
const UNSENT_MS = 5_000;

/** Asks a server that answers as it is told. */
async function ask(answer: (response: ServerResponse) => void): Promise<HttpReply> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(response));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const http = openHttp();
  onTestFinished(async () => {
    await http.close();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return http.send(
    { origin, method: 'POST', path: '/', headers: {}, body: '{}' },
    new AbortController().signal,
    UNSENT_MS,
  );
}

test.each([1, 31, 32, 64, 120, 255])('an answer of %i KiB comes as it is', async (size) => {
  const text = 'x'.repeat(size * KIB);
  const reply = await ask((response) => response.setHeader('content-length', text.length).end(text));
  expect(await textOf(reply)).toBe(text);
});

test('of an answer that stops on its way the head is known, and then what comes of the body', async () => {
  const [first, second] = ['a'.repeat(40 * KIB), 'b'.repeat(40 * KIB)];
  let goOn = () => {};
  const reply = await ask((response) => {
    response.setHeader('content-length', first.length + second.length).write(first);
    goOn = () => response.end(second);
  });
  expect(reply.status).toBe(200);
  goOn();
  expect(await textOf(reply)).toBe(first + second);
});

test('that an answer breaks off is said to the reader of its body', async () => {
  const reply = await ask((response) => {
    response.setHeader('content-length', 64 * KIB).write('a'.repeat(KIB), () => response.destroy());
  });
  await expect(textOf(reply)).rejects.toMatchObject({ sent: true });
});

async function textOf(reply: HttpReply): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of reply.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

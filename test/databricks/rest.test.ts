import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { get, refusal } from '../../src/databricks/rest.ts';
import { openHttp } from '../../src/node/http.ts';

const TOKEN = 'dapi-canary-0123456789abcdef';
const NEVER = new AbortController().signal;

/** Asks a server that answers by the given function. */
async function asking(answer: RequestListener, signal = NEVER, workspaceId?: string) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const http = openHttp();
  onTestFinished(async () => {
    await http.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const reply = get(http.send, { origin, token: TOKEN, workspaceId }, '/api/x?y=1', signal);
  return { reply, requests, origin };
}

test('an answer comes with status, headers and JSON, and the request brings token and workspace', async () => {
  const { reply, requests } = await asking(
    (_, response) => {
      response.writeHead(200, { 'x-databricks-org-id': '42' }).end('{"a":1}');
    },
    NEVER,
    '42',
  );
  const { header, json, status, text } = await reply;
  expect({ json, status, text, id: header('x-databricks-org-id') }).toEqual({
    json: { a: 1 },
    status: 200,
    text: '{"a":1}',
    id: '42',
  });
  expect(requests[0]).toMatchObject({
    method: 'GET',
    url: '/api/x?y=1',
    headers: { authorization: `Bearer ${TOKEN}`, accept: 'application/json', 'x-databricks-workspace-id': '42' },
  });
});

test('a redirect is an answer like others: it is not followed (T168, T169)', async () => {
  const { reply, requests } = await asking((_, response) => {
    response.writeHead(302, { location: '/login.html' }).end();
  });
  expect(await reply).toMatchObject({ status: 302, json: undefined, text: '' });
  expect(requests).toHaveLength(1);
});

test('what is no JSON is text', async () => {
  const { reply } = await asking((_, response) => {
    response.end('<html>');
  });
  expect(await reply).toMatchObject({ text: '<html>', json: undefined });
});

test('an answer without end is given up at 4 MiB (T187)', async () => {
  const { reply } = await asking((_, response) => {
    const more = () => {
      while (response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  });
  await expect(reply).rejects.toMatchObject({ kind: 'invalidUpstream', message: expect.stringContaining('4194304') });
});

test('where nothing listens, or the answer breaks off, the workspace is unreachable', async () => {
  const { reply } = await asking((_, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('x', () => response.destroy());
  });
  await expect(reply).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringMatching(/connection ended before the answer/),
  });
  const http = openHttp();
  onTestFinished(() => http.close());
  const nobody = get(http.send, { origin: 'http://127.0.0.1:1', token: TOKEN }, '/', NEVER);
  await expect(nobody).rejects.toMatchObject({
    kind: 'unreachable',
    message: 'The workspace cannot be reached: nothing listens there (ECONNREFUSED).',
  });
});

test('the signal ends the waiting, with its own reason', async () => {
  const stop = new AbortController();
  const { reply } = await asking(() => stop.abort(new Error('enough')), stop.signal);
  await expect(reply).rejects.toThrow('enough');
});

test.each([
  [403, '{"error_code":"PERMISSION_DENIED","message":"No."}', 'auth', /403 and said: PERMISSION_DENIED: No\.$/],
  [403, '{"error_code":403,"message":"Invalid access token."}', 'auth', /403 and said: Invalid access token\.$/],
  [404, '', 'upstreamHttp', /\/api\/x with HTTP status 404\.$/],
  [500, '<title>Oops</title>', 'upstreamHttp', /500 and said: Oops$/],
])('a status %s that says %j is one sentence', async (status, text, kind, message) => {
  const { reply } = await asking((_, response) => {
    response.writeHead(status).end(text);
  });
  expect(refusal(await reply, '/api/x')).toMatchObject({
    kind,
    message: expect.stringMatching(message),
    details: { httpStatus: status, outcome: 'rejected' },
  });
});

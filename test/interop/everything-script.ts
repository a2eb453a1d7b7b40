/** What a client asks of server-everything: all that it offers but requests of its own to the client. */

import { INITIALIZE, type Step, type VaryingField } from './conversation.ts';

/** The step in whose answer there is progress. */
export const LONG_RUNNING = 'a long-running tool';

const CLOCK_TIME = /\d{1,2}:\d{2}:\d{2}(?:\s[AP]M)?$/;
const UUID = /^[0-9a-f-]{36}$/;
const GUIDE = 'demo://resource/static/document/features.md';

/** Its dynamic resources tell at what time of day they were made. */
function madeAt(...path: VaryingField['path']): VaryingField {
  return {
    path: ['result', ...path],
    steady: (text) => text.replace(CLOCK_TIME, '(time)'),
    because: 'the time of day',
  };
}

function madeAtInBase64(...path: VaryingField['path']): VaryingField {
  const { steady, ...field } = madeAt(...path);
  return { ...field, steady: (blob) => steady(Buffer.from(blob, 'base64').toString()) };
}

export const EVERYTHING_SCRIPT: readonly Step[] = [
  INITIALIZE,
  { asks: 'ping', ask: ({ client }) => client.ping(), answered: 'result' },
  { asks: 'logging/setLevel', ask: ({ client }) => client.setLoggingLevel('debug'), answered: 'result' },
  { asks: 'tools/list', ask: ({ client }) => client.listTools(), answered: 'result' },
  { asks: 'an echo', ...callOf('echo', { message: '"φάρος"\\ 灯台\n🗼\u2028\u0000' }) },
  { asks: 'a sum of fractions', ...callOf('get-sum', { a: 0.1, b: 1e21 }) },
  { asks: 'an image', ...callOf('get-tiny-image') },
  { asks: 'annotated content', ...callOf('get-annotated-message', { messageType: 'error', includeImage: true }) },
  { asks: 'structured content', ...callOf('get-structured-content', { location: 'Chicago' }) },
  { asks: 'a row of links to resources', ...callOf('get-resource-links', { count: 10 }) },
  {
    asks: 'an embedded resource',
    ...callOf('get-resource-reference', { resourceType: 'Text', resourceId: 7 }),
    varies: [madeAt('content', 1, 'resource', 'text')],
  },
  { asks: 'a write', ...callOf('gzip-file-as-resource', { name: 'lamp.gz', data: 'data:text/plain,lit' }) },
  {
    asks: 'what was written',
    ask: ({ client }) => client.readResource({ uri: 'demo://resource/session/lamp.gz' }),
    answered: 'result',
  },
  {
    asks: LONG_RUNNING,
    // A token of the script's own in place of the client's option `onprogress`: both clients drop a progress that they
    // read from a pipe in one piece with the answer, whoever wrote it. It has come in by the transport all the same.
    ask: ({ client }) =>
      client.callTool({
        name: 'trigger-long-running-operation',
        arguments: { duration: 0.2, steps: 4 },
        _meta: { progressToken: 'lamp' },
      }),
    answered: 'result',
  },
  {
    asks: 'a tool that refuses its arguments',
    ...callOf('get-sum', { a: 'one' }),
    answered: 'refusal',
  },
  { asks: 'a tool that does not exist', ...callOf('no-such-tool'), answered: 'refusal' },
  {
    asks: 'a tool whose error carries data',
    ...callOf('trigger-url-elicitation', { url: 'https://example.com/', errorPath: true }),
    answered: 'error',
    varies: [
      {
        path: ['error', 'data', 'elicitations', 0, 'elicitationId'],
        steady: (id) => id.replace(UUID, '(random)'),
        because: 'a random id',
      },
    ],
  },
  { asks: 'resources/list', ask: ({ client }) => client.listResources(), answered: 'result' },
  { asks: 'resources/templates/list', ask: ({ client }) => client.listResourceTemplates(), answered: 'result' },
  { asks: 'a file', ask: ({ client }) => client.readResource({ uri: GUIDE }), answered: 'result' },
  {
    asks: 'a text by its template',
    ask: ({ client }) => client.readResource({ uri: 'demo://resource/dynamic/text/7' }),
    answered: 'result',
    varies: [madeAt('contents', 0, 'text')],
  },
  {
    asks: 'a blob by its template',
    ask: ({ client }) => client.readResource({ uri: 'demo://resource/dynamic/blob/7' }),
    answered: 'result',
    varies: [madeAtInBase64('contents', 0, 'blob')],
  },
  {
    asks: 'a resource that does not exist',
    ask: ({ client }) => client.readResource({ uri: 'demo://none' }),
    answered: 'error',
  },
  {
    asks: 'resources/subscribe',
    ask: ({ client }) => client.subscribeResource({ uri: GUIDE }),
    answered: 'result',
  },
  {
    asks: 'resources/unsubscribe',
    ask: ({ client }) => client.unsubscribeResource({ uri: GUIDE }),
    answered: 'result',
  },
  { asks: 'prompts/list', ask: ({ client }) => client.listPrompts(), answered: 'result' },
  { asks: 'a prompt', ask: ({ client }) => client.getPrompt({ name: 'simple-prompt' }), answered: 'result' },
  {
    asks: 'a prompt with arguments',
    ask: ({ client }) => client.getPrompt({ name: 'args-prompt', arguments: { city: 'Łódź' } }),
    answered: 'result',
  },
  {
    asks: 'a prompt with a resource in it',
    ask: ({ client }) =>
      client.getPrompt({ name: 'resource-prompt', arguments: { resourceType: 'Blob', resourceId: '3' } }),
    answered: 'result',
    varies: [madeAtInBase64('messages', 1, 'content', 'resource', 'blob')],
  },
  {
    asks: 'a prompt that lacks an argument',
    ask: ({ client }) => client.getPrompt({ name: 'args-prompt', arguments: {} }),
    answered: 'error',
  },
  {
    asks: 'a completion that depends on another argument',
    ask: ({ client }) =>
      client.complete({
        ref: { type: 'ref/prompt', name: 'completable-prompt' },
        argument: { name: 'name', value: '' },
        context: { arguments: { department: 'Sales' } },
      }),
    answered: 'result',
  },
  {
    asks: 'a completion for a template',
    ask: ({ client }) =>
      client.complete({
        ref: { type: 'ref/resource', uri: 'demo://resource/dynamic/text/{resourceId}' },
        argument: { name: 'resourceId', value: '7' },
      }),
    answered: 'result',
  },
];

function callOf(name: string, args: Record<string, unknown> = {}): Pick<Step, 'ask' | 'answered'> {
  return { ask: ({ client }) => client.callTool({ name, arguments: args }), answered: 'result' };
}

import { expect, test } from 'vitest';
import { raw } from '../support/canned.ts';
import { startScripted } from '../support/scripted.ts';

/** Texts of which JSON.parse followed by JSON.stringify changes most. */
const VALUES: readonly (readonly [what: string, json: string])[] = [
  ['an integer above 2^53 (T034)', '9007199254740993'],
  ['an integer of a hundred digits (T034)', '1234567890'.repeat(10)],
  ['a decimal of a hundred digits (T034)', `0.${'1234567890'.repeat(10)}`],
  ['floats, exponents and a negative zero (T034)', '[1.0,1e400,-0,-0.0,1E+2,0.10,1e-400]'],
  ['duplicate keys (T035)', '{"a":1,"a":2,"a":1}'],
  ['keys that an engine would sort (T035)', '{"b":1,"a":2,"2":3,"1":4,"01":5}'],
  ['escapes that need not be (T033)', String.raw`"\u0041\/\u00e9\u2028\"\\\b\f\n\r\t"`],
  ['lone surrogates (T012)', String.raw`["\ud800","\udc00x","\ud83d\ude00"]`],
  ['white space between tokens (T033)', '{ "a" :\t[ 1 ,  2 ] , "b":{ } }'],
  ['an empty key and a null (T033)', '{"":null," ":[[[]]]}'],
  ['prototype keys (T181)', '{"__proto__":{"polluted":true},"constructor":{"prototype":{}},"toString":1}'],
  ['emoji, right-to-left marks and combining characters (T042)', '"👩‍👩‍👧 \u202eabc\u202c Z̮̞̠͙͔ͅ ﷽ ؁ 田中さん"'],
  ['what a shell, SQL or a template would act on (T042)', `"$(id) \`id\` '; DROP TABLE x;-- {{7*7}} %00 <script>"`],
  ['controls that JSON allows raw (T042)', '"\u007f\u0080\u009b\ufeff\ufffe\u00ad"'],
];

test.each(VALUES)(
  'what reaches the server is the line itself, with members that nobody knows (T037): %s',
  async (_what, json) => {
    const { bridge, calls } = await startScripted();
    const text =
      `{ "params" : {"name":"t","arguments":${json}},"x-unknown":${json} ,"traceparent":"00-0af7651916cd43dd-01",` +
      `"method":"tools/call","id":1,"jsonrpc":"2.0" }`;
    bridge.send(text);
    await bridge.answer(1);
    expect(calls.map((call) => call.text)).toEqual([text]);
  },
);

test.each(VALUES)('what reaches the client is the answer itself: %s', async (_what, json) => {
  const answer = `{ "result" :{"content":${json},"_meta":${json}},"x-unknown":[${json}], "id":1,"jsonrpc":"2.0" }`;
  const { bridge } = await startScripted({ 'tools/call': () => raw(answer) });
  bridge.send('{"jsonrpc":"2.0","id":1,"method":"tools/call"}');
  await bridge.answer(1);
  expect(bridge.lines).toEqual([answer]);
});

test.each([
  ['an unknown request (T037)', '{"jsonrpc":"2.0","id":1,"method":"acme/things.v2","params":[1,"2",null]}'],
  ['an unknown notification (T037)', '{"jsonrpc":"2.0","method":"notifications/acme","params":{"_meta":{"k":1.0}}}'],
  ['an answer to the server (T057)', '{"jsonrpc":"2.0","id":"s-1","result":{"roots":[{"uri":"file:///"}]}}'],
  [
    'an error for the server (T057)',
    '{"jsonrpc":"2.0","error":{"code":-1.5e0,"message":"no","data":1.0},"id":9007199254740993}',
  ],
])('%s is forwarded as it is', async (_what, text) => {
  const { bridge, calls } = await startScripted({ 'notifications/acme': () => raw('', 202) });
  bridge.send(text);
  await bridge.finish();
  expect(calls.map((call) => call.text)).toEqual([text]);
});

test('members that look like those of the envelope stay inside the message (T180)', async () => {
  const { bridge, calls } = await startScripted();
  const text =
    '{"jsonrpc":"2.0","id":1,"method":"ping","connection_name":"other","sub_domain":"evil","path":"/x",' +
    '"headers":"{}","params":{"sub_domain":"evil"}}';
  bridge.send(text);
  await bridge.answer(1);
  const outer = JSON.parse(calls[0]?.outer.body ?? '');
  expect(outer).toMatchObject({ connection_name: 'github', path: '/', params: null, json: text });
  expect(outer).not.toHaveProperty('sub_domain');
});

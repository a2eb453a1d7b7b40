import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { raw } from '../support/canned.ts';
import { startScripted } from '../support/scripted.ts';

const MIB = 1024 * 1024;
const SIZES = [1, 10, 50];
/** By then the answer has filled whatever stands between the bridge and its client. */
const LATE_MS = 400;

/** An answer of so many bytes that is nowhere like another part of itself. */
function answerOf(bytes: number): string {
  const [start, end] = ['{"jsonrpc":"2.0","id":1,"result":"', '"}'];
  const length = bytes - start.length - end.length;
  const pieces: string[] = [];
  for (let at = 0; at < length; at += 1024) pieces.push(`${at} `.padEnd(1024, 'x'));
  return start + pieces.join('').slice(0, length) + end;
}

/** A digest, since no report should show fifty mebibytes that differ. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

test.each(SIZES)('an answer of %i MiB right before the end arrives whole (T153)', async (size) => {
  const answer = answerOf(size * MIB);
  const { bridge } = await startScripted({ 'tools/call': () => raw(answer) });
  bridge.send('{"jsonrpc":"2.0","id":1,"method":"tools/call"}');
  expect(await bridge.finish()).toEqual({ code: 0, signal: null });
  expect(bridge.lines.map(digest)).toEqual([digest(answer)]);
});

test.each(SIZES)('an answer of %i MiB arrives whole for a client that begins to read late (T153)', async (size) => {
  const answer = answerOf(size * MIB);
  const { bridge, arrived } = await startScripted({ 'tools/call': () => raw(answer) });
  bridge.child.stdout.pause();
  bridge.child.stdin.end('{"jsonrpc":"2.0","id":1,"method":"tools/call"}\n');
  await arrived('tools/call');
  await pause(LATE_MS);
  expect(bridge.lines).toEqual([]);
  bridge.child.stdout.resume();
  expect(await bridge.exit).toEqual({ code: 0, signal: null });
  expect(bridge.lines.map(digest)).toEqual([digest(answer)]);
});

test('SIGTERM after a large answer does not cut it for a client that reads (T148, T153)', async () => {
  const answer = answerOf(10 * MIB);
  const { bridge } = await startScripted({ 'tools/call': () => raw(answer) });
  const first = new Promise((resolve) => bridge.child.stdout.once('data', resolve));
  bridge.send('{"jsonrpc":"2.0","id":1,"method":"tools/call"}');
  await first;
  bridge.child.kill('SIGTERM');
  expect(await bridge.exit).toEqual({ code: 143, signal: null });
  expect(bridge.lines.map(digest)).toEqual([digest(answer)]);
});

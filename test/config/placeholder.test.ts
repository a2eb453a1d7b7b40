import { expect, it } from 'vitest';
import { placeholderIn } from '../../src/config/placeholder.ts';

it.each([
  ['<your-workspace>', '<your-workspace>'],
  ['https://<your-workspace>.cloud.databricks.com', '<your-workspace>'],
  ['X-Key: <token>', '<token>'],
  ['<your connection>', '<your connection>'],
  ['YOUR_TOKEN', 'YOUR_TOKEN'],
  ['https://YOUR-WORKSPACE.azuredatabricks.net', 'YOUR-WORKSPACE'],
  ['https://your-workspace.cloud.databricks.com', 'your-workspace'],
  ['...', '...'],
  ['https://...', 'https://...'],
  ['dapi...', 'dapi...'],
  ['dapiXXXXXXXXXXXX', 'dapiXXXXXXXXXXXX'],
  ['https://adb-xxxxxxxx.1.azuredatabricks.net', 'https://adb-xxxxxxxx'],
])('in %s the placeholder is %s', (text, placeholder) => {
  expect(placeholderIn(text)).toBe(placeholder);
});

it.each([
  'github_u2m_connection',
  'your_team_github',
  'https://adb-1234567890123456.7.azuredatabricks.net',
  'https://dbc-a1b2345c-d6e7.cloud.databricks.com',
  'dapi0123456789abcdef0123456789abcdef',
  '/x/issues/readonly',
  'X-Note: one ... two',
  'X-Link: <https://a.example/>',
])('%s has none', (text) => {
  expect(placeholderIn(text)).toBeUndefined();
});

import { describe, expect, it } from 'vitest';
import { difference } from '../../src/commands/install/difference.ts';

describe('the difference that is shown', () => {
  it('covers what may be a secret of another server, in every form of file (T160)', () => {
    const secrets = [
      '"GITHUB_PERSONAL_ACCESS_TOKEN": "sesame"',
      '"args": ["--header", "Authorization: Bearer sesame"]',
      "api_key = 'sesame'",
      'GOOSE_SECRET: sesame',
      '"x": "sesame9sesame9sesame9sesame9"',
      '"y": "dapi0123456789abcdefsesame0123456789"',
    ];
    for (const line of secrets) {
      const patch = difference('f', `{\n${line}\n}\n`, `{\n${line},\n"github": 1\n}\n`);
      expect(patch, line).not.toContain('sesame');
      expect(patch, line).toContain('***');
      expect(patch).toContain('+"github": 1\n');
    }
  });

  it('shows what is written as it is, long names too', () => {
    const ours = '"args": ["--connection", "github_u2m_connection_of_team_42"]';
    expect(difference('f', '{\n"a": 1\n}\n', `{\n"a": 1,\n${ours}\n}\n`)).toContain(`+${ours}\n`);
    expect(difference('f', undefined, `{\n${ours}\n}\n`)).toContain(
      `--- /dev/null\n+++ f\n@@ -0,0 +1,3 @@\n+{\n+${ours}\n`,
    );
  });

  it('covers a file that is one line, since ours and theirs are the same line there', () => {
    const before = '{"x":{"env":{"A_TOKEN":"sesame"}}}';
    expect(difference('f', before, before.replace('}}}', '}},"github":{}}'))).not.toContain('sesame');
  });
});

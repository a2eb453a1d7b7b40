import { describe, expect, it } from 'vitest';
import { connectionTarget, endpointTarget, serviceTarget, type Target } from '../../../src/databricks/targets.ts';
import type { Enquire } from '../../../src/ports.ts';
import { heardOf, placeOf } from './example.ts';

const listed =
  (...names: string[]): Enquire =>
  async () => ({ connections: names.map((name) => ({ name, connection_type: 'HTTP' })) });

async function hintFor(name: string, target: Target, enquire: Enquire): Promise<string | undefined> {
  return (await heardOf(name, placeOf(target))?.advised?.(enquire))?.hint;
}

describe('a connection that does not exist', () => {
  const target = connectionTarget('github_conn');

  it.each([
    [['github_con', 'jira'], 'github_con'],
    [['GitHub_Conn2', 'jira'], 'GitHub_Conn2'],
    [['jira', 'prod_github_connection_eu'], 'prod_github_connection_eu'],
  ])('of %j, %s may be meant', async (names, meant) => {
    expect(await hintFor('connection-missing', target, listed(...names))).toMatch(
      new RegExp(`^Did you mean ${meant}\\? Check --connection`),
    );
  });

  it('is set against the names that there are, where none of them is near', async () => {
    expect(await hintFor('connection-missing', target, listed('salesforce', 'jira'))).toMatch(
      /are jira, salesforce\. /,
    );
    expect(await hintFor('connection-missing', target, listed())).toMatch(/can see no HTTP connections there/);
    const many = Array.from({ length: 30 }, (_, index) => `warehouse_of_a_team_${index + 10}`);
    expect(await hintFor('connection-missing', target, listed(...many))).toMatch(/_17, \.\.\.\. /);
  });

  it('is looked for on all pages, among HTTP connections, and no name is taken that an option would not take', async () => {
    const pages: Readonly<Record<string, unknown>> = {
      '/api/2.1/unity-catalog/connections?max_results=0': {
        connections: [
          { name: 'github_con', connection_type: 'POSTGRESQL' },
          { name: 'github_conn; open https://evil.example', connection_type: 'HTTP' },
        ],
        next_page_token: 'a&b',
      },
      '/api/2.1/unity-catalog/connections?max_results=0&page_token=a%26b': {
        connections: [{ name: 'github_connection', connection_type: 'HTTP' }],
      },
    };
    const hint = await hintFor('connection-missing', target, async (path) => pages[path]);
    expect(hint).toMatch(/^Did you mean github_connection\?/);
  });

  it('of a service is looked for in its schema', async () => {
    const asked: string[] = [];
    const enquire: Enquire = async (path) => {
      asked.push(path);
      return { mcp_services: [{ name: 'mcp-services/system.ai.github' }] };
    };
    expect(await hintFor('connection-missing', serviceTarget('system.ai.gitub'), enquire)).toMatch(
      /^Did you mean system\.ai\.github\? Check --service/,
    );
    expect(asked).toEqual(['/api/2.1/unity-catalog/mcp-services?parent=schemas/system.ai&page_size=100&view=FULL']);
  });

  it('in a schema is looked for there, and called by its full name', async () => {
    const asked: string[] = [];
    const enquire: Enquire = async (path) => {
      asked.push(path);
      return { connections: [{ name: 'github', full_name: 'main.mcp.github', connection_type: 'HTTP' }] };
    };
    expect(await hintFor('connection-missing', connectionTarget('main.mcp.gitub'), enquire)).toMatch(
      /^Did you mean main\.mcp\.github\? Check --connection/,
    );
    expect(asked).toEqual(['/api/2.1/unity-catalog/connections?parent=schemas/main.mcp&max_results=0']);
  });

  it.each<[string, Enquire]>([
    ['refuses', () => Promise.reject(new Error('403'))],
    ['answers with something else', async () => 'hello'],
    ['answers with a list of something else', async () => ({ connections: [null, 1, { name: 2 }, []] })],
  ])('keeps its advice where the workspace %s', async (_, enquire) => {
    expect(await hintFor('connection-missing', target, enquire)).toMatch(/Check --connection, and that the host/);
  });

  it('asks nothing for an endpoint', async () => {
    expect(await hintFor('connection-missing', endpointTarget('/x'), () => Promise.reject(new Error('asked')))).toMatch(
      /^Check --url/,
    );
  });
});

describe('a privilege that is missing', () => {
  it('is asked for in the name of whoever calls', async () => {
    const hint = await hintFor('privilege-missing', connectionTarget('c'), async () => ({
      userName: 'ada@example.com',
    }));
    expect(hint).toBe('Ask its owner for: GRANT USE CONNECTION ON CONNECTION `c` TO `ada@example.com`');
  });

  it('quotes each part of a connection in a schema', async () => {
    const hint = await hintFor('privilege-missing', connectionTarget('main.mcp.github'), async () => ({
      userName: 'ada@example.com',
    }));
    expect(hint).toMatch(/ON CONNECTION `main`\.`mcp`\.`github` TO /);
  });

  it.each([
    ['is odd', async () => ({ userName: 'x`; DROP' })],
    ['is not told', () => Promise.reject(new Error('403'))],
  ])('keeps a gap where the name %s', async (_, enquire) => {
    expect(await hintFor('privilege-missing', connectionTarget('c'), enquire)).toMatch(/TO `<you>`$/);
  });
});

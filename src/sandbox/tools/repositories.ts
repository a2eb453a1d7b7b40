import * as z from 'zod';
import { page, perPage } from './arguments.ts';
import { pageOf } from './paging.ts';
import { matches, parseQuery } from './search-query.ts';
import { repositoryShape, userShape } from './shapes.ts';
import { defineTool, json, type Tool } from './tool.ts';

export const getMe: Tool = defineTool({
  name: 'get_me',
  annotations: { idempotentHint: false, readOnlyHint: true, title: 'Get my user profile' },
  description: 'Tells who is signed in: login, id and profile of the account that the other tools act for.',
  input: {},
  run: (store) => json(userShape(store.user)),
});

export const searchRepositories: Tool = defineTool({
  name: 'search_repositories',
  annotations: { idempotentHint: false, readOnlyHint: true, title: 'Search repositories' },
  description: 'Looks for repositories by words in their name and description, and by user, language or topic.',
  input: {
    minimal_output: z.boolean().default(true).describe('False asks for all that GitHub knows; here there is no more'),
    order: z.enum(['asc', 'desc']).optional().describe('Direction of the order'),
    page,
    perPage,
    query: z.string().describe('Words and qualifiers, such as `tides language:python` or `user:octo-sandbox`'),
    sort: z.enum(['stars', 'forks', 'help-wanted-issues', 'updated']).optional().describe('What to order by'),
  },
  run(store, args) {
    const query = parseQuery(args.query);
    const found = store.repositories().filter((repository) => {
      const { description, language, name, owner, topics } = repository;
      const facts = new Map([
        ['user', [owner]],
        ['org', [owner]],
        ['repo', [`${owner}/${name}`]],
        ['language', [language]],
        ['topic', topics],
      ]);
      return matches(query, `${name} ${description}`, facts);
    });
    if (args.sort === 'stars') found.sort((a, b) => b.stars - a.stars);
    if (args.sort === 'updated') found.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    if (args.sort !== undefined && args.order === 'asc') found.reverse();
    return json({
      total_count: found.length,
      incomplete_results: false,
      items: pageOf(found, args).map(repositoryShape),
    });
  },
});

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { missingFor, type ReleaseFacts, UNDECIDED_NAME } from '../../packaging/release/checks.ts';
import { sbom } from '../../packaging/release/sbom.ts';

const READY: ReleaseFacts = {
  name: 'uc-mcp-bridge',
  version: '1.2.3',
  mcpName: 'io.github.Owner/uc-mcp-bridge',
  repository: 'git+https://github.com/Owner/uc-mcp-bridge.git',
  changelog: '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-12-01\n',
  documents: { 'README.md': 'npx uc-mcp-bridge@1.2 install; npx ./uc-mcp-bridge-1.2.3.tgz; uc-mcp-bridge@1' },
  examplePin: 'uc-mcp-bridge@1.2',
  serverJson: { committed: '{}', made: '{}' },
  mcpbVersion: '1.2.3',
  changes: '',
  foreignTag: false,
};

describe('the checks of a release', () => {
  it('find nothing where everything agrees', () => {
    expect(missingFor(READY)).toEqual([]);
  });

  it.each<[string, Partial<ReleaseFacts>, RegExp]>([
    ['an undecided MCP name', { mcpName: UNDECIDED_NAME }, /^package\.json: "mcpName" is undecided/],
    ['an undecided repository', { repository: undefined }, /^package\.json: "repository" is undecided/],
    ['a missing section of the changelog', { changelog: '## [Unreleased]\n## [1.2.30] - 2026-12-01\n' }, /^CHANGELOG/],
    ['a server.json of another version', { serverJson: { committed: '{}', made: '[]' } }, /^packaging\/server\.json/],
    ['a bundle of another version', { mcpbVersion: '1.2.2' }, /^The manifest of the bundle has version 1\.2\.2/],
    ['an example of another version', { examplePin: 'uc-mcp-bridge@1.1' }, /PACKAGE is uc-mcp-bridge@1\.1/],
    ['a pin of another version', { documents: { 'README.md': 'uc-mcp-bridge@1.1' } }, /^README\.md: pins .*@1\.1\./],
    [
      'an archive of another version',
      { documents: { 'R.md': 'uc-mcp-bridge-1.2.2.tgz' } },
      /^R\.md: pins .*-1\.2\.2\./,
    ],
    ['changes that are not committed', { changes: ' M README.md\n' }, /^The working tree is not clean:\n M README/],
    ['a tag on another commit', { foreignTag: true }, /^The tag v1\.2\.3 leads to another commit/],
  ])('name %s, and nothing else', (_, change, expected) => {
    const missing = missingFor({ ...READY, ...change });
    expect(missing).toEqual([expect.stringMatching(expected)]);
  });

  it('know the name that stands for an undecided owner', () => {
    const isDecided = 'repository' in manifest;
    expect(manifest.mcpName === UNDECIDED_NAME).toBe(!isDecided);
  });
});

it('the SBOM has the form of CycloneDX 1.6, and one component for each bundled package', () => {
  const component = z.looseObject({
    type: z.enum(['application', 'library']),
    'bom-ref': z.string(),
    name: z.string(),
    version: z.string(),
    purl: z.string().regex(/^pkg:npm\/(?:%40[\w.-]+\/)?[\w.-]+@\d/),
    licenses: z.array(
      z.union([z.strictObject({ expression: z.string() }), z.strictObject({ license: z.object({ id: z.string() }) })]),
    ),
  });
  const schema = z.strictObject({
    $schema: z.string(),
    bomFormat: z.literal('CycloneDX'),
    specVersion: z.literal('1.6'),
    version: z.literal(1),
    metadata: z.strictObject({ component }),
    components: z.array(component),
    dependencies: z.array(z.looseObject({ ref: z.string() })),
  });
  const bundled = [
    { name: '@hono/node-server', version: '2.1.8', license: 'MIT' },
    { name: 'zod', version: '4.6.7', license: '(MIT OR Apache-2.0)' },
  ];
  const made = schema.parse(sbom(manifest, { commit: 'abc', bundled }));
  expect(made.components.map(({ purl }) => purl)).toEqual(['pkg:npm/%40hono/node-server@2.1.8', 'pkg:npm/zod@4.6.7']);
  expect(made.components[0]).toMatchObject({ group: '@hono', name: 'node-server' });
});

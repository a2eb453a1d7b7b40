/** Checks before a release. Each returns sentences about what is missing. */

export interface ReleaseFacts {
  readonly name: string;
  readonly version: string;
  /** Undefined until an owner has decided it. */
  readonly mcpName: string | undefined;
  readonly repository: string | undefined;
  readonly changelog: string;
  /** Documents that pin the package: their text by file name. */
  readonly documents: Readonly<Record<string, string>>;
  /** The range that examples use, such as `uc-mcp-bridge@0.1`. */
  readonly examplePin: string;
  /** `packaging/server.json` as it is, and as it has to be. */
  readonly serverJson: { readonly committed: string; readonly made: string };
  readonly mcpbVersion: unknown;
  /** Output of `git status --porcelain`. */
  readonly changes: string;
  /** Tags of this version that lead to another commit. */
  readonly foreignTag: boolean;
}

/** Stands in package.json as long as no owner is decided. */
export const UNDECIDED_NAME = 'io.github.uc-mcp-bridge/uc-mcp-bridge';

export function missingFor(facts: ReleaseFacts): readonly string[] {
  const { changelog, changes, examplePin, foreignTag, mcpName, mcpbVersion, name, repository, serverJson, version } =
    facts;
  const [major, minor] = version.split('.');
  const pin = `${name}@${major}.${minor}`;
  const missing = (isMissing: boolean, sentence: string) => (isMissing ? [sentence] : []);
  return [
    ...missing(
      mcpName === undefined || mcpName === UNDECIDED_NAME,
      `package.json: "mcpName" is undecided (${mcpName}). Set io.github.OWNER/${name}, in the owner's own spelling.`,
    ),
    ...missing(repository === undefined, 'package.json: "repository" is undecided. Set the address of the repository.'),
    ...missing(
      !new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d\\d-\\d\\d$`, 'm').test(changelog),
      `CHANGELOG.md: no section "## [${version}] - YYYY-MM-DD". Rename "Unreleased" when the release is decided.`,
    ),
    ...missing(
      serverJson.committed !== serverJson.made,
      'packaging/server.json: differs from the options and the version. Run npx vitest run test/packaging -u.',
    ),
    ...missing(mcpbVersion !== version, `The manifest of the bundle has version ${mcpbVersion}, not ${version}.`),
    ...missing(examplePin !== pin, `src/config/help.ts: PACKAGE is ${examplePin}. Set ${pin}.`),
    ...Object.entries(facts.documents).flatMap(([file, text]) =>
      wrongPins(text, name, version).map((wrong) => `${file}: pins ${wrong}. Write ${pin} or ${name}@${version}.`),
    ),
    ...missing(changes.trim() !== '', `The working tree is not clean:\n${changes.trimEnd()}`),
    ...missing(foreignTag, `The tag v${version} leads to another commit. Set a new version in package.json.`),
  ];
}

/** Pins and archive names of another version. */
function wrongPins(text: string, name: string, version: string): readonly string[] {
  const found = text.match(new RegExp(`${name}(?:@\\d[\\w.-]*\\w|-\\d+\\.\\d+\\.\\d+(?=\\.(?:tgz|mcpb)))`, 'g')) ?? [];
  const isRight = (pin: string) => {
    const number = pin.slice(name.length + 1);
    return version === number || version.startsWith(`${number}.`);
  };
  return [...new Set(found)].filter((pin) => !isRight(pin));
}

import { Store } from './store.ts';

/** Owner of every repository that the sandbox starts with. */
export const SANDBOX_OWNER = 'octo-sandbox';

/** A store with three small repositories, some issues and two pull requests, the same on every start. */
export function seededStore(): Store {
  const store = new Store({
    login: SANDBOX_OWNER,
    id: 9_000_001,
    name: 'Octo Sandbox',
    bio: 'Lives in memory and forgets everything when the sandbox stops.',
  });
  seedLighthouse(store);
  seedTideTables(store);
  seedFieldNotes(store);
  return store;
}

function seedLighthouse(store: Store): void {
  const repository = store.addRepository({
    owner: SANDBOX_OWNER,
    name: 'lighthouse',
    description: 'A status page for small harbours: which lights are lit, and since when',
    language: 'TypeScript',
    topics: ['status-page', 'typescript'],
    stars: 42,
  });
  store.writeFile(
    repository,
    'README.md',
    '# lighthouse\n\nShows which lights of a harbour are lit.\n\n    npm install\n    npm start\n',
  );
  store.writeFile(
    repository,
    'package.json',
    '{\n  "name": "lighthouse",\n  "version": "0.3.0",\n  "type": "module",\n  "private": true\n}\n',
  );
  store.writeFile(
    repository,
    'src/lamp.ts',
    "type Lamp = 'lit' | 'dark';\n\nfunction sentenceFor(lamp: Lamp): string {\n  return lamp === 'lit' ? 'The lamp is lit.' : 'The lamp is dark.';\n}\n",
  );
  store.writeFile(
    repository,
    'docs/deploy.md',
    '# Deploying\n\nBuild the image, then start it behind the harbour proxy.\n',
  );

  const flicker = store.createIssue(repository, {
    title: 'Lamp flickers between lit and dark when the sensor reconnects',
    body: 'After the sensor reconnects the page shows both states in turn for about a minute.\n\nExpected: the last known state until there is a new one.',
    labels: ['bug'],
    assignees: [SANDBOX_OWNER],
    author: 'harbour-master',
  });
  store.comment(repository, flicker, 'I can see it with the recorded data of last Tuesday.');
  store.createIssue(repository, {
    title: 'Show since when a lamp has been dark',
    body: 'A duration beside the state would save a phone call.',
    labels: ['enhancement', 'good first issue'],
    author: 'harbour-master',
  });
  const typo = store.createIssue(repository, { title: 'Typo in the deployment guide', labels: ['documentation'] });
  store.updateIssue(repository, typo, { state: 'closed' });

  store.openPullRequest(repository, {
    title: 'Keep the last known state while the sensor reconnects',
    body: 'Fixes #1.',
    labels: ['bug'],
    head: 'keep-last-state',
    files: [
      {
        path: 'src/lamp.ts',
        status: 'modified',
        additions: 1,
        deletions: 1,
        patch:
          "@@ -1,3 +1,3 @@\n-type Lamp = 'lit' | 'dark';\n+type Lamp = 'lit' | 'dark' | 'unknown';\n \n function sentenceFor(lamp: Lamp): string {",
      },
    ],
  });
}

function seedTideTables(store: Store): void {
  const repository = store.addRepository({
    owner: SANDBOX_OWNER,
    name: 'tide-tables',
    description: 'Reads tide predictions and answers when the water is high enough',
    language: 'Python',
    topics: ['tides', 'data'],
    stars: 17,
  });
  store.writeFile(repository, 'README.md', '# tide-tables\n\nAsk when a boat of a given draught can enter.\n');
  store.writeFile(
    repository,
    'tide_tables/__init__.py',
    'def high_enough(level_m: float, draught_m: float) -> bool:\n    return level_m - draught_m >= 0.5\n',
  );
  store.createIssue(repository, {
    title: 'Levels are off by an hour in the week after the clocks change',
    body: 'The table is in local time, the predictions are in UTC.',
    labels: ['bug'],
    author: 'quay-office',
  });
  store.openPullRequest(repository, {
    title: 'Describe the margin of half a metre',
    body: 'Says in the README why 0.5 is subtracted.',
    head: 'describe-margin',
    merged: true,
    files: [
      {
        path: 'README.md',
        status: 'modified',
        additions: 1,
        deletions: 0,
        patch:
          '@@ -3 +3,2 @@\n Ask when a boat of a given draught can enter.\n+Half a metre of water stays below the keel.',
      },
    ],
  });
}

function seedFieldNotes(store: Store): void {
  const repository = store.addRepository({
    owner: SANDBOX_OWNER,
    name: 'field-notes',
    description: 'Notes from the pier, in several scripts and with odd characters',
    language: 'Markdown',
    topics: ['notes', 'unicode'],
    stars: 3,
  });
  store.writeFile(
    repository,
    'notes/scripts.md',
    '# Scripts\n\nGreek: φάρος. Japanese: 灯台. Arabic: منارة. Emoji: 🗼🌊. Accents: phare éclairé, Leuchtfeuer süd.\n',
  );
  store.createIssue(repository, {
    title: 'Collect the word for lighthouse in more languages 🗼',
    body: 'Started in `notes/scripts.md`.',
    labels: ['help wanted'],
  });
}

// A stand-in for `databricks` and `az`: does what its plan says, and notes how it was run. What it prints is what the real
// ones print. [databricks/cli 1.13, cmd/auth/token.go; az account get-access-token]
const fs = require('node:fs');
const path = require('node:path');

const folder = path.dirname(process.argv[1]);
const file = (name) => path.join(folder, name);
const args = process.argv.slice(2);

let stdin;
try {
  stdin = fs.readFileSync(0, 'utf8');
} catch (error) {
  stdin = error.code;
}
fs.appendFileSync(
  file('runs.jsonl'),
  `${JSON.stringify({ pid: process.pid, args, cwd: process.cwd(), env: process.env, stdin })}\n`,
);
const nth = fs.readFileSync(file('runs.jsonl'), 'utf8').split('\n').length - 1;
const plan = JSON.parse(fs.readFileSync(file('plan.json'), 'utf8'));
const step = plan[Math.min(nth, plan.length) - 1];

function fail(text) {
  process.stderr.write(`Error: ${text}\n`);
  process.exitCode = 1;
}

const REAUTHENTICATE = 'To reauthenticate, run the following command:\n  $ databricks auth login';

const STEPS = {
  token: ({ lifeS = 3600, token }) => {
    const expiry = new Date(Date.now() + lifeS * 1000).toISOString().replace('Z', '123456Z');
    process.stdout.write(JSON.stringify({ access_token: token, token_type: 'Bearer', expiry }, undefined, 2));
  },
  azure: ({ token }) => {
    const expires = Math.round(Date.now() / 1000) + 3600;
    process.stdout.write(JSON.stringify({ accessToken: token, expires_on: expires, tokenType: 'Bearer' }));
  },
  print: ({ stdout = '', stderr = '', exitCode = 0 }) => {
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    process.exitCode = exitCode;
  },
  noise: ({ token }) => {
    process.stderr.write('noise '.repeat(1_750_000));
    STEPS.token({ token });
  },
  hang: () => setInterval(() => {}, 1000),
  race: () => fail('cache update: exit status 45'),
  noLogin: () => fail(`cache: databricks OAuth is not configured for this host.\n\n${REAUTHENTICATE}`),
  revoked: () => {
    fail(`A new access token could not be retrieved because the refresh token is invalid. ${REAUTHENTICATE}`);
  },
  ambiguous: () => fail('work and play match https://x.example in /home/ada/.databrickscfg. Use --profile to specify'),
  oldCli: () => fail('unknown flag: --profile'),
  // One login for several processes: whoever renews it at the same time as another fails as the real one does.
  shared: ({ tokens }) => {
    const cached = () => {
      try {
        return JSON.parse(fs.readFileSync(file('cache.json'), 'utf8'));
      } catch {
        return undefined;
      }
    };
    const found = cached();
    if (found !== undefined && !args.includes('--force-refresh')) {
      STEPS.token({ token: found.token });
      return;
    }
    try {
      fs.mkdirSync(file('lock'));
    } catch {
      STEPS.race();
      return;
    }
    setTimeout(() => {
      const used = found === undefined ? 0 : tokens.indexOf(found.token) + 1;
      fs.writeFileSync(file('cache.new'), JSON.stringify({ token: tokens[used] }));
      fs.renameSync(file('cache.new'), file('cache.json'));
      fs.rmdirSync(file('lock'));
      STEPS.token({ token: tokens[used] });
    }, 100);
  },
};

STEPS[step.does](step);

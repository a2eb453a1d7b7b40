// Stands for a browser and a user: opens the address, presses a button of the page, and follows the redirect.
const { appendFileSync } = require('node:fs');
const { log, decision = 'allow' } = JSON.parse(process.env.STAND_IN_BROWSER ?? '{}');
const address = process.argv[2];
if (log) appendFileSync(log, `${JSON.stringify({ address, env: process.env })}\n`);
async function browse() {
  if (decision === 'leave') return;
  const form = new URLSearchParams(new URL(address).search);
  form.set('decision', decision);
  const url = new URL('/oidc/v1/authorize/decision', address);
  const reply = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
  const page = await fetch(reply.headers.get('location'));
  if (log) appendFileSync(log, `${JSON.stringify({ status: page.status, page: await page.text() })}\n`);
}
browse().catch((error) => process.stderr.write(`${error}\n`));

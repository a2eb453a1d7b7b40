/** The user's part of a sign-in at the sandbox's identity provider, where no stand-in for a browser does it. */

/** Agrees at an authorize address, and follows the redirect. @returns the status of the callback page */
export async function approve(address: string): Promise<number> {
  return (await fetch(await callbackOf(address))).status;
}

/** Agrees at an authorize address. @returns the address to which the browser is sent then */
export async function callbackOf(address: string): Promise<string> {
  const form = new URLSearchParams(new URL(address).search);
  form.set('decision', 'allow');
  const page = new URL('/oidc/v1/authorize/decision', address);
  const reply = await fetch(page, { method: 'POST', body: form, redirect: 'manual' });
  return reply.headers.get('location') ?? '';
}

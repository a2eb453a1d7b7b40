import { invalidToken, noCredential } from './platform-error.ts';

/** Who a token stands for. */
export interface Principal {
  readonly id: string;
  /** A mail address; of a service principal, its application id. */
  readonly userName: string;
  readonly displayName: string;
}

/** Whom the personal access token of a sandboxed workspace stands for. */
export const SANDBOX_USER: Principal = {
  id: '4711',
  userName: 'octo@sandbox.example',
  displayName: 'Octo Sandbox',
};

/**
 * What every request meets first, whatever it asks for.
 *
 * @param holder - knows the tokens that are good at this moment
 * @throws PlatformError unless it brings one.
 */
export function checkToken(
  authorization: string | undefined,
  holder: (token: string) => Principal | undefined,
  requestId: string,
): Principal {
  const [, credential] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
  if (credential === undefined) throw noCredential(requestId);
  const principal = holder(credential);
  if (principal === undefined) throw invalidToken(requestId);
  return principal;
}

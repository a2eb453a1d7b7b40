import { invalidToken, noCredential } from './platform-error.ts';

/**
 * What every request meets first, whatever it asks for.
 *
 * @throws PlatformError unless it brings the token.
 */
export function checkToken(authorization: string | undefined, token: string, requestId: string): void {
  const [, credential] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
  if (credential === undefined) throw noCredential(requestId);
  if (credential !== token) throw invalidToken(requestId);
}

/**
 * What the workspace itself refuses, in Databricks' words. Texts and statuses marked (assumed) are not known from a real
 * workspace; the others are. [facts/databricks.md, sections 2 and 3]
 */

import type { Answer } from './answer.ts';

/** A refusal by the workspace: an answer whose body has `error_code` and `message`. */
export class PlatformError extends Error implements Answer {
  override readonly name = 'PlatformError';
  readonly status: number;
  /** A number where the door refuses, a name where the API does. */
  readonly errorCode: string | number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    errorCode: string | number,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.headers = { 'content-type': 'application/json', ...headers };
  }

  get body(): string {
    return JSON.stringify({ error_code: this.errorCode, message: this.message });
  }
}

export function noCredential(requestId: string): PlatformError {
  const message = `Credential was not sent or was of an unsupported type for this API. [ReqId: ${requestId}]`;
  return new PlatformError(401, 401, message, { 'www-authenticate': 'Bearer realm="DatabricksRealm"' });
}

export function invalidToken(requestId: string): PlatformError {
  const message = 'Invalid access token.';
  return new PlatformError(403, 403, `${message} [ReqId: ${requestId}]`, { 'x-databricks-reason-phrase': message });
}

export function endpointNotFound(method: string, path: string): PlatformError {
  return new PlatformError(404, 'ENDPOINT_NOT_FOUND', `No API found for '${method} ${path}'`);
}

/** (the status has been observed, the rest is assumed) */
export function methodNotAllowed(method: string, allowed: readonly string[]): PlatformError {
  return new PlatformError(405, 'METHOD_NOT_ALLOWED', `${method} is not supported here.`, {
    allow: allowed.join(', '),
  });
}

export function invalidParameter(message: string): PlatformError {
  return new PlatformError(400, 'INVALID_PARAMETER_VALUE', message);
}

export function invalidPath(path: string): PlatformError {
  return new PlatformError(400, 'INVALID_HTTP_REQUEST_PATH', `Path '${path}' must not contain '..'.`);
}

/** (assumed) */
export function connectionMissing(connection: string): PlatformError {
  return new PlatformError(404, 'CONNECTION_DOES_NOT_EXIST', `Connection '${connection}' does not exist.`);
}

/** (assumed, but for the name and the value of the limit) */
export function requestTooLarge(limitBytes: number): PlatformError {
  const message = `The request payload exceeds maxRequestPayloadSizeExternalFunctions (${limitBytes} bytes).`;
  return new PlatformError(413, 'REQUEST_ENTITY_TOO_LARGE', message);
}

/** @param url - of the server behind the connection, which cannot be reached or broke off (status assumed) */
export function failedRequest(url: string, cause: unknown): PlatformError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PlatformError(502, 'BAD_REQUEST', `Failed request to ${url}. Error: ${reason}`);
}

/** The examples of refusals, as the matcher gets them. */

import { faultInError, faultOf } from '../../../src/databricks/faults/fault.ts';
import type { Place } from '../../../src/databricks/faults/place.ts';
import type { Target } from '../../../src/databricks/targets.ts';
import type { Fault, HttpHead } from '../../../src/ports.ts';
import { faultNamed } from '../../../src/sandbox/faults.ts';

export function placeOf(target: Target): Place {
  return { origin: 'https://ws.example', workspaceId: '42', target };
}

export function head(status: number, headers: Readonly<Record<string, unknown>> = {}): HttpHead {
  return { status, header: (name) => headers[name] as string | undefined };
}

/** What is made of the example of that name: of its body, or of the JSON-RPC error in it. */
export function heardOf(name: string, place: Place): Fault | undefined {
  const { body, headers, status } = faultNamed(name).reply({ connection: place.target.id, text: '{"id":1}' });
  const text = String(body);
  const error = text.startsWith('{') ? JSON.parse(text).error : undefined;
  return error === undefined
    ? faultOf(head(status, headers), text, place)
    : faultInError(head(status, headers), error.message, place);
}

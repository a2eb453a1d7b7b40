/** The connections and MCP services that a workspace shows to the user who is signed in. */

import { CONNECTION } from '../../config/kinds/connection.ts';
import { SERVICE } from '../../config/kinds/service.ts';
import type { Asked } from '../../config/read.ts';
import { listConnections, listServices, SYSTEM_SCHEMA } from '../../databricks/catalog.ts';
import { createServices, secretsOf } from '../../pipeline.ts';
import { Problem } from '../../protocol/problem.ts';
import { questionsFor } from '../questions.ts';
import { SILENT } from '../silent.ts';

export interface Offer {
  readonly field: 'connection' | 'service';
  readonly name: string;
  /** True if the workspace says that it leads to an MCP server. */
  readonly isMarked: boolean;
}

const NOWHERE = { home: '', cwd: '' };

/** @throws Problem where the workspace cannot be asked */
export async function offersOf({ config, sources }: Asked<'install'>): Promise<readonly Offer[]> {
  const secrets = secretsOf(config);
  const services = await createServices({ config, sources, secrets, log: SILENT, onSignIn: () => {} });
  try {
    const { get } = questionsFor(services.wire);
    const [connections, ofSystem] = await Promise.all([
      listConnections(get('the list of connections')),
      // A workspace may lack this list, or hide it from the user.
      listServices(get('the MCP services'), SYSTEM_SCHEMA).catch((error) => {
        if (error instanceof Problem && error.details.httpStatus !== undefined) return [];
        throw error;
      }),
    ]);
    return [
      ...connections
        .filter(({ isMcp, name }) => isMcp !== 'no' && 'value' in CONNECTION.read(name, NOWHERE))
        .map(({ isMcp, name }) => ({ field: 'connection' as const, name, isMarked: isMcp === 'yes' })),
      ...ofSystem
        .filter(({ isConnectionDeleted, name }) => !isConnectionDeleted && 'value' in SERVICE.read(name, NOWHERE))
        .map(({ name }) => ({ field: 'service' as const, name, isMarked: true })),
    ];
  } finally {
    await services.close();
  }
}

import fc from 'fast-check';
import { scripts } from './commands.ts';
import { type RouteName, World } from './world.ts';

/**
 * T145: whatever is asked, lost, refused, cancelled and cut, in whatever order, and however it ends: each request is
 * answered once or was cancelled, what has effects runs once at most, and what the client is told is true.
 */
// biome-ignore lint/suspicious/noExplicitAny: what a case is made of is nobody's business
export const relayModel: fc.IAsyncProperty<any> = fc.asyncProperty(
  scripts,
  fc.scheduler(),
  fc.constantFrom<RouteName>('external-function', 'managed-mcp'),
  fc.constantFrom('end of stdin' as const, 'signal' as const),
  async (script, scheduler, route, ending) => {
    const world = new World(scheduler, route);
    await fc.scheduledModelRun(scheduler, () => ({ model: {}, real: world }), script);
    await world.end(ending);
  },
);

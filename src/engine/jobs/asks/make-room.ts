// The models of a workspace that are served at once share one amount of memory: before another is opened those that nobody
// asks give theirs back, the one idle for longest first.
import { requestJob } from '../../../runs/requests';
import { followEvents } from '../../../runs/follow';
import { askHealth, usualMemoryCap, type Health } from '../../serve';
import { offeredServers, type SharedServer } from './shared-server';

/** Most a model that is opened now is likely to hold beside its weights. */
const besideWeightsBytes = 512 * 2 ** 20;

interface Neighbour { readonly server: SharedServer; readonly health: Health }

/**
 * Ends idle servers of the workspace until a model of so many bytes of weights fits beside the others.
 * @param self job folder of the one that is being started.
 * @returns what that one may take: the rest of the shared amount.
 */
export async function makeRoom(root: string, self: string, weightBytes: number, capBytes = usualMemoryCap()): Promise<number> {
  const neighbours = (await Promise.all((await offeredServers(root)).filter(({ folder }) => folder !== self).map(async (server): Promise<Neighbour[]> => {
    const health = await askHealth(server.endpoint.url);
    return health ? [{ server, health }] : [];
  }))).flat();
  let heldBytes = neighbours.reduce((sum, { health }) => sum + health.memoryBytes, 0);
  for (const { server, health } of inOrderOfLeaving(neighbours)) {
    if (heldBytes + weightBytes + besideWeightsBytes <= capBytes) break;
    await requestJob(server.folder, 'stop');
    await untilEnded(server.folder);
    heldBytes -= health.memoryBytes;
  }
  return capBytes - heldBytes;
}

async function untilEnded(folder: string): Promise<void> {
  const events = followEvents(folder, { untilEnded: true });
  while (!(await events.next()).done);
}

/** Those at work stay. */
export function inOrderOfLeaving<T extends { readonly health: Pick<Health, 'requests' | 'idleMs'> }>(neighbours: readonly T[]): T[] {
  return neighbours.filter(({ health }) => health.requests === 0).sort((a, b) => b.health.idleMs - a.health.idleMs);
}

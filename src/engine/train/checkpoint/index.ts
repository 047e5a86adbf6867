// Checkpoints of a run: taken while training waits, written while it goes on, and read again.
import { takeSnapshot, type CheckpointContent } from './snapshot';
import { writeSnapshot } from './write';

export { readMoments } from './moments';
export { takeSnapshot, type CheckpointContent, type CheckpointSnapshot } from './snapshot';
export { CheckpointThread } from './thread';

/** Writes `checkpoints`/step-N in this thread and returns its path. */
export async function writeCheckpoint(checkpoints: string, content: CheckpointContent): Promise<string> {
  const snapshot = await takeSnapshot(checkpoints, content);
  await writeSnapshot(snapshot);
  return snapshot.final;
}

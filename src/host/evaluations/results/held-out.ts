// Held-out bits per byte of a run at one of its checkpoints, by domain where the run says it, else by set. No vscode.
import path from 'node:path';
import { readEvents } from '../../../runs/events';

/** Empty when it was not measured there. */
export async function readBitsPerByte(runFolder: string, checkpoint: string): Promise<Record<string, number>> {
  const step = Number(/^step-(\d+)$/.exec(path.posix.basename(checkpoint))?.[1] ?? NaN);
  const events = await readEvents(runFolder).catch(() => []);
  const found: Record<string, number> = {};
  for (const event of events) {
    if (event.type !== 'metrics' || event.step > step) continue;
    for (const [key, value] of Object.entries(event.metrics)) {
      const name = /^heldout\/(.+)\/bitsPerByte$/.exec(key)?.[1];
      if (name !== undefined && typeof value === 'number') found[name] = value;
    }
  }
  const domains = Object.entries(found).flatMap(([name, value]) => (name.startsWith('domain/') ? [[name.slice('domain/'.length), value] as const] : []));
  const inDomains = new Set(domains.map(([name]) => name));
  return { ...Object.fromEntries(domains), ...Object.fromEntries(Object.entries(found).filter(([name]) => !name.startsWith('domain/') && !inDomains.has(name))) };
}

// The thread that writes checkpoints: one snapshot after the other.
import { parentPort } from 'node:worker_threads';
import type { WriterReply } from './messages';
import type { CheckpointSnapshot } from './snapshot';
import { writeSnapshot } from './write';

const port = parentPort;
if (!port) throw new Error('checkpoint-writer runs as a worker thread only.');

const send = (reply: WriterReply): void => { port.postMessage(reply); };

port.on('message', (snapshot: CheckpointSnapshot) => {
  writeSnapshot(snapshot).then(() => { send({ type: 'written' }); }, (thrown: unknown) => {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const said = (key: 'code' | 'path' | 'stack'): object => {
      const value = (error as Error & Readonly<Record<string, unknown>>)[key];
      return typeof value === 'string' ? { [key]: value } : {};
    };
    send({ type: 'failed', message: error.message, ...said('code'), ...said('path'), ...said('stack') });
  });
});

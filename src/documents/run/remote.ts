// A trainer on another machine that shares a file system with this one: keys of `scaleout.remote` in a run file.
import { z } from 'zod';

const folder = z.string().regex(/^(?:\/|[A-Za-z]:[\\/])/, 'a folder from the root on');

export const remoteSchema = z.strictObject({
  command: z.array(z.string().min(1)).min(1).describe('What starts a shell there: [ssh, gpu1]. `bash -s` is put behind it and is spoken to by its standard input; it must ask for no password.'),
  paths: z.record(folder, folder).default({}).describe('Folders here, and the path each has there: { /home/me: /mnt/home/me }. A folder under none of them has the same path on both machines.'),
});
export type RemoteSettings = z.infer<typeof remoteSchema>;

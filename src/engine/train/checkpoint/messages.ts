// Between training and the thread that writes its checkpoints: a snapshot goes there, one reply comes back for each.

export const momentsFile = 'optimizer.safetensors';

export type WriterReply =
  | { readonly type: 'written' }
  /** What the file system said; `code` such as ENOSPC, `path` where. */
  | { readonly type: 'failed'; readonly message: string; readonly code?: string; readonly path?: string; readonly stack?: string };

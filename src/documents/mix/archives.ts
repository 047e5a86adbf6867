// Archives are not read: which of their files are documents, and in which form, is for their owner to say by unpacking them.

const archive = /\.(zip|7z|rar|tar|tgz|tbz2?|txz|tar\.(gz|zst|bz2|xz))$/i;

/** By its name. `.gz` and `.zst` alone are one compressed file, and read. */
export function isArchive(name: string): boolean {
  return archive.test(name);
}

export const unpackFirst = 'Unpack it into a folder of its own, and name that folder.';

// How far a download is, told as often as is worth reading.

/** Hears of the bytes of each file as they arrive; what it throws as Stopped ends the download, which can go on later. */
export type OnProgress = (file: string, doneBytes: number, totalBytes: number) => void;

const stepFraction = 0.05;

/** Tells the first bytes of each file, its end, and every twentieth of it between. */
export function sparseProgress(tell: OnProgress): OnProgress {
  const told = new Map<string, number>();
  return (file, doneBytes, totalBytes) => {
    const fraction = totalBytes === 0 ? 1 : doneBytes / totalBytes;
    const before = told.get(file);
    if (before !== undefined && fraction < 1 && fraction - before < stepFraction) return;
    told.set(file, fraction);
    tell(file, doneBytes, totalBytes);
  };
}

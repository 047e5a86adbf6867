// Windows refuses to rename or open a file that a scanner or a reader holds for a moment; a few tries later it works.

const busyCodes = new Set(['EPERM', 'EACCES', 'EBUSY']);
const waitsMs = [1, 5, 20, 50, 100, 200, 400, 800];

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Runs `action` again while Windows says the file is busy, for about 1.5 seconds; elsewhere once. */
export function retryWhileBusy<T>(action: () => T, platform: NodeJS.Platform = process.platform): T {
  for (let attempt = 0; ; attempt++) {
    try {
      return action();
    } catch (error) {
      const waitMs = waitsMs[attempt];
      if (platform !== 'win32' || waitMs === undefined || !busyCodes.has(errorCode(error) ?? '')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
    }
  }
}

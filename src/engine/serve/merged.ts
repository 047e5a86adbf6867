// Several streams as one, each element as soon as it is there.

/** Elements of all sources; those of one source keep their order. Ends when all have, or with the first error. */
export async function* merged<T>(sources: readonly AsyncGenerator<T, void>[]): AsyncGenerator<T, void> {
  const inbox: T[] = [];
  let wake: () => void = () => undefined;
  let left = sources.length;
  const failures: unknown[] = [];
  for (const source of sources) {
    void (async () => {
      try {
        for await (const element of source) {
          inbox.push(element);
          wake();
        }
      } catch (error) {
        failures.push(error);
      } finally {
        left -= 1;
        wake();
      }
    })();
  }
  for (;;) {
    while (inbox.length > 0) yield inbox.shift()!;
    if (failures.length > 0) throw failures[0];
    if (left === 0) return;
    await new Promise<void>((resolve) => { wake = resolve; });
  }
}

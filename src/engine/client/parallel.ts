// Several calls at once, never more than the endpoint bears.

/**
 * Results in the order they come. After a failure nothing new is begun; what is under way is waited for and given first,
 * since it may have been paid for, and then the failure is thrown. Leaving the loop waits for what is under way too.
 */
export async function* inParallel<T, R>(items: Iterable<T>, limit: number, work: (item: T) => Promise<R>): AsyncGenerator<R, void> {
  const waiting = items[Symbol.iterator]();
  const underWay = new Set<Promise<void>>();
  const ready: R[] = [];
  let failure: { readonly reason: unknown } | undefined;
  const begin = (): boolean => {
    const next = waiting.next();
    if (next.done) return false;
    const call = work(next.value).then((result) => { ready.push(result); }, (reason: unknown) => { failure ??= { reason }; }).finally(() => { underWay.delete(call); });
    underWay.add(call);
    return true;
  };
  try {
    for (;;) {
      while (!failure && underWay.size < limit && begin()) { /* Up to the limit. */ }
      if (underWay.size === 0 && ready.length === 0) break;
      if (ready.length === 0) await Promise.race(underWay);
      yield* ready.splice(0);
    }
  } finally {
    await Promise.all(underWay);
  }
  if (failure) throw failure.reason;
}

/** Waits for the end of results that are kept elsewhere. */
export async function allOf(results: AsyncIterable<unknown>): Promise<void> {
  const all = results[Symbol.asyncIterator]();
  while (!(await all.next()).done) { /* Kept elsewhere. */ }
}

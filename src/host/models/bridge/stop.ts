// Ends a streamed answer before the first stop text: models behind the editor need not know stop texts.

/** What may still become a stop text is held back; leaving the loop ends the request. */
export async function* untilStop(parts: AsyncIterable<string>, stops: readonly string[]): AsyncGenerator<string> {
  const longest = Math.max(0, ...stops.map((stop) => stop.length));
  let held = '';
  for await (const part of parts) {
    held += part;
    const ends = stops.map((stop) => held.indexOf(stop)).filter((at) => at >= 0);
    if (ends.length > 0) {
      const text = held.slice(0, Math.min(...ends));
      if (text !== '') yield text;
      return;
    }
    const safe = held.length - Math.max(0, longest - 1);
    if (safe > 0) {
      yield held.slice(0, safe);
      held = held.slice(safe);
    }
  }
  if (held !== '') yield held;
}

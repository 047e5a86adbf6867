// Server-sent events of a response body: the data of each event, until the body ends or `[DONE]` comes.
import { createParser } from 'eventsource-parser';

/** Longest single event (characters): a server that never ends a line must not fill memory. */
const longestEvent = 16 * 1024 * 1024;

/** Yields the data of every event; returns true when the stream was ended by `[DONE]`. Chunks may be cut at any byte. */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, boolean> {
  const ready: string[] = [];
  const parser = createParser({
    onEvent: (event) => { ready.push(event.data); },
    onError: (error) => { if (error.type === 'max-buffer-size-exceeded') throw error; },
    maxBufferSize: longestEvent,
  });
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    for (const data of ready.splice(0)) {
      if (data.trim() === '[DONE]') return true;
      yield data;
    }
  }
  return false;
}

// HTTP and JSON under the model client: retries, time limits, failures. Knows nothing of what is asked.
import type { z } from 'zod';
import { Stopped, UserError } from '../../base/errors/problem';
import type { ClientOptions, StreamOptions } from './client';
import { exchange, textOf, type HttpAnswer } from './http';
import { connectionFailure, formFailure, httpFailure, timeoutFailure } from './failure';
import { defaultRetryPolicy, parseRetryAfter, systemClock, TryFailed, withRetries, type Clock, type RetryPolicy } from './retry';
import { readEvents } from './sse';
import { TimeLimit } from './time-limit';
import { readUsage, streamPartSchema, type StreamPart } from './wire';

type Body = Readonly<Record<string, unknown>>;

export class Transport {
  readonly #apiKey: string | undefined;
  readonly #timeoutMs: number;
  readonly #policy: RetryPolicy;
  readonly #clock: Clock;
  readonly #unreachableNext: string | undefined;

  constructor(readonly base: string, options: ClientOptions) {
    this.#apiKey = options.apiKey;
    this.#timeoutMs = options.timeoutMs ?? 120_000;
    this.#policy = { ...defaultRetryPolicy, retries: options.retries ?? 4 };
    this.#clock = options.clock ?? systemClock;
    this.#unreachableNext = options.unreachableNext;
  }

  /** `body` undefined is a GET. */
  async json<S extends z.ZodType>(path: string, body: Body | undefined, texts: readonly string[], schema: S, signal: AbortSignal | undefined): Promise<z.infer<S>> {
    return withRetries(async () => {
      const limit = new TimeLimit(this.#timeoutMs, signal);
      try {
        return parseAnswer(await textOf(await this.#open(path, body, texts, limit)), schema, this.base + path);
      } catch (error) {
        throw this.#failed(error, path, limit);
      } finally {
        limit.clear();
      }
    }, this.#policy, this.#clock, signal);
  }

  /** Tried again only until the answer starts: after that a repeat would give its parts twice. */
  async* stream(path: string, body: Body, texts: readonly string[], { signal, onUsage }: StreamOptions): AsyncGenerator<StreamPart, void> {
    const { answer, limit } = await withRetries(async () => {
      const limit = new TimeLimit(this.#timeoutMs, signal);
      try {
        return { answer: await this.#open(path, { ...body, stream: true, ...(onUsage ? { stream_options: { include_usage: true } } : {}) }, texts, limit), limit };
      } catch (error) {
        limit.clear();
        throw this.#failed(error, path, limit);
      }
    }, this.#policy, this.#clock, signal);
    try {
      yield* this.#parts(answer, path, texts, limit, onUsage);
    } catch (error) {
      if (signal?.aborted) throw new Stopped();
      const failure = this.#failed(error, path, limit);
      throw failure instanceof TryFailed ? failure.giveUp : failure;
    } finally {
      limit.abort();
    }
  }

  async* #parts(answer: HttpAnswer, path: string, texts: readonly string[], limit: TimeLimit, onUsage: StreamOptions['onUsage']): AsyncGenerator<StreamPart, void> {
    const endpoint = this.base + path;
    const events = readEvents(answer.body);
    const open = new Set<number>();
    let finished = 0;
    for (;;) {
      limit.restart();
      const next = await events.next();
      limit.pause();
      if (next.done) {
        if (open.size === 0 && (next.value || finished > 0)) return;
        throw formFailure(endpoint, 'a stream that broke off before its end');
      }
      if (/^\s*\{\s*"error"/.test(next.value)) throw httpFailure(endpoint, answer.status, next.value, { apiKey: this.#apiKey, texts });
      const { choices, usage } = parseAnswer(next.value, streamPartSchema, endpoint);
      const counts = readUsage(usage);
      if (counts) onUsage?.(counts);
      for (const choice of choices) {
        const finishReason = choice.finish_reason ?? undefined;
        if (finishReason === undefined) open.add(choice.index);
        else {
          open.delete(choice.index);
          finished += 1;
        }
        yield { index: choice.index, text: choice.delta?.content ?? choice.text ?? '', finishReason };
      }
    }
  }

  async #open(path: string, body: Body | undefined, texts: readonly string[], limit: TimeLimit): Promise<HttpAnswer> {
    const answer = await exchange({
      url: this.base + path,
      headers: this.#apiKey === undefined ? {} : { authorization: `Bearer ${this.#apiKey}` },
      body: body && JSON.stringify(body),
      signal: limit.signal,
    });
    const { status } = answer;
    if (status >= 200 && status < 300) return answer;
    const failure = httpFailure(this.base + path, status, await textOf(answer), { apiKey: this.#apiKey, texts });
    throw new TryFailed(failure, status === 429 || status >= 500, parseRetryAfter(answer.headers['retry-after'], this.#clock.now()));
  }

  /** Sorts a failed try: what is already judged passes, a time limit and a broken connection may be tried again. */
  #failed(error: unknown, path: string, limit: TimeLimit): Error {
    if (error instanceof TryFailed || error instanceof UserError) return error;
    if (limit.exceeded) return new TryFailed(timeoutFailure(this.base + path, this.#timeoutMs), true);
    return new TryFailed(connectionFailure(this.base + path, error, this.#unreachableNext), true);
  }
}

function parseAnswer<S extends z.ZodType>(text: string, schema: S, endpoint: string): z.infer<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw formFailure(endpoint, /^\s*</.test(text) ? 'a web page' : 'something that is not JSON');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw formFailure(endpoint, `JSON of another form (${issue.path.map(String).join('.') || 'top level'}: ${issue.message})`);
}

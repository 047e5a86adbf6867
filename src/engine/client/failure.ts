// What an endpoint's refusal becomes: one message with endpoint, status and next step, without keys and without the
// text that was sent, which servers like to echo and which may speak of patients.
import { userError, type UserError } from '../../base/errors/problem';

/** Longest part of a server's own message that is passed on (characters). */
const longestDetail = 300;
/** A server's message that repeats this many characters of the request is left out. */
const echoLength = 24;

export interface RequestSecrets {
  readonly apiKey: string | undefined;
  /** Texts sent. */
  readonly texts: readonly string[];
}

export function httpFailure(endpoint: string, status: number, body: string, secrets: RequestSecrets): UserError {
  const detail = serverMessage(body, secrets);
  return userError({
    code: `endpoint-${status}`, key: endpoint, value: `HTTP ${status}`,
    message: `the endpoint refused the request${detail === undefined ? '' : `: ${detail}`}`,
    next: nextStep(status),
  });
}

/** @param next instead of the usual advice. */
export function connectionFailure(endpoint: string, error: unknown, next = 'Check that it runs and that the address is right, then run the command again: answers so far are kept.'): UserError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  return userError({
    code: 'endpoint-unreachable', key: endpoint, ...(code === undefined ? {} : { value: code }),
    message: 'no answer from the endpoint', next,
  });
}

export function timeoutFailure(endpoint: string, timeoutMs: number): UserError {
  return userError({
    code: 'endpoint-timeout', key: endpoint, value: `${timeoutMs} ms`,
    message: 'the endpoint did not answer in time', next: 'Check its load, or allow more time, then run the command again: answers so far are kept.',
  });
}

export function formFailure(endpoint: string, what: string): UserError {
  return userError({
    code: 'endpoint-form', key: endpoint,
    message: `the endpoint answered with ${what}`, next: 'Check that the address ends where /chat/completions begins, usually in /v1, and that it speaks the OpenAI API.',
  });
}

function nextStep(status: number): string {
  if (status >= 300 && status < 400) return 'Give the address it redirects to: redirects are not followed.';
  if (status === 401 || status === 403) return 'Check the key: it is read from an environment variable.';
  if (status === 404) return 'Check the address (usually ending in /v1) and the name of the model.';
  if (status === 429) return 'The endpoint limits requests: wait, then run the command again; answers so far are kept.';
  if (status >= 500) return 'The endpoint is in trouble: try again later; answers so far are kept.';
  return 'Change the request as the endpoint says.';
}

function serverMessage(body: string, secrets: RequestSecrets): string | undefined {
  const message = messageOf(body);
  if (message === undefined || message.trim() === '') return undefined;
  const leaks = (secrets.apiKey !== undefined && secrets.apiKey !== '' && message.includes(secrets.apiKey)) || echoes(message, secrets.texts);
  return leaks ? undefined : message.replace(/\s+/g, ' ').slice(0, longestDetail);
}

function messageOf(body: string): string | undefined {
  try {
    const { error, message, detail } = JSON.parse(body) as { error?: { message?: unknown } | string; message?: unknown; detail?: unknown };
    const found = typeof error === 'object' ? error.message : (error ?? message ?? detail);
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
}

function echoes(message: string, texts: readonly string[]): boolean {
  for (let start = 0; start + echoLength <= message.length; start++) {
    const part = message.slice(start, start + echoLength);
    if (texts.some((text) => text.includes(part))) return true;
  }
  return texts.some((text) => text !== '' && text.length < echoLength && message.includes(text));
}

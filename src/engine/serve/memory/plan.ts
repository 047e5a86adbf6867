// How the memory a server may take is shared out: what the process holds once the model is open, room to compute in, and
// the rest among keys and values of sequences under way, those kept of earlier ones, and answers not sent yet.
import { freemem, totalmem } from 'node:os';
import { userError } from '../../../base/errors/problem';
import { formatBytes } from '../../../base/text/bytes';

const mebibyte = 2 ** 20;
/** For the garbage of two V8 heaps, requests being read, and what the estimates leave out. */
const slackBytes = 192 * mebibyte;
const mostKeyValueBytes = 1024 * mebibyte;
const mostPrefixBytes = 256 * mebibyte;
const mostAnswerBytes = 1024 * mebibyte;
/** A cache grows by half its length at a time. */
const growth = 1.5;
/** A model that may look at fewer tokens is of no use. */
const fewestTokens = 128;

export interface MemoryNeeds {
  /** Most the whole process may hold. */
  readonly capBytes: number;
  /** What it holds already, the model's weights with it. */
  readonly heldBytes: number;
  /** For one forward pass. */
  readonly passBytes: number;
  /** Keys and values of one token in all layers. */
  readonly bytesPerToken: number;
  /** Tokens the model was made for. */
  readonly maxPositions: number;
}

export interface MemoryPlan {
  readonly keyValueBytes: number;
  readonly prefixBytes: number;
  readonly answerBytes: number;
  /** To be set aside for one token of a sequence. */
  readonly bytesPerToken: number;
  /** Tokens of prompt and answer together: the model's own, or as many as there is memory for. */
  readonly contextLength: number;
}

/** Half of this machine's memory, since an editor and other models want some too. */
export function usualMemoryCap(): number {
  return Math.floor(totalmem() / 2);
}

/** Throws a user error when too little is left for the model to say anything. */
export function planMemory(needs: MemoryNeeds): MemoryPlan {
  const bytesPerToken = Math.ceil(needs.bytesPerToken * growth);
  const room = needs.capBytes - needs.heldBytes - needs.passBytes - slackBytes;
  const prefixBytes = Math.min(mostPrefixBytes, Math.floor(room / 8));
  const answerBytes = Math.min(mostAnswerBytes, Math.floor(room / 4));
  const keyValueBytes = Math.min(mostKeyValueBytes, room - prefixBytes - answerBytes);
  const contextLength = Math.min(needs.maxPositions, Math.floor(keyValueBytes / bytesPerToken));
  if (contextLength < Math.min(fewestTokens, needs.maxPositions)) {
    throw tooLittle(needs.capBytes, needs.capBytes - room + Math.ceil(2 * fewestTokens * bytesPerToken));
  }
  return { keyValueBytes, prefixBytes, answerBytes, bytesPerToken, contextLength };
}

/** Before anything is read: throws when the weights alone are more than the process may hold. */
export function assertWeightsFit(capBytes: number, weightBytes: number): void {
  const neededBytes = process.memoryUsage.rss() + weightBytes + slackBytes;
  if (neededBytes > capBytes) throw tooLittle(capBytes, neededBytes);
}

function tooLittle(capBytes: number, neededBytes: number): Error {
  return userError({
    code: 'serve-memory', key: 'memory', value: formatBytes(capBytes),
    message: `this model needs about ${formatBytes(neededBytes)} of memory to be served and may take ${formatBytes(capBytes)}; ${formatBytes(freemem())} of this machine's ${formatBytes(totalmem())} are free`,
    next: 'Allow more with --memory, or serve a smaller model.',
  });
}

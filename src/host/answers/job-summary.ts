// What stands in a prompt job's results/summary.json beside the answers: the likelihood score, and what was spent.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { AnswersVariant } from '../../protocol/panels/answers';
import { jobPath } from '../../runs/layout';

export interface JobSummary {
  readonly likelihood: AnswersVariant['likelihood'];
  readonly spent?: { readonly calls: number; readonly promptTokens: number; readonly completionTokens: number };
}

const notYet = { reason: 'not scored yet' };

/** Reads it again when it changed. */
export class JobSummaryReader {
  readonly #file: string;
  #stamp = '';
  #summary: JobSummary = { likelihood: notYet };

  constructor(folder: string) {
    this.#file = path.join(jobPath(folder, 'results'), 'summary.json');
  }

  get summary(): JobSummary {
    return this.#summary;
  }

  /** True when it changed. */
  async look(): Promise<boolean> {
    const now = await stat(this.#file).catch(() => undefined);
    const stamp = now ? `${now.mtimeMs} ${now.size}` : '';
    if (stamp === this.#stamp) return false;
    this.#stamp = stamp;
    this.#summary = readSummary(await readFile(this.#file, 'utf8').catch(() => ''));
    return true;
  }
}

export function readSummary(text: string): JobSummary {
  let value: { readonly likelihood?: unknown; readonly spent?: unknown } | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    return { likelihood: notYet };
  }
  const { accuracy, standardError, n, reason } = (value?.likelihood ?? {}) as Readonly<Record<string, unknown>>;
  const { calls, promptTokens, completionTokens } = (value?.spent ?? {}) as Readonly<Record<string, unknown>>;
  return {
    likelihood: typeof accuracy === 'number' && typeof n === 'number' ? { accuracy, n, standardError: typeof standardError === 'number' ? standardError : null }
      : { reason: typeof reason === 'string' ? reason : 'the file asks for none' },
    ...(typeof calls === 'number' && typeof promptTokens === 'number' && typeof completionTokens === 'number' ? { spent: { calls, promptTokens, completionTokens } } : {}),
  };
}

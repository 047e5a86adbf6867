// Arguments of `preclinical prompt` for a whole experiment. Pure.
import type { CotSettings } from '../../documents/cot/schema';
import { isVote, type StrategyName } from '../../documents/cot/strategy';
import type { AskModel } from '../../protocol/asks';

export interface RunChoices {
  /** Samples a question. */
  readonly repeats?: number;
  /** Sampling temperature of direct and chain-of-thought. */
  readonly temperature?: number;
  /** The preview was agreed to beforehand. */
  readonly confirmed?: boolean;
  /** Host that was agreed to for vectors of the questions. */
  readonly embeddingConsent?: string;
  /** A new job even when the same one is done. */
  readonly fresh?: boolean;
}

export function runArguments(file: string, model: AskModel, choices: RunChoices = {}): string[] {
  const set = (key: string, value: number | undefined): string[] => (value === undefined ? [] : ['--set', `${key}=${value}`]);
  return [
    'prompt', file, ...modelArguments(model),
    ...set('repeats', choices.repeats), ...set('temperature', choices.temperature),
    ...(choices.embeddingConsent === undefined ? [] : ['--allow-remote-embeddings', choices.embeddingConsent]),
    ...(choices.fresh ? ['--fresh'] : []), '--detach', '--json',
  ];
}

function modelArguments(model: AskModel): string[] {
  switch (model.kind) {
    case 'checkpoint': return ['--model', model.reference];
    case 'endpoint': return [
      '--endpoint', model.baseUrl, '--model', model.model,
      ...(model.keyVariable === undefined ? [] : ['--key-variable', model.keyVariable]),
      ...(model.cloud ? ['--cloud'] : []),
      // The user agreed to this host by name before.
      ...(model.consentedHost === undefined ? [] : ['--allow-remote']),
    ];
  }
}

/** Asked once where nothing is sampled, since it votes over nothing. */
export function isOnce(strategy: StrategyName): boolean {
  return !isVote(strategy);
}

/** Whether repeats alone would ask these strategies the same thing once only: a greedy answer is always the same. */
export function isGreedy({ strategies, temperature }: CotSettings): boolean {
  return temperature === 0 && strategies.some(isOnce);
}

// The scaling of rotary positions that a run file asks of a new model, with the defaults transformers has.
import { userError } from '../../../base/errors/problem';
import type { Architecture } from '../../../documents/run/schema';
import type { RopeScaling } from './scaling';

type Asked = NonNullable<Architecture['ropeScaling']>;

/** Fields of each kind, beside `kind`; those that have to be given first. */
const fieldsOf: Readonly<Record<Asked['kind'], { readonly needed: readonly (keyof Asked)[]; readonly optional: readonly (keyof Asked)[] }>> = {
  linear: { needed: ['factor'], optional: [] },
  dynamic: { needed: ['factor'], optional: [] },
  yarn: { needed: ['factor', 'originalMaxPositions'], optional: ['attentionFactor', 'betaFast', 'betaSlow'] },
  longrope: { needed: ['originalMaxPositions', 'shortFactor', 'longFactor'], optional: ['factor', 'attentionFactor'] },
  llama3: { needed: ['factor', 'originalMaxPositions', 'lowFrequencyFactor', 'highFrequencyFactor'], optional: [] },
};

/** @param headSize of the model: longrope has a divisor for each half of it. */
export function scalingFromArchitecture(asked: Asked, headSize: number): RopeScaling {
  const refused = (key: string, message: string, next: string): Error => userError({ code: 'model-rope-scaling', key: `ropeScaling.${key}`, value: asked.kind, message, next });
  const { needed, optional } = fieldsOf[asked.kind];
  const missing = needed.find((key) => asked[key] === undefined);
  if (missing !== undefined) throw refused(missing, `Rotary scaling of the kind ${asked.kind} needs ${needed.join(', ')}.`, `Set ${missing}.`);
  const stray = (Object.keys(asked) as (keyof Asked)[]).find((key) => key !== 'kind' && asked[key] !== undefined && !needed.includes(key) && !optional.includes(key));
  if (stray !== undefined) throw refused(stray, `Rotary scaling of the kind ${asked.kind} has no such value.`, 'Leave it out, or choose another kind.');
  const { kind, factor = 1, originalMaxPositions = 0, attentionFactor, lowFrequencyFactor = 0, highFrequencyFactor = 0, shortFactor = [], longFactor = [] } = asked;
  const scaledAttention = attentionFactor === undefined ? {} : { attentionFactor };
  switch (kind) {
    case 'linear': case 'dynamic': return { kind, factor };
    case 'yarn': return { kind, factor, originalMaxPositions, ...scaledAttention, betaFast: asked.betaFast ?? 32, betaSlow: asked.betaSlow ?? 1, truncate: true };
    case 'longrope': {
      const [key, factors] = shortFactor.length === headSize / 2 ? ['longFactor', longFactor] as const : ['shortFactor', shortFactor] as const;
      if (factors.length !== headSize / 2) throw refused(key, `There are ${factors.length} factors for the ${headSize / 2} frequencies of a head.`, `Give ${headSize / 2}.`);
      return { kind, ...(asked.factor === undefined ? {} : { factor }), originalMaxPositions, ...scaledAttention, shortFactor, longFactor };
    }
    case 'llama3':
      if (highFrequencyFactor <= lowFrequencyFactor) throw refused('highFrequencyFactor', `It is not above lowFrequencyFactor, ${lowFrequencyFactor}.`, 'Choose a larger one; Llama 3.1 has 4 above 1.');
      return { kind, factor, originalMaxPositions, lowFrequencyFactor, highFrequencyFactor };
  }
}

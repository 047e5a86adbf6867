// Stages that ask more of a source than it holds under the repeat cap.
import type { Problem } from '../../../base/errors/problem';
import { type SourceSize, type StageAmounts, stageAmounts } from '../amounts/stage';
import type { Mix } from '../schema';

type Found = Omit<Problem, 'file' | 'key'> & { readonly key: string };
type Sizes = Readonly<Record<string, SourceSize | undefined>>;

/** Nothing is said of a stage whose shares do not sum: that is said already. */
export function checkSupply(mix: Mix, sizes: Sizes): Found[] {
  return mix.stages.flatMap((stage, index) => {
    const amounts = stageAmounts(stage, sizes, mix.repeatCap);
    if (amounts.kind === 'mixed' || amounts.feasible !== false) return [];
    return amounts.sources.flatMap((source): Found[] => {
      if (!source.fault) return [];
      const key = `stages.${index}.sources.${source.source}`;
      if (source.fault === 'empty') {
        return [{ code: 'mix-source-empty', severity: 'error', key, message: 'the source has no documents left to train on', next: 'Give it documents, or take nothing of it.' }];
      }
      const held = sizes[source.source]!.tokens;
      return [{
        code: 'mix-repeat-cap', severity: 'error', key, value: `${source.tokens!} tokens`,
        message: `the source holds ${held} tokens, which is ${rounded(source.epochs!)} passes; the cap is ${rounded(mix.repeatCap)}`, next: nextOf(amounts),
      }];
    });
  });
}

function nextOf({ largest, kind }: StageAmounts): string {
  if (!largest) return 'Take less of it.';
  return kind === 'share' ? `Lower the stage's tokens to ${largest.tokens}, or raise repeatCap.` : 'Take less of it, or raise repeatCap.';
}

function rounded(value: number): string {
  return String(Number(value.toFixed(2)));
}

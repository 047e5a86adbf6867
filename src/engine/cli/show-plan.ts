// The plan of a mix as a person reads it in a terminal.
import { alignColumns } from '../../base/text/columns';
import type { StageAmounts } from '../../documents/mix/amounts/stage';
import type { MixPlanAnswer } from '../../protocol/mix-plan';

export function showPlan(plan: MixPlanAnswer): string {
  return [
    `${plan.name}: ${plan.built ? 'built' : 'not built'} (${plan.folder})`, '',
    'What each source leaves for training, once over:', '',
    alignColumns([['source', 'files', 'documents', 'tokens', 'bytes of text', 'domain', 'role', 'licence', 'PHI'], ...Object.entries(plan.sources).map(([name, source]) => [
      name, ...[source.files, source.documents, source.tokens, source.bytes].map(count), source.domain, source.role, source.licence ?? 'not stated', source.phi,
    ])], [1, 2, 3, 4]),
    ...plan.stages.flatMap((stage) => ['', ...showStage(stage, plan.repeatCap)]),
  ].join('\n');
}

function showStage(stage: StageAmounts, repeatCap: number): string[] {
  const rows = stage.sources.map(({ source, tokens, share, epochs, mostTokens, fault }) => [
    source, tokens === undefined ? '' : count(tokens), share === undefined ? '' : share.toFixed(4), epochs === undefined ? '' : epochs.toFixed(3),
    mostTokens === undefined ? '' : count(mostTokens), fault === 'empty' ? 'has nothing left' : fault === 'repeat-cap' ? `more than ${repeatCap} epochs` : '',
  ]);
  return [
    `Stage ${stage.name}: ${count(stage.tokens)} tokens${stage.feasible === false ? ', more than its sources can supply' : ''}`, '',
    alignColumns([['source', 'tokens', 'share', 'epochs', `most (repeatCap ${repeatCap})`, ''], ...rows], [1, 2, 3, 4]),
    ...(stage.largest ? ['', `Largest feasible: ${count(stage.largest.tokens)} tokens${showLargest(stage.largest)}.`] : []),
  ];
}

function showLargest({ amounts }: NonNullable<StageAmounts['largest']>): string {
  const changes = Object.entries(amounts).map(([source, amount]) => `${source} ${Object.entries(amount).map(([kind, value]) => `${kind}: ${String(value)}`).join('')}`);
  return changes.length === 0 ? '' : `, with ${changes.join(', ')}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

// The documents of the updates that a signature concerns, from the plan of the data, which knows them of any update,
// also of those an earlier attempt made.
import type { ConcernedDocuments } from '../../../protocol/events';
import { documentsOf, type DataPlan } from '../data-plan';

/** Documents a signature names; what is more is counted. A batch of a large run has some thousand. */
const mostNamed = 5000;

interface Learnt { readonly stage: string; readonly document: number; updates: number }

/** @param updates first and last, counted from 1. Documents that more of them learnt from come first. */
export function concernedDocuments(plan: Pick<DataPlan, 'microBatches'>, updates: { readonly from: number; readonly to: number }, most = mostNamed): ConcernedDocuments[] {
  const learnt = new Map<string, Map<number, Learnt>>();
  for (let update = updates.from; update <= updates.to; update++) {
    for (const { stage, documents } of documentsOf(plan.microBatches(update - 1).flat())) count(learnt, stage, documents);
  }
  const all = [...learnt.values()].flatMap((ofStage) => [...ofStage.values()]);
  const named = all.sort((a, b) => b.updates - a.updates || a.document - b.document).slice(0, most);
  return [...learnt].map(([stage, ofStage]) => {
    const documents = named.filter((one) => one.stage === stage).map(({ document }) => document);
    const omitted = ofStage.size - documents.length;
    return { stage, documents, ...(omitted > 0 ? { omitted } : {}) };
  });
}

function count(learnt: Map<string, Map<number, Learnt>>, stage: string, documents: readonly number[]): void {
  const ofStage = learnt.get(stage) ?? new Map<number, Learnt>();
  learnt.set(stage, ofStage);
  for (const document of documents) {
    const known = ofStage.get(document);
    if (known === undefined) ofStage.set(document, { stage, document, updates: 1 });
    else known.updates += 1;
  }
}

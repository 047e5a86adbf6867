// What went in and out of each step, of one part. Only what reaches the last step is encoded: before it tokens are estimated by
// the bytes a token of the part.
import { type FunnelStep, type MixStep, mixSteps } from '../../../protocol/mix-findings';
import type { Gathered } from './gather';
import { reasonOf, stepOfFate } from './walk';

interface Loss { documents: number; bytes: number; reasons: Record<string, number> }

/** @param tokens of what is kept, held-out documents included */
export function funnelOf({ corpus, encoded }: Gathered, part: number, tokens: number): FunnelStep[] {
  const losses = new Map<MixStep, Loss>();
  const lose = (step: MixStep, reason: string, documents: number, bytes: number): void => {
    const loss = losses.get(step) ?? { documents: 0, bytes: 0, reasons: {} };
    losses.set(step, loss);
    loss.documents += documents;
    loss.bytes += bytes;
    loss.reasons[reason] = (loss.reasons[reason] ?? 0) + documents;
  };
  const pieces = corpus.pieces.filter((piece) => piece.part === part);
  for (const { summary } of pieces) {
    for (const [step, reasons] of Object.entries(summary.dropped)) for (const [reason, tally] of Object.entries(reasons)) lose(step as MixStep, reason, tally.documents, tally.bytes);
  }
  const isHeldOutFile = corpus.parts[part]!.isHeldOut;
  const { table } = corpus;
  let keptBytes = 0;
  for (let row = 0; row < table.length; row++) {
    if (table.part.at(row) !== part) continue;
    const fate = table.fateOf(row);
    const step = fate === 'held-out' && isHeldOutFile ? undefined : stepOfFate[fate];
    if (step) lose(step, reasonOf(corpus, encoded, row), 1, table.bytes.at(row));
    else keptBytes += table.bytes.at(row);
  }
  const records = pieces.reduce((sum, { summary }) => sum + summary.records, 0);
  let documents = records;
  let bytes = [...losses.values()].reduce((sum, loss) => sum + loss.bytes, keptBytes);
  const estimate = (of: number): number => (keptBytes === 0 ? 0 : Math.round((of * tokens) / keptBytes));
  return mixSteps.map((step): FunnelStep => {
    const loss = losses.get(step) ?? { documents: 0, bytes: 0, reasons: {} };
    const [documentsIn, bytesIn] = [documents, bytes];
    documents -= loss.documents;
    bytes -= loss.bytes;
    const isLast = step === mixSteps.at(-1);
    return {
      step, documentsIn, documentsOut: documents, bytesIn, bytesOut: bytes,
      tokensIn: estimate(bytesIn), tokensOut: isLast ? tokens : estimate(bytes), tokensEstimated: !isLast, dropped: loss.reasons,
    };
  });
}

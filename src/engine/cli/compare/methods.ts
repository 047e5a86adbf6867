// Two methods over their seeds, as a table.
import type { TextTable } from '../../../base/text/tables';
import type { MethodsComparison } from '../../../runs/scored/methods';
import { pValue, signed } from './words';

export function methodsTable(rows: readonly MethodsComparison[]): TextTable {
  const side = (value: number, deviation: number | undefined): string => (deviation === undefined ? value.toFixed(3) : `${value.toFixed(3)} (seeds ± ${deviation.toFixed(3)})`);
  return {
    title: 'Two methods over seeds and questions',
    header: ['task', 'metric', 'questions', 'seeds', 'first', 'second', 'second − first', '95 % (bootstrap)', 'p (bootstrap)', 'p (Holm)'],
    rows: rows.map((one) => [
      one.task, one.metric, String(one.items), `${one.firstSeeds} / ${one.secondSeeds}`, side(one.first, one.firstDeviation), side(one.second, one.secondDeviation),
      `${signed(one.difference)} ± ${one.standardError.toFixed(3)}`, `${signed(one.interval[0])} … ${signed(one.interval[1])}`, pValue(one.p), pValue(one.adjustedP),
    ]),
  };
}

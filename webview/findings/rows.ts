// What the rows of each list say in their cells. Pure.
import type { FoundPlace } from '../../src/protocol/mix-findings';
import type { ClusterRow, FindingList, FindingRow, FindingRows, FindingsTexts, PhiRow } from '../../src/protocol/panels/findings';
import { fill } from '../common/fill';
import { formatCount } from '../common/format';
import type { Column } from './list';

export function columnsOf(list: FindingList, texts: FindingsTexts): readonly Column[] {
  const document: Column = { head: texts.document, className: 'wide' };
  switch (list) {
    case 'samples': return [{ head: texts.source }, { head: texts.step }, document];
    case 'dropped': return [{ head: texts.source }, { head: texts.reason }, document, { head: texts.place, className: 'wide' }];
    case 'duplicates': return [{ head: texts.documents, className: 'number' }, { head: texts.similarity, className: 'number' }, { head: texts.steps.kept, className: 'wide' }, { head: texts.dropped, className: 'wide' }];
    case 'phi': return [{ head: texts.source }, { head: texts.findings, className: 'wide' }, document];
    case 'contamination': return [{ head: texts.source }, { head: texts.benchmark }, { head: texts.item }, document];
  }
}

export function cellsOf(list: FindingList, row: FindingRow, texts: FindingsTexts): readonly string[] {
  return (cells[list] as (row: FindingRow, texts: FindingsTexts) => readonly string[])(row, texts);
}

const cells: { readonly [L in FindingList]: (row: FindingRows[L], texts: FindingsTexts) => readonly string[] } = {
  samples: ({ source, step, document }, texts) => [source, texts.steps[step], document],
  dropped: ({ source, reason, document, place }) => [source, reason, document, placeText(place)],
  duplicates: ({ members, more }) => {
    const dropped = members.filter(({ kept }) => !kept);
    const least = Math.min(...members.slice(1).map(({ jaccard }) => jaccard));
    return [
      formatCount(members.length + more), Number.isFinite(least) ? least.toFixed(2) : '–',
      members.filter(({ kept }) => kept).map(({ source, document }) => `${source} ${document}`).join(', '), dropped.map(({ source, document }) => `${source} ${document}`).join(', '),
    ];
  },
  phi: (row, texts) => [row.source, classCounts(row, texts), row.document],
  contamination: ({ source, benchmark, item, document }) => [source, benchmark, item, document],
};

/** `date 3, name 1`. */
function classCounts({ findings, more }: PhiRow, texts: FindingsTexts): string {
  const counts = new Map<string, number>();
  for (const one of findings) counts.set(one.class, (counts.get(one.class) ?? 0) + 1);
  return [...[...counts].map(([name, count]) => `${name} ${count}`), ...(more > 0 ? [fill(texts.more, formatCount(more))] : [])].join(', ');
}

export function placeText({ file, line, record, offset }: FoundPlace): string {
  const known = `${line === undefined ? '' : `:${line}`}${record === undefined ? '' : `#${record}`}`;
  return `${file}${known === '' && offset ? ` @${offset}` : known}`;
}

/** Of a cluster, the document the others went for. */
export function keptOf({ members }: ClusterRow): ClusterRow['members'][number] | undefined {
  return members.find(({ kept }) => kept) ?? members[0];
}

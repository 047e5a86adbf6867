// A preview in words: the same text in the terminal and in the editor, which brings its own translation and marks what is trained on.
import type { Translate } from './estimate-words';
import type { MixPreview, PreviewedRecord } from './mix-preview';

/** Around what is trained on. */
const marks = ['⟦', '⟧'] as const;

export interface PreviewText {
  readonly text: string;
  /** UTF-16 units of the text that are trained on, without their marks. */
  readonly trained: readonly (readonly [start: number, end: number])[];
}

export function previewText({ name, sources, content }: MixPreview, t: Translate): PreviewText {
  const trained: [number, number][] = [];
  let text = `${t('{0}: the first records of each source as they would be trained on.', name)}\n`;
  text += `${content === 'instruction' ? t('What stands between {0} and {1} bears loss, all else is context.', ...marks) : t('Every token bears loss.')}\n`;
  text += `${t('Filters, the removal of duplicates and held-out documents come with the build.')}\n`;
  for (const { name: source, records, isAll } of sources) {
    if (records.length === 0) text += `\n=== ${source}: ${t('no records')}\n`;
    for (const record of records) {
      text += `\n=== ${headOf(source, record, t)}\n`;
      if (record.kind === 'bad') continue;
      for (const stretch of record.stretches) {
        if (stretch.trained && content === 'instruction') {
          trained.push([text.length + 1, text.length + 1 + stretch.text.length]);
          text += `${marks[0]}${stretch.text}${marks[1]}`;
        } else text += stretch.text;
      }
      text += '\n';
    }
    if (!isAll) text += `\n${t('{0} has further records.', source)}\n`;
  }
  return { text, trained };
}

function headOf(source: string, record: PreviewedRecord, t: Translate): string {
  const { document, place, position } = record;
  const name = `${source} ${document === '' ? `${place.file}${place.line === undefined ? '' : `:${place.line}`}` : document} (${position})`;
  if (record.kind === 'bad') return t('{0}: cannot be used ({1}): {2}', name, record.reason, record.detail);
  if (record.refused !== undefined) return t('{0}: is not trained on ({1})', name, record.refused);
  const total = record.stretches.reduce((sum, { tokens }) => sum + tokens, 0);
  const bearing = record.stretches.reduce((sum, { tokens, trained }) => sum + (trained ? tokens : 0), 0);
  const counts = t('{0}: {1} tokens, {2} of them trained on', name, total, bearing);
  if (!record.cut) return counts;
  return `${counts} ${record.kind === 'conversation' ? t('(cut to the sequence length)') : t('(the beginning)')}`;
}

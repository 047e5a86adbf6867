// What a run of another engine would be started with, as text: what was looked at, what was changed by hand, the files. Pure.
import type { Prepared } from '../../protocol/prepared';
import type { Translate } from './describe';

/** @param contents text of each of `prepared.files`. */
export function preparedText({ folder, checks, kept, files }: Prepared, contents: readonly string[], t: Translate): string {
  const words = { ok: t('ok'), warning: t('warning'), error: t('error') };
  const width = Math.max(...Object.values(words).map((word) => word.length));
  return [
    t('Nothing is started. Files in {0} may be changed; a start goes on with them as they are then.', folder),
    '', t('Looked at before the start:'),
    ...checks.map(({ name, state, found, next }) => `  ${words[state].padEnd(width)}  ${name}: ${found}${next === undefined ? '' : `. ${next}`}`),
    ...kept.flatMap(({ file, difference }) => ['', t('{0} was changed by hand and is kept:', file), ...difference.map((line) => `  ${line}`)]),
    ...files.flatMap((file, index) => ['', `${'─'.repeat(12)} ${file} ${'─'.repeat(12)}`, contents[index] ?? '']),
  ].join('\n');
}

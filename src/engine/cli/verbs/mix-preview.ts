// preclinical mix preview FILE: the first records of each source as they would be trained on, before anything is built.
import { type Command, InvalidArgumentError } from 'commander';
import { english } from '../../../protocol/estimate-words';
import { previewText } from '../../../protocol/mix-preview-words';
import { previewMix } from '../../data';
import type { OnProgress } from '../../hub';
import { fileArgument, rootOf, setOption } from '../context';

export function addMixPreview(mix: Command, tellDownload: () => OnProgress): void {
  mix.command('preview')
    .description('show the first records of each source as they would be trained on, the tokens that bear loss marked; nothing is built')
    .argument('<file>', 'a *.mix.yaml')
    .option('--source <name>', 'this source only')
    .option('--records <count>', 'how many of each source', countOf, 3)
    .option('--json', 'print as JSON')
    .option(...setOption)
    .action(async (file: string, { source, records, json, set }: { source?: string; records: number; json?: boolean; set: Record<string, unknown> }, command: Command) => {
      const preview = await previewMix(fileArgument(file), rootOf(command), { source, records, overrides: set, download: tellDownload() });
      console.log(json ? JSON.stringify(preview, undefined, 2) : previewText(preview, english).text.trimEnd());
    });
}

function countOf(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('a whole number from 1 on');
  return count;
}

// preclinical download MODEL: a model of the Hugging Face Hub into the cache, for work offline.
import type { Command } from 'commander';
import { userError } from '../../../base/errors/problem';
import { downloadSnapshot, parseHubReference } from '../../hub';
import { downloadProgress } from '../follow/download-progress';

export function addDownload(program: Command): void {
  program.command('download')
    .description('download a model of the Hugging Face Hub into the cache of the Python tools; started again, it goes on')
    .argument('<model>', 'ORGANISATION/NAME, with @REVISION for another than main')
    .action(async (text: string) => {
      const reference = parseHubReference(text);
      if (reference === undefined) throw userError({ code: 'hub-name', key: 'model', value: text, message: 'this names no model of the Hub', next: 'Write ORGANISATION/NAME or ORGANISATION/NAME@REVISION.' });
      console.log(await downloadSnapshot(reference, downloadProgress()));
    });
}

// preclinical cache: answers of endpoints that are kept so that nothing is asked and paid for twice.
import type { Command } from 'commander';
import { formatBytes } from '../../../base/text/bytes';
import { defaultRetentionDays, type CacheContent } from '../../client';
import { answerCache } from '../../jobs/prompt/model';
import { rootOf, wholeNumber } from '../context';

export function addCache(program: Command): void {
  const cache = program.command('cache').description(`answers of endpoints, kept in .preclinical/cache/answers until nobody read them for ${defaultRetentionDays} days`);
  cache.command('show')
    .description('how many there are')
    .action((_options: object, command: Command) => { console.log(`Kept: ${words(answerCache(rootOf(command)).content())}.`); });
  cache.command('clear')
    .description('remove all of them')
    .option('--older-than <days>', 'only those nobody read for so long', wholeNumber('--older-than'))
    .action(({ olderThan }: { olderThan?: number }, command: Command) => {
      const answers = answerCache(rootOf(command));
      console.log(`Removed ${words(olderThan === undefined ? answers.clear() : answers.removeOlderThan(olderThan))}.`);
    });
}

function words({ answers, bytes }: CacheContent): string {
  return `${answers} answers, ${formatBytes(bytes)}`;
}

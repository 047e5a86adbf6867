// preclinical report STUDY: the table and report.html of a study that has run, as far as it got.
import path from 'node:path';
import type { Command } from 'commander';
import { userError } from '../../../base/errors/problem';
import { listJobs } from '../../../runs/list';
import { formatTable, tableFormats, type TableFormat } from '../../../base/text/tables';
import { collectReport, gridTables, longTable } from '../../study/report';
import { rootOf, tableFormat } from '../context';
import { showReport } from '../show-report';

export function addReport(program: Command): void {
  program.command('report')
    .description('print the table of a study and write its report.html')
    .argument('[study]', 'id of the study\'s job or a part of it (default: the newest)')
    .option('--out <file>', 'where to write the report (default: in the study\'s job folder)')
    .option('--format <format>', `print the tables for other programs: ${tableFormats.join(', ')}`, tableFormat)
    .option('--json', 'print the report as JSON')
    .action(async (id: string | undefined, options: { out?: string; format?: TableFormat; json?: boolean }, command: Command) => {
      const root = rootOf(command);
      const studies = (await listJobs(root)).filter((job) => job.kind === 'study' && (id === undefined || job.id.includes(id)));
      const study = studies.sort((a, b) => (a.id < b.id ? -1 : 1)).at(-1);
      if (!study) throw userError({ code: 'study-not-found', key: 'study', ...(id === undefined ? {} : { value: id }), message: 'no study of this name has run here', next: 'Run one: preclinical study FILE.' });
      const { format } = options;
      if (format) {
        const report = await collectReport(root, study.folder);
        console.log((format === 'csv' ? [longTable(report)] : gridTables(report)).map((table) => formatTable(table, format)).join('\n\n'));
      } else if (options.json) console.log(JSON.stringify(await collectReport(root, study.folder), undefined, 2));
      else await showReport(root, study.folder, options.out === undefined ? undefined : path.resolve(options.out));
    });
}

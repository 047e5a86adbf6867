// preclinical mix build|plan|preview|inspect|export|list: builds a mix, says what building it would give, shows records as they would
// be trained on, shows what was found, writes it for other engines, or lists the mixes of the workspace.
import path from 'node:path';
import { type Command, Option } from 'commander';
import { userError } from '../../../base/errors/problem';
import { alignColumns } from '../../../base/text/columns';
import type { MixListing } from '../../../protocol/mix-plan';
import { droppedName, type DroppedLine } from '../../../protocol/mix-findings';
import {
  answerPlan, exportRows, HashCache, listMixes, type MixPlan, planMix, readableText, readBuilt, readContamination, readDuplicates, readLines, readPhi, readPositions, readReport, readSamples, type RowFormat,
} from '../../data';
import type { OnProgress } from '../../hub';
import { prepareMix } from '../../jobs/prepare/mix';
import { fileArgument, rootOf, setOption } from '../context';
import { Screen } from '../follow/screen';
import { showContamination, showDropped, showDuplicates, showPhi, showSamples } from '../show-findings';
import { showPlan } from '../show-plan';
import { startJob } from '../start-job';
import type { SetExitCode } from '../verbs';
import { addMixPreview } from './mix-preview';

export function addMix(program: Command, setExitCode: SetExitCode): void {
  const mix = program.command('mix').description('data mixes: documents to training tokens');
  mix.command('build')
    .description('build the mix; its product is named by the hash of all that goes in')
    .argument('<file>', 'a *.mix.yaml')
    .option('--json', 'print events as JSON lines')
    .option('--foreground', 'run in this process')
    .option('--detach', 'start it and come back; with --json print its id and folder')
    .action(async (file: string, options: { json?: boolean; foreground?: boolean; detach?: boolean }, command: Command) => {
      const root = rootOf(command);
      const { code } = await startJob(root, await prepareMix(root, fileArgument(file), {}, tellDownload(new Screen(process.stderr))), options);
      setExitCode(code);
    });
  mix.command('plan')
    .description('say what building would give: tokens and epochs of each source, whether the sources suffice, and where the product will be')
    .argument('<file>', 'a *.mix.yaml')
    .option('--json', 'print as JSON')
    .option(...setOption)
    .action(async (file: string, options: { json?: boolean; set: Record<string, unknown> }, command: Command) => {
      const root = rootOf(command);
      const hashes = await HashCache.open(root);
      const screen = new Screen(process.stderr);
      const plan = await planMix(fileArgument(file), root, options.set, { hashInput: hashes.hash, download: tellDownload(screen) });
      await hashes.save();
      const answer = await answerPlan(plan, { onProgress: ({ label, done }) => { screen.show([`${label}: ${done} documents`]); } });
      screen.show([]);
      console.log(options.json ? JSON.stringify(answer, undefined, 2) : showPlan(answer));
    });
  addMixPreview(mix, () => tellDownload(new Screen(process.stderr)));
  mix.command('inspect')
    .description('look at what is built of a mix: its report, or what was found in its documents')
    .argument('<file>', 'a *.mix.yaml that is built as it is now')
    .option('--duplicates', 'clusters of near-duplicates, by document ids')
    .option('--phi', 'what the screen for protected health information found, by place; without its text')
    .option('--dropped', 'what was dropped: step, rule, what it measured and its limit')
    .option('--contamination', 'which benchmarks were looked for, and which documents hold an item of one')
    .option('--samples', 'a few documents of every step as read and as trained on, with the text that bears loss marked')
    .option('--text <source:position>', 'the text of one document, as findings name it')
    .option('--json', 'print as JSON')
    .option(...setOption)
    .action(async (file: string, options: InspectOptions, command: Command) => {
      const root = rootOf(command);
      const hashes = await HashCache.open(root);
      const plan = await planMix(fileArgument(file), root, options.set, { hashInput: hashes.hash });
      await hashes.save();
      const { data, text } = await inspect(plan, options);
      console.log(options.json ? JSON.stringify(data, undefined, 2) : text());
    });
  mix.command('export')
    .description('write a built mix as rows of tokens for other engines: input_ids, labels (-100: not learnt) and position_ids, which start again at each document')
    .argument('<file>', 'a *.mix.yaml that is built as it is now')
    .argument('<folder>', 'where the files go: stage-NAME and heldout-NAME')
    .addOption(new Option('--format <format>', 'of the files').choices(['parquet', 'jsonl']).default('parquet'))
    .option('--json', 'print the rows of each file as JSON')
    .option(...setOption)
    .action(async (file: string, folder: string, options: { format: RowFormat; json?: boolean; set: Record<string, unknown> }, command: Command) => {
      const root = rootOf(command);
      const plan = await planMix(fileArgument(file), root, options.set, { hashInput: (await HashCache.open(root)).hash });
      await readBuilt(plan);
      const rows = await exportRows(plan.folder, path.resolve(folder), options.format);
      console.log(options.json ? JSON.stringify(rows, undefined, 2) : Object.entries(rows).map(([name, count]) => `${path.join(folder, name)}: ${count} rows`).join('\n'));
    });
  mix.command('list')
    .description('list mixes, what each file would give now, and what is built')
    .argument('[files...]', 'some *.mix.yaml (default: all below the root)')
    .option('--json', 'print as JSON')
    .action(async (files: string[], options: { json?: boolean }, command: Command) => {
      const listings = await listMixes(rootOf(command), files.length === 0 ? undefined : files.map(fileArgument));
      console.log(options.json ? JSON.stringify(listings, undefined, 2) : table(listings));
    });
}

function tellDownload(screen: Screen): OnProgress {
  return (file, done, total) => { screen.show(done === total ? [] : [`Downloading ${file}: ${Math.floor((100 * done) / total)} % of ${Math.ceil(total / 1e6)} MB`]); };
}

interface InspectOptions {
  duplicates?: boolean;
  phi?: boolean;
  dropped?: boolean;
  contamination?: boolean;
  samples?: boolean;
  text?: string;
  json?: boolean;
  set: Record<string, unknown>;
}

/** What was asked for, as data and as a person reads it. */
async function inspect(plan: MixPlan, options: InspectOptions): Promise<{ readonly data: unknown; readonly text: () => string }> {
  if (options.phi) {
    const phi = await readPhi(plan);
    return { data: phi, text: () => showPhi(phi) };
  }
  if (options.duplicates) {
    const duplicates = await readDuplicates(plan);
    return { data: duplicates, text: () => showDuplicates(duplicates) };
  }
  if (options.dropped) {
    const lines = await readLines<DroppedLine>(plan, droppedName);
    return { data: lines, text: () => showDropped(lines) };
  }
  if (options.contamination) {
    const { summary, lines } = await readContamination(plan);
    return { data: { ...summary, lines }, text: () => showContamination(summary, lines) };
  }
  if (options.samples) {
    const samples = await readSamples(plan);
    return { data: samples, text: () => showSamples(samples) };
  }
  if (options.text !== undefined) return documentText(plan, options.text);
  const [manifest, report] = [await readBuilt(plan), await readReport(plan)];
  return { data: manifest, text: () => report };
}

async function documentText(plan: MixPlan, name: string): Promise<{ readonly data: unknown; readonly text: () => string }> {
  const [, source = '', position = ''] = /^(.*):(\d+)$/.exec(name) ?? [];
  const document = (await readPositions(plan, source, [Number(position)])).get(Number(position));
  if (!document) throw userError({ code: 'mix-no-document', file: plan.file.name, value: name, message: 'there is no such document', next: 'Name it as findings do: SOURCE:POSITION.' });
  const { id, place } = document;
  const content = document.kind === 'text' ? { text: document.text } : { messages: document.messages };
  return { data: { source, position: Number(position), document: id, place, ...content }, text: () => readableText(document) };
}

function table(listings: readonly MixListing[]): string {
  if (listings.length === 0) return 'No *.mix.yaml yet.';
  return alignColumns([['mix', 'state', 'builds', 'problem'], ...listings.map(({ file, name, hash, builds, problem }) => [
    name ?? file,
    problem !== undefined ? 'cannot be built' : builds.some((build) => build.hash === hash) ? 'built' : builds.length > 0 ? 'out of date' : 'never built',
    String(builds.length), problem?.split('\n')[0] ?? '',
  ])]);
}

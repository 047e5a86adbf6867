// report.md of a mix: what went in, what was dropped and why, what came out. Holds no text of any document.
import type { ContaminationFile, PhiCounts } from '../../../protocol/mix-findings';
import type { MixPlan } from '../plan/plan';
import { placeText } from '../read/document';
import type { MixManifest } from '../shard';
import type { Corpus } from './corpus';
import { phiCounts, screenCounts } from './findings-files';

export interface ReportFacts {
  readonly manifest: MixManifest;
  readonly plan: MixPlan;
  readonly corpus: Corpus;
  readonly contamination: ContaminationFile;
}

export function mixReport({ manifest, plan, corpus, contamination: { checked } }: ReportFacts): string {
  const { mix } = plan;
  return [
    `# Mix ${manifest.name}`, '',
    `Hash ${manifest.hash}, seed ${manifest.seed}, ${manifest.content}, sequence length ${manifest.sequenceLength}, vocabulary ${manifest.vocabularySize}.`,
    `Protected health information: ${manifest.phi}. Remote endpoints: ${manifest.egress}.`, '',
    '## Sources', '',
    ...table(['source', 'domain', 'role', 'licence', 'read', 'kept', 'set aside', 'tokens', 'bytes per token'],
      Object.entries(manifest.counts).filter(([name]) => name in mix.sources).map(([name, counts]) => {
        const source = mix.sources[name]!;
        return [name, source.domain, source.role, source.licence ?? (counted(counts.licences) || 'not stated'), counts.documentsRead, counts.documentsKept,
          counted(counts.setAside) || 'none', counts.tokens, counts.tokens === 0 ? '' : (counts.bytes / counts.tokens).toFixed(2)];
      })),
    ...corpus.parts.flatMap((part, index) => (part.isHeldOut ? [] : notes(part.name, corpus, index, manifest))), '',
    '## Funnel', '',
    ...funnel(manifest), '',
    '## Stages', '',
    ...manifest.stages.flatMap((stage) => [
      `### ${stage.name}`, '', `${stage.documents} documents, ${stage.tokens} tokens, ${stage.lossTokens} of them bear loss.`, '',
      ...table(['source', 'domain', 'documents', 'tokens', 'share', 'epochs'], Object.entries(stage.sources).map(([name, source]) =>
        [name, source.domain, source.documents, source.tokens, source.share.toFixed(4), source.epochs.toFixed(3)])), '',
    ]),
    '## Held out', '',
    ...(manifest.heldOut.length === 0 ? ['Nothing.'] : table(['set', 'domain', 'documents', 'tokens', 'bytes'],
      manifest.heldOut.map((set) => [set.name, set.domain, set.documents, set.tokens, set.bytes]))), '',
    '## Contamination', '',
    ...table(['benchmark', 'file', 'split', 'state', 'questions', 'too short to look for', 'bad records', 'documents that hold an item'], checked.map((one) => [
      one.benchmark, one.file ?? '', one.split === 'train' ? 'the benchmark\'s own training split' : 'evaluation', one.state === 'checked' ? 'checked' : 'not checked',
      one.questions, one.tooShort, one.setAside, one.state === 'checked' ? one.documents : '',
    ])), '',
    'Documents that hold an item of an evaluation split are listed in contamination.jsonl and counted above as `contaminated`; those of a training split are listed and kept. Not checked is not clean.', '',
  ].join('\n');
}

function funnel({ counts }: MixManifest): string[] {
  return table(['source', 'step', 'documents', 'kept', 'bytes', 'kept', 'tokens', 'kept', 'why'], Object.entries(counts).flatMap(([name, { funnel: steps = [] }]) =>
    steps.map((one) => [name, one.step, one.documentsIn, one.documentsOut, one.bytesIn, one.bytesOut, `${one.tokensEstimated ? 'about ' : ''}${one.tokensIn}`, `${one.tokensEstimated ? 'about ' : ''}${one.tokensOut}`, counted(one.dropped)])));
}

function notes(name: string, corpus: Corpus, part: number, manifest: MixManifest): string[] {
  const counts = manifest.counts[name]!;
  const { firstBad } = screenCounts(corpus, part);
  return [
    ...(Object.keys(firstBad).length === 0 ? [] : ['', `First bad records of ${name}:`, '', ...Object.entries(firstBad).map(([reason, bad]) => `- ${reason} at ${placeText(bad.place)}: ${bad.detail}`), '', 'All are listed in dropped.jsonl.']),
    ...(corpus.parts[part]!.phiScreen ? ['', phiNote(name, phiCounts(corpus, part))] : []),
    ...(counted(counts.partsLeftOut) ? ['', `Parts of ${name} not in its text: ${counted(counts.partsLeftOut)}.`] : []),
    ...(counts.unknownFiles > 0 ? ['', `Files of ${name} of no known form, not read: ${counts.unknownFiles}.`] : []),
    ...(counts.truncated > 0 ? ['', `Conversations of ${name} cut to the sequence length: ${counts.truncated}.`] : []),
    ...(counts.split > 0 ? ['', `Documents of ${name} split to the sequence length: ${counts.split}.`] : []),
  ];
}

function phiNote(name: string, { documents, findings }: Pick<PhiCounts, 'documents' | 'findings'>): string {
  return `Screen of ${name} for protected health information: ${documents === 0 ? 'nothing found' : `${counted(findings)} in ${documents} documents`}. A screen finds what has a form or a label; this is no de-identification.`;
}

function counted(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).map(([reason, count]) => `${reason} ${count}`).join(', ');
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const row = (cells: readonly (string | number)[]): string => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)];
}

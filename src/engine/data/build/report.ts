// report.md of a mix: what went in, what was dropped and why, what came out. Holds no text of any document.
import type { MixManifest } from '../shard';
import type { MixPlan } from '../plan/plan';
import { placeText } from '../read/document';
import type { Collected } from './collect';
import type { PhiCounts } from '../../../protocol/mix-findings';
import { phiCounts } from './phi';
import type { CheckedFile } from './decontaminate';

export interface ReportFacts {
  readonly manifest: MixManifest;
  readonly plan: MixPlan;
  readonly collected: ReadonlyMap<string, Collected>;
  readonly checked: readonly CheckedFile[];
}

export function mixReport({ manifest, plan, collected, checked }: ReportFacts): string {
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
    ...[...collected].flatMap(([name, source]) => notes(name, source, manifest)), '',
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
    ...(checked.length === 0 ? ['Not checked: the mix names no question files.'] : [
      ...table(['question file', 'questions', 'too short to look for', 'bad records'], checked.map((file) => [file.file, file.questions, file.tooShort, file.setAside])), '',
      'Documents that contain a question are listed in contamination.json and counted above as `contaminated`.',
    ]), '',
  ].join('\n');
}

function notes(name: string, source: Collected, manifest: MixManifest): string[] {
  const counts = manifest.counts[name];
  return [
    ...(source.firstBad.size === 0 ? [] : ['', `First bad records of ${name}:`, '', ...[...source.firstBad.values()].map((bad) => `- ${bad.reason} at ${placeText(bad.place)}: ${bad.detail}`), '', 'All are listed in set-aside.json.']),
    ...(source.phi ? ['', phiNote(name, phiCounts(source.phi))] : []),
    ...(counts && counted(counts.partsLeftOut) ? ['', `Parts of ${name} not in its text: ${counted(counts.partsLeftOut)}.`] : []),
    ...(counts && counts.unknownFiles > 0 ? ['', `Files of ${name} of no known form, not read: ${counts.unknownFiles}.`] : []),
    ...(source.truncated > 0 ? ['', `Conversations of ${name} cut to the sequence length: ${source.truncated}.`] : []),
    ...(source.split > 0 ? ['', `Documents of ${name} split to the sequence length: ${source.split}.`] : []),
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

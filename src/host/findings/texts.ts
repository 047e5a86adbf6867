// Words of the panel of findings, which cannot ask the editor itself.
import * as vscode from 'vscode';
import type { FindingsTexts } from '../../protocol/panels/findings';

export function findingsTexts(): FindingsTexts {
  const { t } = vscode.l10n;
  return {
    title: t('Build Findings: {0}'), built: t('Build {0} of {1}'), current: t('of the file as it is'), outOfDate: t('of an earlier state of the file'),
    nothingBuilt: t('Nothing is built of this mix.'), earlierVersion: t('This build was made by an earlier version, which kept no findings. Build the mix again to see them.'),
    commands: { build: t('Build…'), openForm: t('Form'), openReport: t('Report'), openManifest: t('Manifest') },
    tabs: { funnel: t('Funnel'), samples: t('Samples'), dropped: t('Dropped'), duplicates: t('Near-duplicates'), phi: t('PHI screen'), contamination: t('Contamination') },
    steps: {
      'read': t('Read'), 'filter': t('Filter'), 'phi': t('PHI screen'), 'exact': t('Exact duplicates'), 'decontaminate': t('Decontaminate'), 'near': t('Near-duplicates'),
      'held-out': t('Hold out'), 'encode': t('Encode'), 'kept': t('Kept'),
    },
    stepHelp: {
      'read': t('Records that could not be read are set aside.'), 'filter': t('Length, licence, language and quality rules of the source.'),
      'phi': t('Documents in which the screen found something, where the source says drop.'), 'exact': t('Documents whose normalised text was seen before.'),
      'decontaminate': t('Documents that hold an item of a benchmark.'), 'near': t('Documents like one that is kept.'), 'held-out': t('Documents kept out of training, and what is like them.'),
      'encode': t('Conversations and texts that give nothing to learn.'), 'kept': t('Documents that went through every step.'),
    },
    units: { documents: t('Documents'), bytes: t('Bytes'), tokens: t('Tokens') },
    show: t('Show'), source: t('Source'), allSources: t('All sources'),
    allKinds: { samples: t('Every step'), dropped: t('Every reason'), duplicates: t('All'), phi: t('Every class'), contamination: t('Every benchmark') },
    step: t('Step'), into: t('In'), outOf: t('Out'), dropped: t('Dropped'), reasons: t('Reasons'), estimated: t('Tokens are estimated by the bytes of the source until the last step, in which they are counted.'),
    funnelPicture: t('{2}: {0} of {1} are left after the last step.'), ofRead: t('of what was read'),
    document: t('Document'), place: t('Place'), reason: t('Reason'), measured: t('measured {0}'), measuredAgainst: t('measured {0}, limit {1}'), insteadOf: t('Kept instead: {0}'),
    listedOf: t('{0} are listed of {1} that were dropped.'), rows: t('{0} listed'),
    none: {
      samples: t('The build took no samples.'), dropped: t('Nothing was dropped.'), duplicates: t('No near-duplicates were found.'), phi: t('The screen found nothing, or no source is screened.'),
      contamination: t('No document holds an item of a benchmark that was looked for.'),
    },
    noMatch: t('Nothing of this kind.'),
    cluster: t('Cluster'), members: t('{0} documents'), kept: t('kept'), similarity: t('Similarity'), compare: t('Compare with the Kept One'),
    duplicatesSummary: t('{0} clusters among {1} documents: runs of {2} words, threshold {3}; {4} pairs counted exactly, {5} documents too short to compare.'),
    clustersListed: t('The first {0} of {1} clusters are listed; of every document that was dropped the list of dropped ones and the funnel tell.'),
    pairsSkipped: t('In crowded buckets a document was compared with the latest 128 of its neighbours only: {0} times.'),
    notLookedFor: t('This mix does not look for near-duplicates: add deduplicate: { minhash: {} } to it.'),
    more: t('and {0} more'), findings: t('Findings'),
    action: { keep: t('kept'), redact: t('redacted'), drop: t('dropped') },
    phiNote: t('A screen finds what has a form or a label. It is no de-identification.'), notScreened: t('Not screened: {0}.'),
    characters: t('characters {0} to {1}'), message: t('message {0}'),
    benchmark: t('Benchmark'), item: t('Item'), by: { words: t('words'), pmid: t('PubMed id') }, split: { train: t('training split'), evaluation: t('evaluation split') },
    state: { 'checked': t('checked'), 'not-checked': t('not checked') }, questions: t('Questions'), tooShort: t('Too short to look for'), documents: t('Documents'),
    stays: t('stays: the benchmark\'s own training split'),
    open: t('Open Text'), before: t('As read'), after: t('As trained on'), afterDropped: t('Goes no further: {0}'), learned: t('Marked text bears loss.'), cut: t('The text goes on; open it to see the rest.'),
    choose: t('Choose a row to see more of it.'), keys: t('Arrow keys move, Enter opens the text.'), loading: t('Loading…'),
  };
}

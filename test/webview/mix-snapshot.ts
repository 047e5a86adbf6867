// Snapshots of a made-up mix for tests of its form.
import type { FormMix, FormSizes, MixFormSnapshot, MixFormTexts } from '../../src/protocol/panels/mix';

export const texts: MixFormTexts = {
  summary: 'Sources: {0} · Stages: {1} · Sequences of {2} tokens', repeatCap: 'Repeat cap', repeatCapHelp: 'Most passes.', keepSum: 'Keep shares summing to 1',
  stage: 'Stage {0}', stageTokens: 'Tokens of the stage', tokens: 'Tokens', source: 'Source', kinds: { share: 'Share', epochs: 'Epochs', tokens: 'Tokens to take' },
  shareOfStage: 'Of the stage', epochs: 'Epochs', available: 'Source holds', availableValue: '{0} tokens in {1} documents',
  role: { target: 'target', replay: 'replay' }, noLicence: 'licence not stated', phi: { none: 'no PHI', deidentified: 'de-identified', unknown: 'PHI unknown', present: 'holds PHI' }, neverLeaves: 'never leaves this machine',
  feasible: 'Feasible.', feasibleAtMost: 'Feasible. The sources can supply up to {0} tokens.', notFeasible: 'Not feasible.', unknownFeasible: 'Not known yet.',
  repeated: '{0} would be repeated {1} times; the cap is {2}.', nothingLeft: '{0} has nothing left.', noLargest: 'Nothing is feasible.', applyLargest: 'Use the Largest Feasible: {0} Tokens',
  sharesSum: 'The shares sum to {0} instead of 1.', makeSum: 'Make Them Sum to 1', mixedKinds: 'One kind a stage.', unknownSource: 'no source of this name', notInStage: 'Not in this stage:', putIn: 'Add {0}', takeOut: 'Take {0} out of stage {1}', addStage: 'Add Stage', removeStage: 'Remove Stage',
  sources: 'Sources', path: 'Path', domain: 'Domain', roleHead: 'Role', usedIn: 'Stages', usedNowhere: 'none', lastBuild: 'Kept by the last build', keptOf: '{0} of {1} documents ({2})', notRead: 'not in it',
  addSource: 'Add Source…', removeSource: 'Remove {0}', removeSourceHelp: 'Removes {0} from the mix.', preview: 'Preview {0}', previewHelp: 'First records of {0}.', findings: 'Build Findings', findingsHelp: 'What was dropped.', ofAnEarlierFile: 'Of an earlier state.',
  bar: 'Stage {0}: {1}', problems: 'Problems of the file', cannotShow: 'The form cannot show this file.', line: 'Line {0}', goToLine: 'Go to Line {0}', openText: 'Open as Text', build: 'Build…', built: 'Built', measure: 'Measure Again',
  sizes: { measuring: 'Measuring…', measured: 'Sizes are measured.', failed: 'Could not be measured.', untrusted: 'Not trusted.', unsaved: 'Save first.' }, sizesOfSaved: 'Of the saved file.', exactValue: '{0} of {1}, exact value',
};

export const blend: FormMix = {
  name: 'clinical-cpt', description: 'Clinical passages with general replay.', sequenceLength: 1024, repeatCap: 4,
  sources: [
    { name: 'passages', path: 'data/passages.jsonl', domain: 'clinical', role: 'target', licence: 'CC-BY-4.0', phi: 'none', egress: 'allowed' },
    { name: 'notes', path: 'data/notes', domain: 'clinical', role: 'target', phi: 'deidentified', egress: 'never' },
    { name: 'stories', path: 'data/stories.txt', domain: 'general', role: 'replay', licence: 'MIT', phi: 'none', egress: 'allowed' },
  ],
  stages: [
    { name: 'blend', tokens: 1_000_000, sources: { passages: { share: 0.6 }, notes: { share: 0.2 }, stories: { share: 0.2 } } },
    { name: 'anneal', sources: { passages: { epochs: 1.5 }, notes: { epochs: 0.5 } } },
  ],
};

export const sizes: FormSizes = {
  state: 'measured', built: false,
  bySource: { passages: { documents: 5200, tokens: 262_000, bytes: 1_100_000 }, notes: { documents: 900, tokens: 80_000, bytes: 300_000 }, stories: { documents: 30_000, tokens: 4_000_000, bytes: 15_000_000 } },
};

export function snapshot(change: Partial<MixFormSnapshot> = {}): MixFormSnapshot {
  return { type: 'snapshot', edits: 0, mix: blend, problems: [], sizes, unsaved: false, texts, ...change };
}

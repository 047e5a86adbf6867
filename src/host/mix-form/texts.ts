// Words of the mix form, which cannot ask the editor itself.
import * as vscode from 'vscode';
import type { MixFormTexts } from '../../protocol/panels/mix';

export function mixFormTexts(): MixFormTexts {
  const { t } = vscode.l10n;
  return {
    summary: t('Sources: {0} · Stages: {1} · Sequences of {2} tokens'),
    repeatCap: t('Repeat cap'),
    repeatCapHelp: t('Most passes over any source; a stage that needs more is refused.'),
    keepSum: t('Keep shares summing to 1'),
    stage: t('Stage {0}'),
    stageTokens: t('Tokens of the stage'),
    tokens: t('Tokens'),
    source: t('Source'),
    kinds: { share: t('Share'), epochs: t('Epochs'), tokens: t('Tokens to take') },
    shareOfStage: t('Of the stage'),
    epochs: t('Epochs'),
    available: t('Source holds'),
    availableValue: t('{0} tokens in {1} documents'),
    role: { target: t('target'), replay: t('replay') },
    noLicence: t('licence not stated'),
    phi: { none: t('no PHI'), deidentified: t('de-identified'), unknown: t('PHI unknown'), present: t('holds PHI') },
    neverLeaves: t('never leaves this machine'),
    feasible: t('Feasible.'),
    feasibleAtMost: t('Feasible. The sources can supply up to {0} tokens.'),
    notFeasible: t('Not feasible.'),
    unknownFeasible: t('Not known yet whether the sources suffice.'),
    repeated: t('{0} would be repeated {1} times; the cap is {2}.'),
    nothingLeft: t('{0} has no documents left to train on.'),
    noLargest: t('No size of this stage is feasible while it takes from an empty source.'),
    applyLargest: t('Use the Largest Feasible: {0} Tokens'),
    sharesSum: t('The shares sum to {0} instead of 1.'),
    makeSum: t('Make Them Sum to 1'),
    mixedKinds: t('A stage gives all its sources in one kind: share, epochs or tokens.'),
    unknownSource: t('no source of this name'),
    notInStage: t('Not in this stage: {0}'),
    bar: t('Stage {0}: {1}'),
    problems: t('Problems of the file'),
    cannotShow: t('The form cannot show this file until its text is mended.'),
    line: t('Line {0}'),
    goToLine: t('Go to Line {0}'),
    openText: t('Open as Text'),
    build: t('Build…'),
    built: t('Built'),
    measure: t('Measure Again'),
    sizes: {
      measuring: t('Measuring the sources…'), measured: t('Sizes are measured.'), failed: t('The sources could not be measured.'),
      untrusted: t('Sources are measured once this workspace is trusted.'), unsaved: t('Save the file to measure its sources.'),
    },
    sizesOfSaved: t('Sizes are those of the file as it was last saved.'),
    exactValue: t('{0} of {1}, exact value'),
  };
}

// Words of the results panel, which cannot ask the editor itself.
import * as vscode from 'vscode';
import type { ResultsTexts } from '../../../protocol/panels/results';

export function resultsTexts(): ResultsTexts {
  const { t } = vscode.l10n;
  return {
    tabs: { ladder: t('Ladder'), grid: t('Grid'), compare: t('Compare'), questions: t('Questions'), reliability: t('Reliability') },
    evaluations: t('Evaluations'), evaluation: t('Evaluation'), model: t('Model'), metric: t('Metric'), task: t('Task'), study: t('Study'), base: t('Base'), show: t('Show'),
    score: t('% ± standard error'), toParent: t('from its parent'), toBase: t('from the base'), heldOut: t('Held-out bits per byte: {0}'), points: t('Changes in points ± paired standard error.'),
    questions: t('Questions'), first: t('First'), second: t('Second'), difference: t('Second − first'), interval: t('95 % (bootstrap)'), resampling: t('resampling…'),
    onlyFirst: t('Only first right'), onlySecond: t('Only second right'), pValue: t('p (exact McNemar)'), adjustedP: t('p (Holm)'),
    singleRun: t('A single run on each side: this compares two checkpoints, not two methods. Holm corrects over the tasks of one metric.'),
    seeds: t('{0} seeds ± {1}'), oneSeed: t('one seed'),
    noShared: t('These two were asked no question in common.'), pickTwo: t('Choose two evaluations to compare.'),
    filter: t('Filter'),
    filters: { all: t('All questions'), differ: t('Fixed or broken'), fixed: t('Fixed'), broken: t('Broken'), bothWrong: t('Both wrong'), wrongInAll: t('Wrong in all') },
    shown: t('{0} of {1} questions'), right: t('right'), wrong: t('wrong'), noAnswer: t('no answer'), notAsked: t('not asked'), question: t('Question'),
    selectQuestion: t('Select a question to read it and what each model made of it.'), openItem: t('Open in File'), prompt: t('Prompt'), target: t('Right answer: {0}'),
    chosen: t('chosen'), option: t('Option'), probability: t('Probability'), logLikelihood: t('Log-likelihood'),
    answered: t('{0} of the answered'), failureRate: t('no answer found {0}'),
    calibration: t('Calibration'),
    calibrationNote: t('Expected calibration error {0} over {1} answers; mean confidence {2}, accuracy {3}. Confidence is the probability of the chosen option among the options, from their summed log-likelihoods; 15 bins of equal width (Guo et al. 2017).'),
    noCalibration: t('No log-likelihoods were kept, so confidence is not known.'), confidence: t('Confidence'), accuracy: t('Accuracy'),
    orders: t('Order of options'),
    ordersNote: t('Over {0} questions asked in every order: the same option was chosen for {1}, right in all orders {2}, mean accuracy {3}.'),
    noOrders: t('The options were asked in one order. Evaluate with --rotate-options to see what their order decides.'),
    movedOn: t('Options moved on by'), consistency: t('Consistency'), rightInAll: t('Right in all orders'),
    subgroups: t('Subgroups'), field: t('Field'), noFields: t('No field of the records puts the questions into groups.'), value: t('Value'),
    copyAs: { markdown: t('Copy as Markdown'), latex: t('Copy as LaTeX'), csv: t('Copy as CSV') }, save: t('Save Table…'), copied: t('Copied.'),
    empty: t('Nothing is evaluated yet. Choose Evaluate… on a run, or import results of lm-evaluation-harness.'),
    noneShown: t('No evaluation is shown: choose some.'), noneMatch: t('No question matches the filter.'),
    keys: t('Arrow keys move between questions, Enter opens the question in its file.'),
    research: t('For research; gives no medical advice.'),
  };
}

// Words of the answers panel, which cannot ask the editor itself.
import * as vscode from 'vscode';
import type { AnswersTexts } from '../../protocol/panels/answers';

export function answersTexts(): AnswersTexts {
  const { t } = vscode.l10n;
  return {
    states: {
      created: t('created'), queued: t('queued'), running: t('running'), paused: t('paused'), stopped: t('stopped'), done: t('done'),
      failed: t('failed'), lost: t('lost: its process is gone'),
    },
    question: t('Question'), variant: t('Variant'), variants: t('Variants'), show: t('Show'), questions: t('Questions'),
    accuracy: t('Accuracy'), accuracyAnswered: t('Accuracy of answered'), failureRate: t('No answer found'), agreement: t('Agreement'),
    interval: t('95% interval (Wilson)'),
    filter: t('Filter'),
    filters: {
      all: t('All questions'), disagree: t('Variants disagree'), wrongInAll: t('Wrong in all'), noAnswer: t('No answer found'),
      fixed: t('Fixed'), broken: t('Broken'),
    },
    from: t('from'), to: t('to'),
    shown: t('{0} of {1} questions'),
    paired: t('{0} fixed, {1} broken; exact McNemar p = {2}'),
    right: t('right'), wrong: t('wrong'), noAnswer: t('no answer'), notAsked: t('not asked'), votes: t('{0} of {1} samples'),
    cloud: t('cloud'), asked: t('inline asks'),
    outdated: t('The question set has changed since.'),
    otherPrompt: t('The prompt file has changed since.'),
    likelihood: t('Likelihood'), noLikelihood: t('No likelihood score: {0}'),
    order: t('Options shown in the order {0}'), exemplars: t('Solved questions shown before: {0}'),
    copyMarkdown: t('Copy as Markdown'), copyCsv: t('Copy as CSV'), copied: t('Copied {0} rows.'),
    chooseSet: t('Choose Question Set…'), openQuestion: t('Open Question'),
    answer: t('Answer'), prompt: t('Prompt'),
    promptRenderedAgain: t('Rendered again from the question as it stands now: the question set has changed since.'),
    promptLost: t('The prompt cannot be shown: its question is not in the file any more.'),
    questionLost: t('This question is not in the file any more.'),
    sample: t('Sample {0}'), taken: t('Taken from: {0}'), nothingTaken: t('No option could be read from it.'), goldOption: t('right option'),
    selectCell: t('Select a cell to read its prompt and answer.'),
    empty: t('Nothing was answered yet. Run a prompt experiment, or ask a question from its file.'),
    noneShown: t('No variant is shown: choose some above.'),
    noneMatch: t('No question matches the filter.'),
    keys: t('Arrow keys move between cells, Enter opens the question in its file.'),
    research: t('For research; gives no medical advice.'),
  };
}

// What the prompt experiments of a study found, strategy by strategy.
import path from 'node:path';
import { pairedDifference } from '../../../../base/math/statistics';
import type { Study } from '../../../../documents/study/schema';
import { readJson } from '../../../../runs/files/json';
import type { PromptSummary, QuestionOutcome } from '../../../prompting';
import type { PromptingReport } from '../model';
import { meanCredit, withInterval } from './differences';
import type { StepJob } from './steps';

type StoredSummary = PromptSummary & { readonly outcomes: readonly QuestionOutcome[] };

export async function collectPrompting(study: Study, jobs: ReadonlyMap<string, StepJob>): Promise<PromptingReport[]> {
  const reports: PromptingReport[] = [];
  for (const [name, step] of Object.entries(study.steps)) {
    const job = jobs.get(name);
    if (!('prompt' in step) || !job) continue;
    const summary = await readJson(path.join(job.folder, 'results', 'summary.json')) as StoredSummary | undefined;
    if (summary) reports.push(describe(name, step.of, summary));
  }
  return reports;
}

function describe(step: string, of: string, summary: StoredSummary): PromptingReport {
  const entries = Object.entries(summary.strategies);
  const creditsOf = (strategy: string): Map<string, number> =>
    new Map(summary.outcomes.filter((outcome) => outcome.strategy === strategy).map(({ question, credit }) => [question, credit]));
  const first = entries[0] && creditsOf(entries[0][0]);
  return {
    step, of, questions: summary.questions,
    strategies: entries.map(([name, strategy], index) => {
      const credits = creditsOf(name);
      const shared = index === 0 || !first ? [] : [...credits.keys()].filter((question) => first.has(question));
      return {
        name,
        samplesPerQuestion: strategy.samplesPerQuestion,
        accuracy: meanCredit([...credits.values()]),
        answered: strategy.answered,
        failureRate: strategy.failureRate,
        ...(strategy.accuracyAnswered === null ? {} : { accuracyAnswered: strategy.accuracyAnswered }),
        ...(strategy.agreement === null ? {} : { agreement: strategy.agreement }),
        ...(strategy.ties === null ? {} : { ties: strategy.ties }),
        ...(shared.length === 0 ? {} : { toFirst: withInterval(pairedDifference(shared.map((q) => credits.get(q)!), shared.map((q) => first!.get(q)!))) }),
      };
    }),
  };
}

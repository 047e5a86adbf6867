// The table of verbs. Each is one file; what the editor can do is one of these.
import type { Command } from 'commander';
import { addAsk } from './verbs/ask';
import { addAsks } from './verbs/asks';
import { addCache } from './verbs/cache';
import { addCompare } from './verbs/compare';
import { addDoctor } from './verbs/doctor';
import { addDownload } from './verbs/download';
import { addEstimate } from './verbs/estimate';
import { addEvaluate } from './verbs/evaluate';
import { addExport } from './verbs/export';
import { addImport } from './verbs/import';
import { addMix } from './verbs/mix';
import { addPrompt } from './verbs/prompt';
import { addQuickstart } from './verbs/quickstart';
import { addReport } from './verbs/report';
import { addResults } from './verbs/results';
import { addRuns } from './verbs/runs';
import { addSample } from './verbs/sample';
import { addServe } from './verbs/serve';
import { addStudy } from './verbs/study';
import { addTrain } from './verbs/train';

/** Tells the program which exit code a verb ended with, when it is not 0. */
export type SetExitCode = (code: number) => void;

export function addVerbs(program: Command, setExitCode: SetExitCode): void {
  const verbs = [
    addQuickstart, addSample, addMix, addTrain, addEstimate, addEvaluate, addResults, addCompare, addImport, addPrompt, addAsk, addAsks, addCache, addServe, addStudy, addReport, addExport, addDownload, addRuns, addDoctor,
  ];
  for (const add of verbs) add(program, setExitCode);
}

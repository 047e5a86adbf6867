// run.yaml of a job folder: the resolved file, every value, written once. What each kind resolves to.
import type { CotSettings } from '../documents/cot/schema';
import type { Mix } from '../documents/mix/schema';
import type { Run, Scaleout } from '../documents/run/schema';
import type { Study } from '../documents/study/schema';
import type { JobKind } from './status';

interface JobFileBase<K extends JobKind, R> {
  readonly schema: 1;
  readonly kind: K;
  readonly name: string;
  /** Id of the run this job is about, for evaluate, prompt and serve. */
  readonly of?: string;
  /** The user's file it came from, relative to the root, POSIX separators. */
  readonly file?: string;
  /** Values given with --set or by a study, by dotted key. */
  readonly overrides: Readonly<Record<string, unknown>>;
  /** Every value. Paths are relative to the root with POSIX separators, or absolute when outside it. */
  readonly resolved: R;
}

export interface ResolvedMix {
  readonly mix: Mix;
  /** Folder that paths in the mix start at. */
  readonly folder: string;
  /** Folder of the product; its last part is the hash of all that goes in. */
  readonly product: string;
}
export interface ResolvedTrain {
  readonly run: Run;
  /** Folder of the mix's product, with manifest.json. */
  readonly mixFolder: string;
  readonly mixHash: string;
  /** Folder of the checkpoint to start from; absent for a new model. */
  readonly baseCheckpoint?: string;
  /** Job that made it, when a job did. */
  readonly baseJob?: string;
}
/** How prompts are put together beyond what the task files say. */
export interface EvaluatePrompt {
  readonly fewshotCount?: number;
  readonly fewshotSeed?: number;
  readonly systemInstruction?: string;
  /** Prompts are rendered with the checkpoint's chat template; plain text when absent. */
  readonly chat?: { readonly asMultiturn: boolean };
}
/** A program that is not this one does the work, started as a trainer is. */
export interface LaunchedElsewhere {
  readonly engine: 'lm-eval' | 'vllm';
  readonly scaleout: Scaleout;
}
export interface ResolvedEvaluate {
  readonly checkpoint: string;
  /** Files of tasks and of groups. */
  readonly tasks: readonly string[];
  /** Folder of the question files of known data sets. */
  readonly data?: string;
  readonly limit?: number;
  readonly prompt?: EvaluatePrompt;
  /** Every question is asked once with each option in each place. */
  readonly rotateOptions?: true;
  /** lm-evaluation-harness scores instead of this engine. */
  readonly elsewhere?: LaunchedElsewhere;
  /** The results were made by another program, and their files copied; `checkpoint` is what it calls the model. */
  readonly imported?: true;
  /** SHA-256 of the task files and their question files, or of what was imported. */
  readonly inputHashes: Readonly<Record<string, string>>;
}
export interface PromptEndpoint {
  readonly baseUrl: string;
  readonly model: string;
  /** Environment variable that holds the key. */
  readonly keyVariable?: string;
  /** host[:port] the user agreed to by name, for an endpoint that is not on this machine; of a cloud model its name. */
  readonly consentedHost?: string;
  /** The address is on this machine and passes the texts on to a model that is not. */
  readonly cloud?: true;
}
export interface ResolvedPrompt {
  readonly cot: CotSettings;
  /** Jinja body of the .cot file. */
  readonly body: string;
  readonly questions: string;
  /** Solved questions, for strategies that show some. */
  readonly exemplars?: string;
  /** Checkpoint to serve on loopback for this experiment, or an endpoint that is already there. */
  readonly model: { readonly checkpoint: string } | PromptEndpoint;
  /** Who makes vectors of the questions, where the prompt file names another endpoint than the model's. */
  readonly embedding?: PromptEndpoint;
  /** SHA-256 of the question file and of the solved questions. */
  readonly inputHashes: Readonly<Record<string, string>>;
}
export interface ResolvedStudy { readonly study: Study; readonly folder: string }
export interface ResolvedServe {
  readonly checkpoint: string;
  readonly host: string;
  readonly port: number;
  /** Ends when no request came for this long; absent serves until it is stopped. */
  readonly idleMs?: number;
  /** vLLM serves instead of this engine. */
  readonly elsewhere?: LaunchedElsewhere;
}

/** A run of another program, of which its log is known and nothing else: read, never written to. */
export interface ResolvedImport {
  /** The program that wrote the log. */
  readonly source: string;
  /** File or folder of the log. */
  readonly place: string;
  /** Settings as the log has them. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export type MixJobFile = JobFileBase<'mix', ResolvedMix>;
export type TrainJobFile = JobFileBase<'train', ResolvedTrain>;
export type EvaluateJobFile = JobFileBase<'evaluate', ResolvedEvaluate>;
/** How a prompt job asks; says nothing of what comes out, so that two jobs that differ in it do the same. */
export interface Asking {
  /** Answers kept from earlier jobs are not taken. */
  readonly askAgain?: true;
  /** Requests under way at once. */
  readonly concurrency?: number;
  /** Longest wait for an answer. */
  readonly timeoutMs?: number;
}
export type PromptJobFile = JobFileBase<'prompt', ResolvedPrompt> & { readonly asking?: Asking };
export type StudyJobFile = JobFileBase<'study', ResolvedStudy>;
export type ServeJobFile = JobFileBase<'serve', ResolvedServe>;

export type ImportJobFile = JobFileBase<'import', ResolvedImport>;

export type JobFile = MixJobFile | TrainJobFile | EvaluateJobFile | PromptJobFile | StudyJobFile | ServeJobFile | ImportJobFile;

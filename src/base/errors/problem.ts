// One shape for everything that can be wrong with a user's input: printed by the CLI, shown as a diagnostic by the editor.

/** Where and why an input is wrong, and what to do next. Lines and columns count from 1. */
export interface Problem {
  /** Stable identifier in kebab case, such as `mix-unknown-format`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** What the user should do next, one sentence. */
  readonly next?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Dotted path of the key at fault, such as `sources.notes.path`. */
  readonly key?: string;
  readonly value?: string;
  /** What most likely should stand in place of what is wrong: the nearest known key or value. */
  readonly suggestion?: string;
}

/** The user can mend this: exit code 2, no stack shown. Carries at least one problem. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly problems: readonly Problem[];

  constructor(...problems: [Problem, ...Problem[]]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** Makes a UserError from one problem; `severity` is error. */
export function userError(problem: Omit<Problem, 'severity'>): UserError {
  return new UserError({ severity: 'error', ...problem });
}

/** The job was asked to stop and did so in good order: exit code 3, resumable. Neither a user error nor a bug. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  constructor(readonly reason: 'stop' | 'pause' = 'stop', message = reason === 'pause' ? 'Paused on request.' : 'Stopped on request.') {
    super(message);
  }
}

const longestValue = 200;

/** `file:line:column: key: message (value). Next step.` on one line, leaving out what is not known. */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const value = problem.value === undefined ? '' : ` (found ${shortened(problem.value)})`;
  const what = `${problem.message}${value}`;
  return [place && `${place}:`, problem.key && `${problem.key}:`, problem.next ? `${ended(what)} ${problem.next}` : what]
    .filter(Boolean)
    .join(' ');
}

/** What a file says may be of any length; a message is one a person reads. */
function shortened(value: string): string {
  return value.length > longestValue ? `${value.slice(0, longestValue)}…` : value;
}

function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

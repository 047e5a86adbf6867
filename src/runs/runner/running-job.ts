// A running attempt: what its body may call, and its end. Ending is synchronous, because it also happens in a signal
// handler and in the handler of an uncaught error, after which the process exits at once.
import path from 'node:path';
import type { EventBody } from '../../protocol/events';
import type { JobContext, JobFacts } from '../job-context';
import { rootOfJob } from '../layout';
import { collectGit } from '../provenance/git';
import { nodeSourceVariable } from '../environment';
import { removeRequest } from '../requests';
import type { JobStatus } from '../../protocol/status';
import { writeStatus } from '../status';
import { startSupervisor, type Supervisor } from '../supervisor/start';
import type { Attempt } from './begin';
import { Inbox, type PendingRequest } from './inbox';
import { writeLogText } from './log-text';
import type { Outcome } from './outcome';

export class RunningJob implements JobContext {
  readonly id: string;
  readonly folder: string;
  readonly root: string;
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly #attempt: Attempt;
  readonly #aborted = new AbortController();
  readonly #supervisor: Supervisor;
  readonly #inbox: Inbox;
  /** As written last. */
  #status: JobStatus;
  #ended = false;

  constructor(attempt: Attempt, onSecondStop: () => void) {
    this.#attempt = attempt;
    this.#status = attempt.status;
    this.folder = attempt.folder;
    this.id = path.basename(attempt.folder);
    this.root = rootOfJob(attempt.folder);
    this.attempt = attempt.status.attempt;
    this.signal = this.#aborted.signal;
    this.#supervisor = startSupervisor({ folder: this.folder, attempt: this.attempt, lockId: attempt.lock.holder.id }, (error) => {
      writeLogText(`The supervisor thread ended: ${String(error)}`);
      this.emit({ type: 'notice', level: 'warning', message: 'The supervisor thread ended; requests are not heard and the heartbeat stands still. See log.txt.' });
    });
    this.#inbox = new Inbox(this.#supervisor.port, onSecondStop);
  }

  /** The attempt's entry in provenance.json. */
  async recordAttempt(): Promise<void> {
    const git = await collectGit(this.root);
    this.#attempt.provenance.beginAttempt(this.attempt, this.#attempt.status.at, process.env[nodeSourceVariable] ?? 'PATH', git);
  }

  emit(event: EventBody): void {
    this.#attempt.log.append(event);
  }

  pendingRequest(): PendingRequest | undefined {
    return this.#inbox.oldest();
  }

  answerRequest(id: string, answer: 'done' | 'refused', detail?: string): void {
    const request = this.#inbox.take(id);
    if (!request) throw new Error(`No request ${id} waits for an answer.`);
    if (answer === 'refused') this.#refuse(request);
    this.emit({ type: 'requestAnswered', requestId: id, answer, ...(detail === undefined ? {} : { detail }) });
    removeRequest(this.folder, id);
  }

  describe(reason: string, schedulerJob: string): void {
    if (this.#ended || !this.#attempt.lock.isHeld()) return;
    this.#status = { ...this.#status, reason, jobId: schedulerJob };
    writeStatus(this.folder, this.#status);
  }

  sync(): Promise<void> {
    return this.#attempt.log.sync();
  }

  recordProvenance(facts: JobFacts): void {
    this.#attempt.provenance.addFacts(facts);
  }

  /** A signal, which counts as a stop. */
  stopBySignal(): void {
    this.#inbox.signal();
  }

  /** Says the end in events and status and lets the folder go. The first call counts; each part is tried even when another fails. */
  end(outcome: Outcome): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#aborted.abort();
    if (outcome.log !== undefined) writeLogText(outcome.log);
    const { log, lock } = this.#attempt;
    const { jobId } = this.#status;
    const status = { ...this.#attempt.status, ...(jobId === undefined ? {} : { jobId }) };
    if (!lock.isHeld()) {
      writeLogText('Another process took this job over; its folder is left to it.');
      this.#supervisor.end();
      return;
    }
    const waiting = this.#inbox.waiting();
    const { state, reason, next, exitCode } = stopWinsOverPause(outcome, waiting);
    const said = { ...(reason === undefined ? {} : { reason }), ...(next === undefined ? {} : { next }) };
    attempt(() => {
      this.#answerLast(waiting, state === 'stopped' || state === 'paused');
      log.append({ type: 'finished', state, ...said });
      log.syncNow();
    });
    attempt(() => { writeStatus(this.folder, { ...status, state, ...said, exitCode, at: new Date().toISOString() }); });
    attempt(() => { lock.release(); });
    log.close();
    this.#supervisor.end();
  }

  #refuse(request: PendingRequest): void {
    this.#inbox.refused(request);
    if (request.kind === 'stop') this.#supervisor.refusedStop();
  }

  #answerLast(waiting: readonly PendingRequest[], stopped: boolean): void {
    for (const request of waiting) {
      const done = stopped && request.kind !== 'checkpoint';
      this.answerRequest(request.id, done ? 'done' : 'refused', done ? undefined : 'The job ended first.');
    }
  }
}

/** A paused job that was also asked to stop is stopped. */
function stopWinsOverPause(outcome: Outcome, waiting: readonly PendingRequest[]): Outcome {
  if (outcome.state !== 'paused' || !waiting.some((request) => request.kind === 'stop')) return outcome;
  return { ...outcome, state: 'stopped', reason: 'Stopped on request.' };
}

function attempt(part: () => void): void {
  try {
    part();
  } catch (error) {
    writeLogText(`While ending: ${error instanceof Error ? error.message : String(error)}`);
  }
}

// Curves of some jobs, kept up to date from their folders: each look reads only what was added to events.jsonl.
import { existsSync } from 'node:fs';
import type { CurveRun, CurveRunState } from '../../protocol/panels/curves';
import { parseEvent } from '../../runs/events';
import { LineTail } from '../../runs/events/tail';
import { readJobHeader } from '../../runs/job-file';
import { readLabels } from '../../runs/labels';
import { jobFolder, jobPath } from '../../runs/layout';
import { readState } from '../../runs/state';
import { readStatus } from '../../runs/status';
import { CurveColumns } from './columns';

class RunFeed {
  readonly #columns = new CurveColumns();
  readonly #tail: LineTail;
  #run: CurveRun;

  constructor(readonly id: string, private readonly folder: string) {
    this.#tail = new LineTail(jobPath(folder, 'events'));
    this.#run = { id, name: id, state: 'missing', series: {}, signatures: [] };
  }

  get run(): CurveRun {
    return this.#run;
  }

  /** Whether anything is new. */
  async look(): Promise<boolean> {
    const { name, state } = await this.#describe();
    const events = (await this.#tail.read()).flatMap((line) => parseEvent(line) ?? []);
    for (const event of events) this.#columns.take(event);
    const grew = events.some((event) => event.type === 'metrics' || event.type === 'resumed' || event.type === 'signature');
    if (!grew && name === this.#run.name && state === this.#run.state) return false;
    const { series, signatures } = this.#run;
    this.#run = { id: this.id, name, state, ...(grew ? { series: this.#columns.series(), signatures: this.#columns.signatures } : { series, signatures }) };
    return true;
  }

  async #describe(): Promise<{ name: string; state: CurveRunState }> {
    if (!existsSync(this.folder)) return { name: this.#run.name, state: 'missing' };
    const [status, header, labels] = await Promise.all([readStatus(this.folder), readJobHeader(this.folder), readLabels(this.folder)]);
    // A file being replaced on a slow disk is no reason to forget what was known.
    const state = status ? (await readState(this.folder, status)).state : this.#run.state;
    return { name: labels.name ?? header?.name ?? this.#run.name, state };
  }
}

export class CurveFeed {
  readonly #runs: readonly RunFeed[];
  #looking: Promise<boolean> | undefined;

  constructor(root: string, ids: readonly string[]) {
    this.#runs = ids.map((id) => new RunFeed(id, jobFolder(root, id)));
  }

  get runs(): readonly CurveRun[] {
    return this.#runs.map((one) => one.run);
  }

  /** Whether anything is new. Calls that come while one is under way share its answer. */
  look(): Promise<boolean> {
    this.#looking ??= Promise.all(this.#runs.map((one) => one.look()))
      .then((news) => news.some(Boolean))
      .finally(() => { this.#looking = undefined; });
    return this.#looking;
  }
}

// A trainer that was started somewhere: what the job that follows it sees of it, wherever it runs.

/** File of the trainer's folder that holds what it printed. */
export const trainerLog = 'trainer.log';

export interface TrainerEnd {
  /** Undefined when nobody knows. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it ended, when its surroundings say more than what it printed. */
  readonly because?: Error;
}

export interface TrainerRequest { readonly id: string; readonly kind: string }

export interface Trainer {
  readonly folder: string;
  /** What it prints. */
  readonly logFile: string;
  /** Settles with how it ended; never rejects. */
  readonly ended: Promise<TrainerEnd>;
  /** Whether it stands in a queue: then nobody trains, and nobody answers a request. */
  readonly isWaiting: boolean;
  /** To be called when it said something: it trains, whatever its queue was last known to say. */
  heard(): void;
  ask(request: TrainerRequest): void;
  /** At once, with all its workers. */
  kill(): void;
  /** The last lines it printed. */
  lastLines(count: number): Promise<string[]>;
}

// Types of slurm.mjs for the tests written in TypeScript.
export interface SlurmCluster {
  readonly home: string;
  /** Folder of Slurm's commands, to be first in PATH. */
  readonly bin: string;
  client(name: string, ...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string };
  /** The ends of all logs. */
  diagnose(): string;
  startNode(index: number): Promise<void>;
  /** As when a machine dies. */
  killNode(index: number): void;
  stop(): Promise<void>;
}
export function installSlurm(): string;
export function startSlurm(options?: { readonly nodes?: number }): Promise<SlurmCluster>;

// labels.json of a job folder: what the user says about a job. Written by the editor and the CLI, never by the job.

export interface JobLabels {
  readonly schema: 1;
  readonly name?: string;
  readonly star?: boolean;
  readonly tags?: readonly string[];
  readonly notes?: string;
  readonly archived?: boolean;
}

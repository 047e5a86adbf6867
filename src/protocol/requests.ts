// Files in requests/: what a user asks of a running job. Each names the attempt it is meant for.

export const requestKinds = ['stop', 'checkpoint', 'pause'] as const;
export type RequestKind = (typeof requestKinds)[number];

export interface JobRequest {
  readonly schema: 1;
  /** ULID, also the file's name. */
  readonly id: string;
  readonly kind: RequestKind;
  readonly attempt: number;
  readonly at: string;
}

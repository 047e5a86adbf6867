// The file in which a serve job says where it is.

/** endpoint.json: how a client reaches the model while the job runs; removed when it ends. */
export interface EndpointFile {
  readonly schema: 1;
  readonly url: string;
  /** Ends in /v1. */
  readonly baseUrl: string;
  readonly model: string;
  readonly hash: string;
  /** Of the job's process: the file of one that was killed stays behind. */
  readonly pid: number;
  /** Name of the file in the job folder that holds the bearer token. */
  readonly tokenFile: string;
  /** The program that serves, when it is not this one. */
  readonly engine?: 'vllm';
}

export const endpointFileName = 'endpoint.json';

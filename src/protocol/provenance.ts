// provenance.json of a job folder: what is needed to say where a number came from. One entry an attempt.

export interface ProvenanceAttempt {
  readonly attempt: number;
  readonly at: string;
  readonly preclinical: string;
  readonly node: string;
  /** Who chose this Node: the setting, PATH, or the editor's own. */
  readonly nodeSource: string;
  readonly platform: string;
  readonly host: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Compute device as the backend names it. */
  readonly device?: string;
  readonly backend?: string;
  /** Why that backend, half a sentence. */
  readonly backendReason?: string;
  /** It computed with. */
  readonly threads?: number;
  readonly git?: { readonly commit: string; readonly branch?: string; readonly remote?: string; readonly dirty: boolean; readonly patchFile?: string };
}

/** An input by content: SHA-256 of its bytes. */
export interface InputHash { readonly path: string; readonly sha256: string; readonly bytes: number }

export interface Provenance {
  readonly schema: 1;
  readonly attempts: readonly ProvenanceAttempt[];
  readonly inputs: readonly InputHash[];
  readonly parents: readonly { readonly job: string; readonly checkpoint?: string }[];
  readonly mixHash?: string;
  readonly seeds: Readonly<Record<string, number>>;
}

export interface Kept {
  /** Variables that what is kept must be started with. */
  readonly environment: { readonly PRECLINICAL_TEST_LANE: string; readonly TMPDIR: string };
  end(): Promise<number>;
}
export declare function keep(): Kept;
export declare function processesWith(mark: string): number[];

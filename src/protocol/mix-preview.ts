// What `preclinical mix preview FILE --json` prints: the first records of each source as they would be trained on.
import type { FoundDocument } from './mix-findings';

/** Neighbouring tokens that all bear loss or all do not, as the text they are. */
export interface PreviewStretch { readonly text: string; readonly tokens: number; readonly trained: boolean }

export interface PreviewedDocument extends FoundDocument {
  readonly kind: 'text' | 'conversation';
  /** Empty of a conversation that cannot be trained on. */
  readonly stretches: readonly PreviewStretch[];
  /** Why it cannot be trained on: the reason a build counts it under. */
  readonly refused?: string;
  /** A conversation is cut to the sequence length; of a long text only the beginning is shown. */
  readonly cut?: true;
}

/** A record that is none of the source's format. */
export interface PreviewedBadRecord extends FoundDocument { readonly kind: 'bad'; readonly reason: string; readonly detail: string }

export type PreviewedRecord = PreviewedDocument | PreviewedBadRecord;

export interface SourcePreview {
  readonly name: string;
  readonly records: readonly PreviewedRecord[];
  /** The source has no further ones. */
  readonly isAll: boolean;
}

export interface MixPreview {
  readonly schema: 1;
  readonly name: string;
  readonly content: 'text' | 'instruction';
  readonly sequenceLength: number;
  readonly sources: readonly SourcePreview[];
}

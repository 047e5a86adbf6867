// Cells of the answers panel as one block of numbers: for each variant a column of letters, one of votes, one of samples.

/** What the samples of one question under one variant came to. */
export interface AnswerCell {
  /** Undefined when none of the samples gave an answer. */
  readonly letter: string | undefined;
  /** Samples for the letter. */
  readonly votes: number;
  /** Samples there are; 0 was not asked. */
  readonly samples: number;
}

const planes = 3;
const noAnswer = 1;
const firstLetter = 2;
const codeOfA = 'A'.charCodeAt(0);

/** @param cellOf undefined where a question was not asked. */
export function packCells(variants: number, rows: number, cellOf: (variant: number, row: number) => AnswerCell | undefined): Uint16Array {
  const block = new Uint16Array(variants * rows * planes);
  for (let variant = 0; variant < variants; variant += 1) {
    for (let row = 0; row < rows; row += 1) {
      const cell = cellOf(variant, row);
      if (!cell || cell.samples === 0) continue;
      const start = variant * rows * planes + row;
      block[start] = cell.letter === undefined ? noAnswer : firstLetter + cell.letter.charCodeAt(0) - codeOfA;
      block[start + rows] = cell.votes;
      block[start + 2 * rows] = cell.samples;
    }
  }
  return block;
}

export function cellAt(block: Uint16Array, rows: number, variant: number, row: number): AnswerCell | undefined {
  const start = variant * rows * planes + row;
  const code = block[start] ?? 0;
  if (code === 0) return undefined;
  return { letter: code === noAnswer ? undefined : String.fromCharCode(codeOfA + code - firstLetter), votes: block[start + rows]!, samples: block[start + 2 * rows]! };
}

// Numbers of transformers and TRL under test/fixtures/training, made by test/reference/make_training.py.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../../src/engine/parts/assets';

export function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(path.join(packageRoot, 'test/fixtures/training', name), 'utf8'));
}

export interface NeftuneReference {
  readonly alpha: number;
  readonly length: number;
  readonly size: number;
  readonly largest: number;
  readonly standardDeviation: number;
  readonly inEvaluation: number;
}

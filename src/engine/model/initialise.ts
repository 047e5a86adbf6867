// Random weights for a model that starts from nothing: N(0, std) for every matrix, 1 for every norm, 0 for every bias, as
// transformers does.
// Each weight draws from a stream of its own name, so adding a layer leaves the others as they were.
import { RandomStream } from '../../base/math/random';
import { tensor, variable, type Variable } from '../tensors';
import type { ModelConfig } from './config';
import { Model } from './model';
import { elements, parameterShapes } from './parameters';

export function initialiseModel(config: ModelConfig, seed: number, initialiserStd: number): Model {
  const parameters = new Map<string, Variable>();
  for (const [name, shape] of parameterShapes(config)) {
    const values = new Float32Array(elements(shape)).fill(name.endsWith('.bias') ? 0 : 1);
    if (shape.length > 1) {
      const stream = RandomStream.of(seed, `initialise/${name}`);
      for (let i = 0; i < values.length; i++) values[i] = initialiserStd * stream.normal();
    }
    parameters.set(name, makeVariable(values, shape));
  }
  return new Model(config, parameters);
}

/** A trainable variable of these values. tfjs names it: its own register of names would clash between two models. */
export function makeVariable(values: Float32Array, shape: readonly number[]): Variable {
  const initial = tensor(values, [...shape], 'float32');
  const made = variable(initial, true);
  initial.dispose();
  return made;
}

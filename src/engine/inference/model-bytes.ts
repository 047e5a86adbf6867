// What the weights of a model take once they are open.
import { statSync } from 'node:fs';
import { countParameters, readModelConfig } from '../model';

/** In memory all weights are f32. */
const bytesPerWeight = 4;

/** Of a checkpoint folder by its config, of a GGUF file its size; 0 where it cannot be told yet, which opening it will tell. */
export async function modelBytes(place: string): Promise<number> {
  try {
    return place.toLowerCase().endsWith('.gguf') ? statSync(place).size : countParameters(await readModelConfig(place)) * bytesPerWeight;
  } catch {
    return 0;
  }
}

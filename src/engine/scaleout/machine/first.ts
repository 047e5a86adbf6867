// Tries places one after the other; where none will do, all that was tried is said.
import { userError } from '../../../base/errors/problem';
import type { PythonPlace } from './python';

export interface Wanted {
  /** What the place must have, in words. */
  readonly what: string;
  /** Where the places are, as `by ssh gpu1`; left out for this machine. */
  readonly where?: string;
  /** Key of the setting that names the place. */
  readonly key: string;
  readonly next: string;
}

/**
 * @param ask answers with what was found, or says in words what is lacking.
 * @throws user error that names every place and what it lacks.
 */
export async function firstThatHas<T extends object>(places: readonly PythonPlace[], { what, where, key, next }: Wanted, ask: (place: PythonPlace) => Promise<T | string>): Promise<T> {
  const tried: string[] = [];
  for (const place of places) {
    const answer = await ask(place);
    if (typeof answer !== 'string') return answer;
    tried.push(`${place.interpreter} (${place.because}): ${answer}`);
  }
  throw userError({ code: 'scaleout-no-python', key, message: `no Python with ${what} was found${where === undefined ? '' : ` ${where}`}; tried ${tried.join('; ')}`, next });
}

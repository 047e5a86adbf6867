// Which evaluation is of the model that another's was trained from. Pure.

export interface EvaluationPlace {
  readonly id: string;
  /** Training run it is about. */
  readonly of?: string | undefined;
  readonly study?: string | undefined;
  readonly tasks: readonly string[];
}

/**
 * Of each evaluation, that of the nearest ancestor of its run with a task in common: one of the same study, else the newest.
 * @param places newest first.
 * @param baseOf run that a run started from.
 */
export function parentsOf(places: readonly EvaluationPlace[], baseOf: (run: string) => string | undefined): Map<string, string> {
  const parents = new Map<string, string>();
  for (const place of places) {
    const seen = new Set(place.of === undefined ? [] : [place.of]);
    for (let run = place.of === undefined ? undefined : baseOf(place.of); run !== undefined && !seen.has(run); run = baseOf(run)) {
      seen.add(run);
      const fitting = places.filter((one) => one.of === run && one.tasks.some((task) => place.tasks.includes(task)));
      const parent = fitting.find((one) => one.study !== undefined && one.study === place.study) ?? fitting[0];
      if (!parent) continue;
      parents.set(place.id, parent.id);
      break;
    }
  }
  return parents;
}

/** What belongs on one ladder with an evaluation: its study's, else its ancestors and what was trained from the same. */
export function ladderOf(id: string, places: readonly EvaluationPlace[], parents: ReadonlyMap<string, string>): string[] {
  const place = places.find((one) => one.id === id);
  if (place?.study !== undefined) return places.filter(({ study }) => study === place.study).map((one) => one.id);
  const rootOf = (one: string): string => {
    const seen = new Set<string>();
    let at = one;
    for (let parent = parents.get(at); parent !== undefined && !seen.has(at); parent = parents.get(at)) {
      seen.add(at);
      at = parent;
    }
    return at;
  };
  const root = rootOf(id);
  return places.filter((one) => rootOf(one.id) === root).map((one) => one.id);
}

// The runs a command is about when several items of a view are selected. Pure.

/** Ids in the order they were selected; a view hands over the clicked item, then all that are selected. */
export function selectedIds(target: unknown, selection: unknown): string[] {
  const clicked = idOf(target);
  const all = Array.isArray(selection) ? selection.flatMap((one) => idOf(one) ?? []) : [];
  return [...new Set(clicked === undefined ? all : all.includes(clicked) ? all : [clicked])];
}

function idOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const { id } = (value ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' ? id : undefined;
}

// What a rule found: its name, and what it measured against its limit.

export interface Fault {
  /** Kebab case; what is counted. */
  readonly rule: string;
  readonly value?: number | string;
  readonly limit?: number | string;
}

/** Ratios are told to four places. */
export function fault(rule: string, value?: number | string, limit?: number | string): Fault {
  return {
    rule, ...(value === undefined ? {} : { value: typeof value === 'number' ? Number(value.toFixed(4)) : value }),
    ...(limit === undefined ? {} : { limit }),
  };
}

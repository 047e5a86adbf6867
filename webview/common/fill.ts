// Texts with places for values. Pure.

/** A text with its {0}, {1}… filled in; what is filled in is never searched again. */
export function fill(text: string, ...values: readonly (string | number)[]): string {
  return text.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}

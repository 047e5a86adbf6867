// Numbers as the form writes them, in the language of the editor.

export function formatCount(value: number): string {
  return value.toLocaleString(language(), { maximumFractionDigits: 0 });
}

export function formatEpochs(value: number): string {
  return value.toLocaleString(language(), { minimumFractionDigits: 2, maximumFractionDigits: value < 0.1 ? 4 : 2 });
}

export function formatShare(value: number): string {
  return value.toLocaleString(language(), { style: 'percent', maximumFractionDigits: 2 });
}

export function formatPlain(value: number): string {
  return String(Number(value.toFixed(6)));
}

function language(): string | undefined {
  return document.documentElement.lang || undefined;
}

/** A text with its {0}, {1}… filled in; what is filled in is never searched again. */
export function fill(text: string, ...values: readonly string[]): string {
  return text.replace(/\{(\d+)\}/g, (whole, index: string) => values[Number(index)] ?? whole);
}

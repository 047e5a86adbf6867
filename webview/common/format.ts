// Numbers and texts as panels write them, in the language of the editor.

export function formatCount(value: number): string {
  return value.toLocaleString(language(), { maximumFractionDigits: 0 });
}

export function formatEpochs(value: number): string {
  return value.toLocaleString(language(), { minimumFractionDigits: 2, maximumFractionDigits: value < 0.1 ? 4 : 2 });
}

export function formatShare(value: number): string {
  return value.toLocaleString(language(), { style: 'percent', maximumFractionDigits: 2 });
}

/** `1.2 MB`, in powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toLocaleString(language(), { maximumSignificantDigits: 3 })} ${units[power]!}`;
}

export function formatDate(iso: string): string {
  return new Date(iso).toLocaleString(language(), { dateStyle: 'medium', timeStyle: 'short' });
}

export function formatPlain(value: number): string {
  return String(Number(value.toFixed(6)));
}

function language(): string | undefined {
  return document.documentElement.lang || undefined;
}

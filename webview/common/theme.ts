// Colours of the editor's theme for what is drawn on a canvas, where style sheets do not reach.

/** A theme variable's value, such as `#3794ff`. */
export function themeColor(name: string, otherwise = 'currentColor'): string {
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return value === '' ? otherwise : value;
}

export function faded(color: string, percent: number): string {
  return `color-mix(in srgb, ${color} ${percent}%, transparent)`;
}

/** Calls back when the user changes the theme; returns how to end that. */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  return () => { observer.disconnect(); };
}

// Undo and redo, taken from the keyboard before the editor takes them: what the form has just asked for may still be on its way to
// the text, and an undo that overtakes it takes back the change before. The host does them in the order in which they were asked for.

export type HistoryStep = 'undo' | 'redo';

/** Undefined for any other key. */
export function historyStep({ key, ctrlKey, metaKey, shiftKey, altKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>): HistoryStep | undefined {
  if (!(ctrlKey || metaKey) || altKey) return undefined;
  if (key.toLowerCase() === 'z') return shiftKey ? 'redo' : 'undo';
  return key.toLowerCase() === 'y' && !shiftKey ? 'redo' : undefined;
}

/** For as long as the page lives. */
export function onHistoryKeys(take: (step: HistoryStep) => void): void {
  window.addEventListener('keydown', (event) => {
    const step = historyStep(event);
    if (!step) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    take(step);
  }, { capture: true });
}

// What a key does to the selected cell. Pure.

export interface Place { readonly row: number; readonly column: number }
export interface GridSize { readonly rows: number; readonly columns: number; readonly rowsInSight: number }

/** Where the selection goes; undefined for keys that mean something else. */
export function moved(key: string, ctrl: boolean, { row, column }: Place, { rows, columns, rowsInSight }: GridSize): Place | undefined {
  const to = (nextRow: number, nextColumn: number): Place => ({ row: Math.max(0, Math.min(rows - 1, nextRow)), column: Math.max(0, Math.min(columns - 1, nextColumn)) });
  if (rows === 0 || columns === 0) return undefined;
  switch (key) {
    case 'ArrowDown': return to(row + 1, column);
    case 'ArrowUp': return to(row - 1, column);
    case 'ArrowLeft': return to(row, column - 1);
    case 'ArrowRight': return to(row, column + 1);
    case 'PageDown': return to(row + rowsInSight - 1, column);
    case 'PageUp': return to(row - rowsInSight + 1, column);
    case 'Home': return ctrl ? to(0, 0) : to(row, 0);
    case 'End': return ctrl ? to(rows - 1, columns - 1) : to(row, columns - 1);
    default: return undefined;
  }
}

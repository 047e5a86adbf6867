/** See stored-editors.mjs. */
export function storedInSight(source: string): Promise<void>;

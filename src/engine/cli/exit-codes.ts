// What the process's exit code says; readers of a job trust its status.json, not this.
export const exitCodes = { done: 0, bug: 1, userError: 2, stopped: 3 } as const;

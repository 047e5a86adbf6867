// Types of python-environment.mjs for the tests written in TypeScript.
export function pythonVariables(extra?: Readonly<Record<string, string>>): NodeJS.ProcessEnv;
export function pythonEnvironment(options: {
  readonly lock: string; readonly name?: string; readonly versions?: readonly string[]; readonly imports?: readonly string[]; readonly over?: string;
}): string;

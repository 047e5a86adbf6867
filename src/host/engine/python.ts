// Which Python the engine is told of for trainers that are not its own: the setting, else what is chosen in the Python
// extension. It looks further by itself, and says what it tried.
import * as vscode from 'vscode';

/** The part of the Python extension's API that is used. */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: { readonly path: string }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

/** Verbs that may start a Python. */
const verbs: ReadonlySet<string> = new Set(['train', 'study', 'runs', 'evaluate', 'serve']);

/** Variables for the engine; none for a verb that starts no Python. */
export async function pythonVariables(verb: string | undefined, root: string): Promise<Readonly<Record<string, string>>> {
  if (!verbs.has(verb ?? '')) return {};
  const setting = vscode.workspace.getConfiguration('preclinical').get<string>('python.path', '').trim();
  if (setting !== '') return { PRECLINICAL_TRAINER_PYTHON: setting };
  const chosen = await chosenInExtension(vscode.Uri.file(root));
  return chosen === undefined ? {} : { PRECLINICAL_EDITOR_PYTHON: chosen };
}

/** Undefined without the extension, or without an environment in it. What goes wrong in another extension stops no run. */
export async function chosenInExtension(resource: vscode.Uri, extension = vscode.extensions.getExtension<PythonExtension>('ms-python.python')): Promise<string | undefined> {
  try {
    const { environments } = await extension?.activate() ?? {};
    const active = environments?.getActiveEnvironmentPath(resource);
    const found = active === undefined ? undefined : await environments?.resolveEnvironment(active);
    return found?.executable.uri?.fsPath;
  } catch {
    return undefined;
  }
}

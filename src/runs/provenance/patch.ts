// Which changed files may go into a job's patch: program code and the four file kinds of Preclinical. Everything else
// is left out, since any other text may be a patient's notes.

const codeExtensions = [
  'c', 'cc', 'cjs', 'cpp', 'cu', 'cuh', 'go', 'h', 'hpp', 'java', 'jl', 'js', 'jsx', 'kt', 'lua', 'mjs', 'mts', 'cts',
  'pl', 'ps1', 'py', 'pyi', 'r', 'rb', 'rs', 'scala', 'sh', 'bash', 'swift', 'toml', 'ts', 'tsx', 'vue', 'wgsl',
];
const codeNames = ['Dockerfile', 'Makefile', 'CMakeLists.txt', 'package.json', 'requirements.txt'];
const ownKinds = ['*.mix.yaml', '*.run.yaml', '*.study.yaml', '*.cot'];

/** Git pathspecs, in any folder and either case: of tracked files these, of untracked ones only the four kinds. */
export const ownPathspecs: readonly string[] = ownKinds.map(anywhere);
export const trackedPathspecs: readonly string[] = [...codeExtensions.map((extension) => anywhere(`*.${extension}`)), ...codeNames.map(anywhere), ...ownPathspecs];

function anywhere(pattern: string): string {
  return `:(top,glob,icase)**/${pattern}`;
}

/** A patch, as git reads it, that adds a text file. @param name relative to the top of the repository, with `/`. */
export function newFilePatch(name: string, text: string): string {
  const header = [`diff --git a/${name} b/${name}`, 'new file mode 100644'];
  if (text === '') return `${header.join('\n')}\n`;
  const endsWithNewline = text.endsWith('\n');
  const lines = (endsWithNewline ? text.slice(0, -1) : text).split('\n').map((line) => `+${line}`);
  if (!endsWithNewline) lines.push('\\ No newline at end of file');
  const count = lines.length - (endsWithNewline ? 0 : 1);
  return `${[...header, '--- /dev/null', `+++ b/${name}`, `@@ -0,0 +1,${count} @@`, ...lines].join('\n')}\n`;
}

// Writes l10n/bundle.l10n.json: every message that the extension says through vscode.l10n.t, in English. A translation is
// a copy named bundle.l10n.LANGUAGE.json with other values.   node l10n/export.mjs [--print]
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '..');
const folders = ['src/host', 'src/protocol', 'src/extension.ts'];

/** `vscode.l10n.t(…)`, and `t(…)` where that function was handed on. */
function isTranslation(callee) {
  if (ts.isIdentifier(callee)) return callee.text === 't';
  return ts.isPropertyAccessExpression(callee) && callee.name.text === 't' && /\bl10n$/.test(callee.expression.getText());
}

function messagesOf(file) {
  const source = ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && isTranslation(node.expression)) {
      const [message] = node.arguments;
      if (message === undefined || !ts.isStringLiteralLike(message)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        throw new Error(`${path.relative(root, file)}:${line + 1}: the message is not written out here, so no translation can be found for it.`);
      }
      found.push(message.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const files = folders.flatMap((name) => {
  const place = path.join(root, name);
  return fs.statSync(place).isFile() ? [place] : fs.readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => path.join(place, file));
});
const messages = [...new Set(files.flatMap(messagesOf))].sort();
const text = `${JSON.stringify(Object.fromEntries(messages.map((message) => [message, message])), null, 2)}\n`;
if (process.argv.includes('--print')) process.stdout.write(text);
else fs.writeFileSync(path.join(root, 'l10n', 'bundle.l10n.json'), text);

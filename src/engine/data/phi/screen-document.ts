// The screen over a whole document, a conversation message by message.
import type { SourceDocument } from '../read/document';
import type { PhiFinding } from './finding';
import { redactText, screenText } from './screen';

/** `message` counts from 0; absent for a text. */
export interface DocumentFinding extends PhiFinding { readonly message?: number }

export function screenDocument(document: SourceDocument): DocumentFinding[] {
  if (document.kind === 'text') return screenText(document.text);
  return document.messages.flatMap(({ content }, message) => screenText(content).map((finding) => ({ ...finding, message })));
}

export function redactDocument(document: SourceDocument, findings: readonly DocumentFinding[]): SourceDocument {
  if (findings.length === 0) return document;
  if (document.kind === 'text') return { ...document, text: redactText(document.text, findings) };
  const messages = document.messages.map((message, at) => ({ ...message, content: redactText(message.content, findings.filter((finding) => finding.message === at)) }));
  return { ...document, messages };
}

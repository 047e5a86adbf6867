// Lines an editor sends, checked: what cannot be understood becomes a problem that names the request where it says one.
import { z } from 'zod';
import type { Problem } from '../../../base/errors/problem';
import { readStrategy } from '../../../documents/cot/strategy';
import type { ToAsks } from '../../../protocol/asks';

const lineNumber = z.int().positive();
const modelSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('checkpoint'), reference: z.string().min(1) }),
  z.object({
    kind: z.literal('endpoint'), name: z.string().min(1), baseUrl: z.string(), model: z.string(),
    keyVariable: z.string().exactOptional(), cloud: z.boolean(), consentedHost: z.string().exactOptional(),
  }),
]);
const messageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ask'), id: z.string().min(1), cot: z.string().min(1), cotText: z.string().exactOptional(),
    questions: z.string().exactOptional(), questionsText: z.string().exactOptional(), lines: z.array(lineNumber),
    strategies: z.array(z.string().refine((name) => typeof readStrategy(name) !== 'string', 'there is no such strategy')).min(1).exactOptional(), repeats: z.int().positive().max(1000).exactOptional(),
    model: modelSchema, embeddingConsent: z.string().exactOptional(),
  }),
  z.object({ type: z.literal('cancel'), id: z.string().min(1) }),
]);

export type ParsedMessage = { readonly message: ToAsks } | { readonly id: string; readonly problem: Problem };

/** `id` is empty when the line names no request. */
export function parseMessage(line: string): ParsedMessage {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refused('', 'the line is not JSON');
  }
  const parsed = messageSchema.safeParse(value);
  if (parsed.success) return { message: parsed.data };
  const id = typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' ? value.id : '';
  const issue = parsed.error.issues[0]!;
  return refused(id, issue.message, issue.path.map(String).join('.'));
}

function refused(id: string, message: string, key?: string): ParsedMessage {
  return { id, problem: { code: 'ask-message', severity: 'error', message, ...(key ? { key } : {}), next: 'Send one JSON object a line, as src/protocol/asks.ts has it.' } };
}

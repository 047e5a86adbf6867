// What a checkpoint can be exported as; of each format the default comes first.
import type { GgufDtype } from '../../gguf';
import type { WrittenDtype } from '../../model';

export type ExportChoice = { readonly format: 'huggingface'; readonly dtype: WrittenDtype } | { readonly format: 'gguf'; readonly dtype: GgufDtype };

export const formats = {
  huggingface: [{ format: 'huggingface', dtype: 'bf16' }, { format: 'huggingface', dtype: 'f16' }, { format: 'huggingface', dtype: 'f32' }],
  gguf: [{ format: 'gguf', dtype: 'f16' }, { format: 'gguf', dtype: 'f32' }, { format: 'gguf', dtype: 'q8_0' }],
} as const satisfies Record<string, readonly ExportChoice[]>;

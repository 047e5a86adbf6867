// Tokenizers: opening one, training one, rendering chats.
export { loadTokenizer } from './load';
export { type EncodeTexts, rustEncoder } from './rust';
export { trainByteLevelBpe, type TokenizerTrainingSettings } from './train';
export { copyTokenizerFiles, saveTokenizer, type SpecialTokens, type TokenizerFiles } from './files';
export { renderChat, simpleChatTemplate, simpleChatTokens } from './chat-template';
export type { ChatMessage, EncodeOptions, Tokenizer } from './tokenizer';
export { splitPattern } from './pre-tokenize';

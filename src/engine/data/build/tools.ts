// What made a product, by version: this program, Node with its tables of characters, and the libraries that read and encode.
import { dependencyVersions } from '../../../runs/package-folder';
import { findPart } from '../../parts/installed';
import { packageVersion } from '../../parts/assets';

/** Those whose other versions may read another text out of the same file, or make other tokens of the same text. */
const libraries = ['@huggingface/tokenizers', 'csv-parse', 'entities', 'franc-min', 'fzstd', 'htmlparser2', 'hyparquet', 'hyparquet-compressors', 'hyparquet-writer', 'pdfjs-dist', 'saxes'] as const;

export function toolVersions(): Record<string, string> {
  const pinned = dependencyVersions();
  const part = findPart('tokenizers');
  const { node, ['unicode']: unicode } = process.versions;
  return {
    preclinical: packageVersion, node, ...(unicode === undefined ? {} : { unicode }),
    ...Object.fromEntries(libraries.map((name) => [name, pinned[name]!])), ...(part ? { tokenizers: part.version } : {}),
  };
}

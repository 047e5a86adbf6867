// PubMedQA in its authors' form (ori_pqal.json: one object keyed by PubMed id) as abstracts to read. Only CONTEXTS are
// text: QUESTION is the article's title, and LONG_ANSWER and final_decision give the answer away.
import { badRecord, type InputFile, type ReadItem, type ReadOptions } from './document';
import { scalarAt } from './records/record';
import { readRecords } from './records/records';

export async function* readPubMedQa(file: InputFile, { maximumRecordBytes }: ReadOptions): AsyncGenerator<ReadItem> {
  for await (const item of readRecords(file, 'json', maximumRecordBytes)) {
    if (item.kind === 'bad') {
      yield item;
      continue;
    }
    const pmid = item.place.record;
    const contexts = item.value['CONTEXTS'];
    if (pmid === undefined || !/^\d+$/.test(pmid)) {
      yield badRecord('no-pubmed-id', item.place, 'the record is not keyed by a PubMed id');
    } else if (!Array.isArray(contexts) || contexts.length === 0 || !contexts.every((part) => typeof part === 'string')) {
      yield badRecord('no-contexts', item.place, 'CONTEXTS is not a list of texts', 'CONTEXTS');
    } else {
      yield {
        kind: 'text', id: `pmid:${pmid}`, text: contexts.join('\n').trim(), place: item.place, naturalGroup: 'pmid',
        attribute: (name) => (name === 'pmid' ? pmid : name === 'YEAR' ? scalarAt(item.value, name) : undefined),
      };
    }
  }
}

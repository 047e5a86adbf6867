// Text of a PDF page by page: paragraphs, words cut at a line's end, running heads; what cannot be read is set aside with its place.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { makeWorkspace, type TestWorkspace } from '../../fixtures/data/workspace';
import { readAll, short } from '../../fixtures/data/read';

/** Lines of a page from the top, `''` leaves one out. */
function makePdf(pages: readonly (readonly string[])[]): Buffer {
  const objects: string[] = ['<< /Type /Catalog /Pages 2 0 R >>', '', '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'];
  const kids: number[] = [];
  for (const lines of pages) {
    const shown = lines.flatMap((line, at) => (line === '' ? [] : [`BT /F1 12 Tf 72 ${720 - 14 * at} Td (${line.replace(/([()\\])/g, '\\$1')}) Tj ET`])).join('\n');
    objects.push(`<< /Length ${shown.length} >>\nstream\n${shown}\nendstream`);
    objects.push(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${objects.length} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`);
    kids.push(objects.length);
  }
  objects[1] = `<< /Type /Pages /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] /Count ${kids.length} >>`;
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, at) => {
    const offset = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')}`;
  return Buffer.from(`${text}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`, 'latin1');
}

describe('PDF', function () {
  this.timeout(60_000);
  let workspace: TestWorkspace;
  before(async () => { workspace = await makeWorkspace(); });
  after(() => workspace.remove());
  const read = async (content: Uint8Array, settings = {}): Promise<unknown[]> => short(await readAll(await workspace.write('a.pdf', content), 'a.pdf', 'pdf', settings));

  it('joins lines to paragraphs and puts cut words together', async () => {
    const pages = [['The patient had fever and a produc-', 'tive cough for (three) days.', '', '', 'Amoxicillin was given.']];
    assert.deepEqual(await read(makePdf(pages)), [['a.pdf', 'The patient had fever and a productive cough for (three) days.\n\nAmoxicillin was given.']]);
  });

  it('leaves out what stands at the head and foot of most pages', async () => {
    const page = (number: number): string[] => ['Journal of Tests', '', '', `Finding ${['one', 'two', 'three', 'four'][number]!}.`, '', '', `Page ${number}`];
    assert.deepEqual(await read(makePdf([0, 1, 2, 3].map(page))), [['a.pdf', 'Finding one.\n\nFinding two.\n\nFinding three.\n\nFinding four.']]);
  });

  it('sets aside what has no text, is no PDF, or is too large', async () => {
    assert.deepEqual(await read(makePdf([[]])), [['no-text', undefined]]);
    assert.deepEqual(await read(Buffer.from('%PDF-1.4\nnothing of it')), [['not-pdf', undefined]]);
    assert.deepEqual(await read(makePdf([['Text.']]), { maximumRecordBytes: 100 }), [['record-too-large', undefined]]);
  });

  it('ends in a document or a counted record whatever byte is broken', () => {
    const whole = makePdf([['The patient had fever.'], ['And cough.']]);
    return fc.assert(fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), fc.boolean(), async (at, byte, isCut) => {
      const broken = Buffer.from(isCut ? whole.subarray(0, at) : whole);
      if (!isCut) broken[at] = byte;
      assert.ok((await read(broken)).length > 0);
    }), { numRuns: 60 });
  });
});

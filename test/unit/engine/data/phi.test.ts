// The screen for protected health information: what it finds, and what of a clinical text it leaves alone.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { redactText, screenText } from '../../../../src/engine/data/phi/screen';
import { redactDocument, screenDocument } from '../../../../src/engine/data/phi/screen-document';

/** What is found, as class and text. */
const found = (text: string): string[] => screenText(text).map(({ class: phiClass, start, end }) => `${phiClass} ${text.slice(start, end)}`);

const identifiers: readonly [text: string, expected: readonly string[]][] = [
  ['Seen 2021-03-04 and 03/14/2021, again 14.3.2021 and 3/14/21.', ['date 2021-03-04', 'date 03/14/2021', 'date 14.3.2021', 'date 3/14/21']],
  ['Admitted March 3rd, 2020; discharged 12 Apr 2020; review in May 2020 or on 4/15.', ['date March 3rd, 2020', 'date 12 Apr 2020', 'date May 2020', 'date 4/15']],
  ['Born Sept. 9. Last seen on the 21st of December.', ['date Sept. 9', 'date 21st of December']],
  ['Call (555) 234-5678 or 555-234-5678; cell: 234 5678; abroad +44 20 7946 0958.', ['phone (555) 234-5678', 'phone 555-234-5678', 'phone 234 5678', 'phone +44 20 7946 0958']],
  ['Fax: 555.234.5679', ['fax 555.234.5679']],
  ['Write to j.doe+x@mail.example.org or see https://example.org/p?id=3.', ['email j.doe+x@mail.example.org', 'url https://example.org/p?id=3']],
  ['SSN 123-45-6789, social security number: 123456789', ['social-security-number 123-45-6789', 'social-security-number 123456789']],
  ['MRN 00123456. Medical record number: A-778812. Patient ID: 55512', ['medical-record-number 00123456', 'medical-record-number A-778812', 'medical-record-number 55512']],
  ['Account no. 99887766, policy number XK44556, Member ID: W1234567', ['account-number 99887766', 'account-number XK44556', 'account-number W1234567']],
  ['DEA number AB1234563, license # 44556', ['licence-number AB1234563', 'licence-number 44556']],
  ['Pacemaker serial number: PK33445; VIN 1HGCM82633A004352', ['device PK33445', 'vehicle 1HGCM82633A004352']],
  ['Logged in from 192.168.10.4.', ['ip-address 192.168.10.4']],
  ['Lives at 12 Old Mill Road, Springfield, IL 62704. PO Box 33.', ['address 12 Old Mill Road', 'zip 62704', 'address PO Box 33']],
  ['A 93-year-old woman, her sister aged 101, a 90 y/o man.', ['age-over-89 93', 'age-over-89 101', 'age-over-89 90']],
  ['Mr. Smith was seen by Dr. A. O\'Connor with Mary Jones.', ['name Smith', 'name A. O\'Connor', 'name Mary Jones']],
  ['Patient: Keller, Tomas. Attending: Li Wong', ['name Keller, Tomas', 'name Li Wong']],
];

const clinical: readonly string[] = [
  'Amoxicillin 500 mg PO q8h x 10 days, then 250-500 mg/day; max 1.5 g. May 10 mg be given? Warfarin 2.5-5-7.5 mg.',
  'Na 138, K 4.1, Cl 102, HCO3 24, BUN 12/14, Cr 1.1. WBC 7.4 x10^9/L, Hb 13.2 g/dL, plt 250-350-400. INR 2.0-3.0. pH 7.35/7.45. Troponin 0.012.',
  'BP 120/80, HR 72, RR 16, SpO2 98%, T 37.2 C, weight 92 kg. Strength 5/5, pain 4/10, 3/6 systolic murmur. GCS 15. A1c 7.2%.',
  'A 45-year-old man with Parkinson disease and Crohn disease; aged 18 to 95 years. Ages 60-90. Aged 92%. A 9-month-old. 95% CI 1.2-3.4; n = 1234.',
  'Ratio 1:100000. Take 1-2 tablets on 3/4 of days. Chapter 1.2.3, version 1.2.3.4 of the scale. In 2019 it rose. ICD-10 E11.9, CPT 99213, NCT01234567.',
  'Patient: denies chest pain. Name: none given. The policy 2020 and claim 2019 were updated. Dosage 100-200-3000 IU. +2 oedema, +125.5 mL, +10 20 30.',
  'In March the ward was full. The patients may 5 times a day march. Doctors and nurses. The Mayo Clinic and John Hopkins Hospital. A serial 1000 dilution.',
  'The Nurse Practitioner saw them. Deaths in 384 BC; Nottingham Deaf 300-3. GenBank accession no. AI979399. James Hospital.',
  '3-5-10 mg titration; 12-10-08 mg taper. Volume 10/20/30 mL. 1/2 to 3/4. 24/7. Vitamin B12 1000 mcg. T3/T4. L4-5-S1. PMID 12345678.',
];

describe('the screen for protected health information', () => {
  for (const [text, expected] of identifiers) it(`finds ${[...new Set(expected.map((one) => one.split(' ')[0]))].join(', ')}: ${expected.length} in one text`, () => { assert.deepEqual(found(text), expected); });

  it('leaves dosages, laboratory values, scores, ages, codes and eponyms alone', () => {
    for (const text of clinical) assert.deepEqual(found(text), [], text);
  });

  it('finds stretches that are in order, do not overlap, and are gone when redacted', () => {
    const pieces = fc.constantFrom(...identifiers.map(([text]) => text), ...clinical, ' ', '\n', '\u{1f600}', '12', '/', 'Dr. ');
    fc.assert(fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      const text = parts.join(' ');
      const findings = screenText(text);
      let last = 0;
      for (const { start, end } of findings) {
        assert.ok(start >= last && end > start && end <= text.length);
        last = end;
      }
      const redacted = redactText(text, findings);
      assert.equal(redacted.length, text.length + findings.reduce((sum, { class: phiClass, start, end }) => sum + phiClass.length + 2 - (end - start), 0));
    }), { numRuns: 60 });
    assert.equal(redactText(identifiers[5]![0], screenText(identifiers[5]![0])), 'Write to [EMAIL] or see [URL].');
  });

  it('redacts a conversation message by message', () => {
    const base = { id: 'x', place: { file: 'f' }, attribute: () => undefined };
    const document = { ...base, kind: 'conversation', messages: [{ role: 'user', content: 'Mrs. Hale called.' }, { role: 'assistant', content: 'On 2021-03-04?' }] } as const;
    const findings = screenDocument(document);
    assert.deepEqual(findings.map(({ class: phiClass, message }) => [phiClass, message]), [['name', 0], ['date', 1]]);
    const redacted = redactDocument(document, findings);
    assert.deepEqual(redacted.kind === 'conversation' && redacted.messages.map(({ content }) => content), ['Mrs. [NAME] called.', 'On [DATE]?']);
  });

  it('takes time in proportion to the text', () => {
    for (const unit of ['1-', 'a.', '+1 ', '9', 'Ab ', 'x@', '(5']) assert.ok(Array.isArray(screenText(unit.repeat(4000))));
  });
});

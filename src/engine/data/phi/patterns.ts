// Identifiers that have a form or a label. Each expression is made for precision on clinical text: dosages, laboratory
// values, blood pressures, scores and ratios have numbers too.
import type { PhiClass } from './finding';

export interface PhiPattern {
  readonly class: PhiClass;
  /** Flags g and u, and d where a group named `id` is the identifier and the rest its label. */
  readonly expression: RegExp;
}

const months = '(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?)';
const day = '(?:0?[1-9]|[12][0-9]|3[01])';
const month = '(?:0?[1-9]|1[0-2])';
const year = '(?:1[89]|20)[0-9]{2}';
/** What makes a number a quantity: May 10 mg is no date. */
const noUnit = String.raw`(?!\s?(?:mg|mcg|µg|ug|g|kg|ml|mL|dl|dL|L|l|mmol|mEq|meq|units?|U|IU|mm|cm|%|tablets?|tabs?|caps?|drops?|puffs?|hours?|days?|weeks?|months?|patients?)\b)(?!\s?%)`;
const edge = String.raw`(?<![\w./-])`;
const end = String.raw`(?![\w/]|[.-][0-9])`;
const token = '(?<id>[A-Z]{0,4}[- ]?[0-9][0-9A-Z-]{3,})';
const ofNumber = String.raw`\s?(?:(?:numbers?|num|no|nr|id)\b\.?|#)`;
/** A labelled identifier; a label alone, without "number" or a colon, is enough only where it names nothing else. */
const label = (words: string, isEnough = false): RegExp =>
  new RegExp(String.raw`\b(?:${words})(?:${ofNumber}\s{0,2}(?:is|[:#=])?|\s{0,2}[:#=]${isEnough ? String.raw`|\s` : ''})\s{0,2}${token}\b`, 'dgiu');

export const patterns: readonly PhiPattern[] = [
  { class: 'email', expression: /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/gu },
  { class: 'url', expression: /\b(?:https?:\/\/|www\.)[^\s<>"'()[\]{}]*[^\s<>"'()[\]{}.,;:!?]/giu },
  { class: 'ip-address', expression: /(?<![\w.])(?<!version )(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?![\w]|\.[0-9])/gu },
  { class: 'ip-address', expression: /(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\w:])/giu },
  { class: 'social-security-number', expression: /(?<![\w-])(?!000|666|9[0-9]{2})[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![\w-])/gu },
  { class: 'social-security-number', expression: /\b(?:SSN|social security)(?:\s?(?:number|no)\b\.?|\s?#)?\s{0,2}(?:is|[:#=])?\s{0,2}(?<id>[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4})\b/dgiu },
  { class: 'medical-record-number', expression: label('MRN', true) },
  { class: 'medical-record-number', expression: label('medical record|med\\.? rec\\.?|hospital|chart|patient(?: identifier)?|(?<!GenBank )accession|specimen') },
  { class: 'account-number', expression: label('account|acct\\.?|policy|member|subscriber|health plan|medicare|medicaid|claim|insurance|beneficiary') },
  { class: 'licence-number', expression: label('licen[sc]e|certificate') },
  { class: 'licence-number', expression: label('DEA|NPI', true) },
  { class: 'vehicle', expression: /\b(?:VIN|licen[sc]e plate|plate number)\s{0,2}(?:is|[:#=])?\s{0,2}(?<id>[A-Z0-9][A-Z0-9-]{4,16})\b/dgu },
  { class: 'device', expression: label('serial|device|implant|UDI') },
  { class: 'fax', expression: /\bfax(?:\s?(?:number|no)\b\.?|\s?#)?\s{0,2}(?:is|at|to|[:#=])?\s{0,2}(?<id>\+?[0-9][0-9() .-]{5,16}[0-9])\b/dgiu },
  { class: 'phone', expression: /\b(?:phone|telephone|tel|mobile|cell|pager|beeper|call(?:ed)?(?: (?:me|us|back|him|her|them))?(?: (?:at|on))?)\b\.?(?:\s?(?:number|no)\b\.?|\s?#)?\s{0,2}(?:is|at|[:#=])?\s{0,2}(?<id>\+?\(?[0-9][0-9() .-]{5,16}[0-9])\b/dgiu },
  { class: 'phone', expression: /(?<![\w.+-])(?:\+?1[-. ])?(?:\([2-9][0-9]{2}\)\s?|[2-9][0-9]{2}[-.])[2-9][0-9]{2}[-.][0-9]{4}(?![\w-]|\.[0-9])/gu },
  { class: 'phone', expression: /(?<![\w+])\+(?=[1-9])(?=(?:[ .()-]{0,2}[0-9]){8,15}(?![0-9]))[0-9](?:[ .()-]{0,2}[0-9])+/gu },
  { class: 'date', expression: new RegExp(`${edge}${year}([-/.])${month}\\1${day}(?:T[0-9:.]+Z?)?${end}`, 'gu') },
  { class: 'date', expression: new RegExp(`${edge}(?:${day}([-/.])${month}\\1|${month}([-/.])${day}\\2)${year}${end}`, 'gu') },
  { class: 'date', expression: new RegExp(`${edge}(?:${day}([-/])${month}\\1|${month}([-/])${day}\\2)[0-9]{2}${end}${noUnit}`, 'gu') },
  { class: 'date', expression: new RegExp(String.raw`\b(?:on|since|until|dated?|DOB|admitted|discharged|seen|born)[: ]{1,2}(?:on )?(?<id>(?:${month}/${day}|${day}/${month}))${end}${noUnit}(?!\s(?:systolic|diastolic|murmur|strength|power|pain|scale|score|criteria|of|occasions|visits))`, 'dgu') },
  { class: 'date', expression: new RegExp(String.raw`${edge}${day}(?:st|nd|rd|th)?(?: of)?[ -]${months}\b(?:[.,]?[ -]{1,2}(?:${year}|'?[0-9]{2}\b))?`, 'gu') },
  { class: 'date', expression: new RegExp(String.raw`\b${months}\.?[ -]${day}(?:st|nd|rd|th)?(?![\w.]?[0-9])${noUnit}(?:,?[ -]${year})?`, 'gu') },
  { class: 'date', expression: new RegExp(String.raw`\b${months}\.?,?(?: of)?[ -]${year}\b`, 'gu') },
  { class: 'age-over-89', expression: /(?<![\w.-])(?<!(?:to|and|-|–) ?)(?<id>9[0-9]|1[01][0-9]|12[0-5])[- ]?(?:years?[- ]old|yrs?\.?[- ]old|years? of age|y\/?o\b)/dgiu },
  { class: 'age-over-89', expression: /\b(?:aged?|age is)[: ]{1,2}(?<id>9[0-9]|1[01][0-9]|12[0-5])(?![\w%]|\.[0-9]| ?(?:%|-|–|months|days|weeks))/dgiu },
  { class: 'address', expression: /(?<![\w.])[0-9]{1,5}[A-Z]? (?:[NSEW]\.? )?(?:[A-Z][a-z]{2,} ){1,3}(?:(?:Street|Avenue|Road|Boulevard|Lane|Drive|Court|Terrace|Parkway|Highway)\b|(?:St|Ave|Rd|Blvd|Ln|Dr|Ct|Pl)(?=[.,;\n]|$))/gu },
  { class: 'address', expression: /\bP\.? ?O\.? Box [0-9]{1,6}\b/giu },
  { class: 'zip', expression: /\b[A-Z][a-z]+,? (?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]) (?<id>[0-9]{5}(?:-[0-9]{4})?)\b/dgu },
  { class: 'zip', expression: /\b(?:zip|postal) ?(?:code)?[: ]{1,3}(?<id>[0-9]{5}(?:-[0-9]{4})?)\b/dgiu },
];

// What the screen says of a text: which stretch may identify a person, and as which of the identifiers of the HIPAA Safe
// Harbor rule (45 CFR 164.514(b)(2)).

export const phiClasses = [
  'name', 'address', 'zip', 'date', 'age-over-89', 'phone', 'fax', 'email', 'social-security-number', 'medical-record-number',
  'account-number', 'licence-number', 'vehicle', 'device', 'url', 'ip-address',
] as const;
export type PhiClass = (typeof phiClasses)[number];

export interface PhiFinding {
  readonly class: PhiClass;
  /** UTF-16 code units of the text; `end` is past the last. */
  readonly start: number;
  readonly end: number;
}

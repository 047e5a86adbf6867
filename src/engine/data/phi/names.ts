// Names of people, by heuristic: after a title, after a label such as "Patient:", and a common given name before another
// capitalised word. A name on its own, in lower case or of an uncommon kind is not found.
import type { PhiPattern } from './patterns';

/** Common given names in the United States that are not words of their own at the start of a sentence. */
const givenNames = [
  'James', 'John', 'Robert', 'Michael', 'William', 'David', 'Richard', 'Joseph', 'Thomas', 'Charles', 'Christopher', 'Daniel', 'Matthew',
  'Anthony', 'Donald', 'Steven', 'Paul', 'Andrew', 'Joshua', 'Kenneth', 'Kevin', 'Brian', 'George', 'Timothy', 'Ronald', 'Edward', 'Jason',
  'Jeffrey', 'Ryan', 'Jacob', 'Gary', 'Nicholas', 'Eric', 'Jonathan', 'Stephen', 'Larry', 'Justin', 'Scott', 'Brandon', 'Benjamin', 'Samuel',
  'Gregory', 'Alexander', 'Patrick', 'Raymond', 'Dennis', 'Jerry', 'Tyler', 'Aaron', 'Jose', 'Adam', 'Nathan', 'Henry', 'Douglas', 'Zachary',
  'Peter', 'Kyle', 'Ethan', 'Walter', 'Noah', 'Jeremy', 'Harold', 'Carlos', 'Juan', 'Luis', 'Mohammed', 'Ahmed', 'Ali', 'Wei', 'Rahul',
  'Mary', 'Patricia', 'Jennifer', 'Linda', 'Elizabeth', 'Barbara', 'Susan', 'Jessica', 'Sarah', 'Karen', 'Lisa', 'Nancy', 'Betty', 'Margaret',
  'Sandra', 'Ashley', 'Kimberly', 'Emily', 'Donna', 'Michelle', 'Carol', 'Amanda', 'Dorothy', 'Melissa', 'Deborah', 'Stephanie', 'Rebecca',
  'Sharon', 'Laura', 'Cynthia', 'Kathleen', 'Amy', 'Angela', 'Shirley', 'Anna', 'Brenda', 'Pamela', 'Emma', 'Nicole', 'Helen', 'Samantha',
  'Katherine', 'Christine', 'Debra', 'Rachel', 'Carolyn', 'Janet', 'Catherine', 'Maria', 'Heather', 'Diane', 'Ruth', 'Julie', 'Olivia',
  'Joyce', 'Virginia', 'Victoria', 'Kelly', 'Lauren', 'Christina', 'Joan', 'Evelyn', 'Judith', 'Megan', 'Andrea', 'Cheryl', 'Hannah',
  'Jacqueline', 'Martha', 'Gloria', 'Teresa', 'Ann', 'Sara', 'Madison', 'Frances', 'Kathryn', 'Janice', 'Jean', 'Alice', 'Fatima', 'Priya',
];
const capital = "(?:(?:O['’]|Mc|Mac|[Dd]e |[Vv]an |[Vv]on )?\\p{Lu}\\p{Ll}+(?:-\\p{Lu}\\p{Ll}+)?)";
const initial = '(?:\\p{Lu}\\.)';
/** What follows the name of a place, a disease or a test rather than a person. */
const thing = '(?:Hospital|Clinic|University|Medical|School|Center|Centre|Institute|Foundation|Disease|Syndrome|Test|Sign|Scale|Score|Criteria|Classification)\\b';

export const namePatterns: readonly PhiPattern[] = [
  { class: 'name', expression: new RegExp(`\\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Nurse)\\.? (?!Practitioner|Manager|Specialist|Midwife|Anesthetist|Station)(?<id>(?:${initial} ?|${capital} ){0,2}${capital})`, 'dgu') },
  { class: 'name', expression: new RegExp(`\\b(?:[Pp]atient(?:['’]s)? [Nn]ame|PATIENT NAME|Name|NAME|Patient|PATIENT|Attending|Physician|Provider|Signed by|Dictated by|Referred by|Next of kin)(?: is)?: ?(?<id>(?:${capital},? ?)(?:${initial} ?|${capital} ?){0,2}${capital})`, 'dgu') },
  { class: 'name', expression: new RegExp(`\\b(?:${givenNames.join('|')}) (?!${thing})(?:${initial} )?${capital}(?![\\p{L}'’-])(?! ${thing})`, 'gu') },
];

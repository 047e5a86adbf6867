// Events of a job for readers; the writer is the job runner alone.
export { dropSuperseded, parseEvent } from './events/parse';
export { readAllEvents, readEvents } from './events/read';

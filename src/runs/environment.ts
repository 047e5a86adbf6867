// Environment of a job's process: the secret of the attempt, who chose the Node it runs on, and its share of the cores.
export const tokenVariable = 'PRECLINICAL_JOB_TOKEN';
export const nodeSourceVariable = 'PRECLINICAL_NODE_SOURCE';
/** Threads to compute with where a job's file does not say; results do not depend on it. */
export const threadsVariable = 'PRECLINICAL_THREADS';

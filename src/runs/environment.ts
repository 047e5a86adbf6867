// Environment of a job's process: the secret of the attempt, and who chose the Node it runs on.
export const tokenVariable = 'PRECLINICAL_JOB_TOKEN';
export const nodeSourceVariable = 'PRECLINICAL_NODE_SOURCE';

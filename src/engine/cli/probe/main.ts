// The child process of `doctor`: tries one part or backend and prints what it can do as a line of JSON, the last of its output.
//   probe.mjs part NAME FOLDER | probe.mjs backend NAME
import { backendNames } from '../../../documents/run/schema';
import type { BackendName } from '../../../documents/run/schema';
import { isPartName } from '../../parts/catalog';
import { reportBackend } from './backend';
import { partProbes } from './part';

function isBackend(name: string | undefined): name is BackendName {
  return (backendNames as readonly (string | undefined)[]).includes(name);
}

async function probe([kind, name, folder]: readonly string[]): Promise<unknown> {
  if (kind === 'part' && name !== undefined && folder !== undefined && isPartName(name)) return { said: await partProbes[name](folder) };
  if (kind === 'backend' && isBackend(name)) return reportBackend(name);
  throw new Error(`Nothing to try is called ${kind} ${name}.`);
}

try {
  console.log(JSON.stringify(await probe(process.argv.slice(2))));
  process.exit(0); // Dawn and llama.cpp keep threads that would hold the process
} catch (error) {
  console.log(JSON.stringify({ failed: error instanceof Error ? error.message : String(error) }));
  process.exit(1);
}

// The child process of `doctor`: tries one part and prints what it can do as a line of JSON, the last of its output.
//   probe.mjs part NAME FOLDER
import { isPartName } from '../../parts/catalog';
import { partProbes } from './part';

async function probe([kind, name, folder]: readonly string[]): Promise<unknown> {
  if (kind === 'part' && name !== undefined && folder !== undefined && isPartName(name)) return { said: await partProbes[name](folder) };
  throw new Error(`Nothing to try is called ${kind} ${name}.`);
}

try {
  console.log(JSON.stringify(await probe(process.argv.slice(2))));
  process.exit(0); // Dawn and llama.cpp keep threads that would hold the process
} catch (error) {
  console.log(JSON.stringify({ failed: error instanceof Error ? error.message : String(error) }));
  process.exit(1);
}

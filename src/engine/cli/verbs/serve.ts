// preclinical serve MODEL: an OpenAI-compatible server of a checkpoint on this machine.
import type { Command } from 'commander';
import { findCheckpoint } from '../../jobs/prepare/checkpoint';
import { fromStoredPath } from '../../jobs/prepare/paths';
import { newToken, serveCheckpoint } from '../../serve';
import { rootOf, wholeNumber } from '../context';
import { downloadProgress } from '../follow/download-progress';

export function addServe(program: Command): void {
  program.command('serve')
    .description('serve a model over the OpenAI-compatible API on 127.0.0.1 until Ctrl-C')
    .argument('<model>', 'a run, a checkpoint folder, a GGUF file, a model of the Hub (hub:ORGANISATION/NAME), or sample for the model that is shipped')
    .option('--port <n>', 'port; 0 takes a free one', '0')
    .option('--no-token', 'accept requests without a token')
    .option('--memory <megabytes>', 'most memory the process may take; half of this machine\'s when left out', wholeNumber('--memory'))
    .option('--idle <minutes>', 'give the model\'s memory back after this long without a request; the next one opens it again; 0 never does', wholeNumber('--idle'), 10)
    .action(async (reference: string, options: { port: string; token: boolean; memory?: number; idle: number }, command: Command) => {
      const root = rootOf(command);
      const { memory, idle } = options;
      const { checkpoint } = await findCheckpoint(root, process.cwd(), reference, { key: 'model', onDownload: downloadProgress(), acceptsGguf: true });
      const interrupted = new Promise<void>((resolve) => {
        process.once('SIGINT', () => { resolve(); });
        process.once('SIGTERM', () => { resolve(); });
      });
      const token = options.token ? { token: newToken() } : {};
      const server = await serveCheckpoint(fromStoredPath(root, checkpoint), {
        port: Number(options.port), ...token,
        ...(memory === undefined ? {} : { capBytes: memory * 2 ** 20 }), ...(idle > 0 ? { unloadAfterMs: idle * 60_000 } : {}),
      });
      const { contextLength, modelContextLength } = server.model;
      console.log(`${server.url}/v1  model ${server.model.name}${options.token ? `  token ${token.token ?? ''}` : ''}`);
      if (contextLength < modelContextLength) console.log(`Prompt and answer may have ${contextLength} tokens together, of the model's ${modelContextLength}, in the memory set aside for it.`);
      await Promise.race([interrupted, server.ended]);
      await server.close();
    });
}

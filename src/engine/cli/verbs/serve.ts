// preclinical serve MODEL: an OpenAI-compatible server of a checkpoint on this machine.
import type { Command } from 'commander';
import { findCheckpoint } from '../../jobs/prepare/checkpoint';
import { fromStoredPath } from '../../jobs/prepare/paths';
import { newToken, serveCheckpoint } from '../../serve';
import { rootOf } from '../context';
import { downloadProgress } from '../follow/download-progress';

export function addServe(program: Command): void {
  program.command('serve')
    .description('serve a model over the OpenAI-compatible API on 127.0.0.1 until Ctrl-C')
    .argument('<model>', 'a run, a checkpoint folder, a GGUF file, a model of the Hub (hub:ORGANISATION/NAME), or sample for the model that is shipped')
    .option('--port <n>', 'port; 0 takes a free one', '0')
    .option('--no-token', 'accept requests without a token')
    .action(async (reference: string, options: { port: string; token: boolean }, command: Command) => {
      const root = rootOf(command);
      const { checkpoint } = await findCheckpoint(root, process.cwd(), reference, { key: 'model', onDownload: downloadProgress(), acceptsGguf: true });
      const interrupted = new Promise<void>((resolve) => {
        process.once('SIGINT', () => { resolve(); });
        process.once('SIGTERM', () => { resolve(); });
      });
      const token = options.token ? { token: newToken() } : {};
      const server = await serveCheckpoint(fromStoredPath(root, checkpoint), { port: Number(options.port), ...token });
      console.log(`${server.url}/v1  model ${server.model.name}${options.token ? `  token ${token.token ?? ''}` : ''}`);
      await Promise.race([interrupted, server.ended]);
      await server.close();
    });
}

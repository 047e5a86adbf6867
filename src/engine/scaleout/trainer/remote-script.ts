// The script that starts launch.sh on another machine and looks after it there: its standard input comes from whoever
// started it, and ends with them; files of the shared folder say the rest, since a connection may be lost.
import { launchScript } from '../scripts/launch';
import { trainerLog } from './trainer';

export const remoteScript = 'remote.sh';
/** Its being there asks for an end at once, without saving. */
export const endNowFile = 'end-now';
/** A number that grows while the trainer lives; gone when it has ended. */
export const aliveFile = 'alive';

export function writeRemoteScript(saveFile: string, unfinishedFile: string): string {
  return [
    '#!/usr/bin/env bash',
    `# Starts ${launchScript} on the machine this is run on. When standard input ends, nobody follows any more: the trainer is`,
    `# told to save and end. ${endNowFile} ends it at once; ${aliveFile} shows that it lives.`,
    'set -uo pipefail',
    'cd "$(dirname "${BASH_SOURCE[0]}")"',
    `rm -f ${saveFile} ${unfinishedFile} ${endNowFile}`,
    'exec 3<&0',
    '# Not through the connection, whose loss would break the pipe.',
    `bash ${launchScript} "$@" </dev/null >>${trainerLog} 2>&1 &`,
    'trainer=$!',
    `( while read -r _ <&3; do :; done; touch ${saveFile} ) &`,
    'listener=$!',
    '# A process, and before it all it has started: torchrun gives each worker a session of its own.',
    'end_tree() { local child; for child in $(ps -A -o pid=,ppid= | awk -v of="$1" \'$2 == of { print $1 }\'); do end_tree "$child"; done; kill -KILL "$1" 2>/dev/null; }',
    'beats=0',
    'while kill -0 "$trainer" 2>/dev/null; do',
    `  beats=$((beats + 1)); echo "$beats" > ${aliveFile}`,
    `  if [ -e ${endNowFile} ]; then end_tree "$trainer"; fi`,
    '  sleep 0.5',
    'done',
    'wait "$trainer"; code=$?',
    'kill "$listener" 2>/dev/null',
    `rm -f ${aliveFile}`,
    'exit "$code"',
    '',
  ].join('\n');
}

// Requests to the running attempt, as the main thread sees them. Read synchronously from the supervisor's port, so that
// a loop which never lets the event loop turn still sees them; signals count as stop.
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { RequestKind } from '../../protocol/requests';
import type { SupervisorMessage } from '../supervisor/messages';

export interface PendingRequest { readonly id: string; readonly kind: RequestKind }

export class Inbox {
  readonly #pending: PendingRequest[] = [];
  #stops = 0;
  #signals = 0;

  /** @param onSecondStop is called when a stop comes after a stop that was not refused. */
  constructor(private readonly port: MessagePort, private readonly onSecondStop: () => void) {
    port.on('message', (message: SupervisorMessage) => { this.#add(message); });
    port.unref();
  }

  signal(): void {
    this.#signals += 1;
    this.#add({ id: `signal-${this.#signals}`, kind: 'stop' });
  }

  oldest(): PendingRequest | undefined {
    this.#receive();
    return this.#pending[0];
  }

  waiting(): readonly PendingRequest[] {
    this.#receive();
    return [...this.#pending];
  }

  /** Undefined when no such request waits. */
  take(id: string): PendingRequest | undefined {
    const index = this.#pending.findIndex((request) => request.id === id);
    return index < 0 ? undefined : this.#pending.splice(index, 1)[0];
  }

  refused(request: PendingRequest): void {
    if (request.kind === 'stop') this.#stops -= 1;
  }

  #receive(): void {
    for (let next = receiveMessageOnPort(this.port); next !== undefined; next = receiveMessageOnPort(this.port)) {
      this.#add(next.message as SupervisorMessage);
    }
  }

  #add(request: PendingRequest): void {
    this.#pending.push({ id: request.id, kind: request.kind });
    if (request.kind !== 'stop') return;
    this.#stops += 1;
    if (this.#stops > 1) this.onSecondStop();
  }
}

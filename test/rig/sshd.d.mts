export declare function installSshd(): string;
/** `command`: words before a command that is run by the server. */
export declare function startSshd(): Promise<{ readonly command: string[]; stop(): Promise<void> }>;

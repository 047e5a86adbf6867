export declare function installReference(root?: string): string;

// The one mocha reporter: the spec list on screen, and the counts as JSON in the file named by the option `output`. What
// still keeps the process alive half a minute after the last test is named, counts as a failure, and is ended.
'use strict';
const fs = require('node:fs');
const { reporters } = require('mocha');

const patienceMs = 30_000;

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const output = options.reporterOptions?.output;
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const write = (failed) => {
        if (output) fs.writeFileSync(output, JSON.stringify({ passes, failures: failed, pending }));
      };
      write(failures);
      setTimeout(() => {
        console.error(`A test left something open, which would keep this process alive: ${process.getActiveResourcesInfo().join(', ')}.`);
        write(failures + 1);
        process.exit(1);
      }, patienceMs).unref();
    });
  }
};

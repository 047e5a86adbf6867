// The one mocha reporter: the spec list on screen, and the counts as JSON in the file named by the option `output`.
'use strict';
const fs = require('node:fs');
const { reporters } = require('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const output = options.reporterOptions?.output;
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      if (output) fs.writeFileSync(output, JSON.stringify({ passes, failures, pending }));
    });
  }
};

// The same as starter.js, for `require`.
const { pathToFileURL } = require("node:url");
exports.starterUrl = pathToFileURL(`${__dirname}/starter.fwb`);

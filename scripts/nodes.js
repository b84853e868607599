#!/usr/bin/env node
/** Downloads the other versions of node that ctq is tested with, and prints the paths of their programs. */
import { NODE_VERSIONS, nodeOf } from './lib/nodes.js';

for (const version of NODE_VERSIONS) console.log(nodeOf(version));

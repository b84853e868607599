import { start } from './load.js';

start('ctq');

/** A program: half of the flows, a flush, and the other half, as fast as the kernel takes them. Arguments: how many flows. */
import { bulk } from '../bulk.js';
import { conntrack } from '../oracle.js';

const flows = Number(process.argv[2]);
bulk(flows / 2);
conntrack(['-F']);
bulk(flows / 2);
console.log('done');

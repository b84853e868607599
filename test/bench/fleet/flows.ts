import { encodeFlow } from '../../kit/flow.js';

/** The flows of a member, of a thousand sources: three of ten are the same at all members. */
export const flowsOf = (member: number, number: number): Uint8Array[] =>
  Array.from({ length: number }, (_, i) => {
    const source = i % 1000;
    const src =
      source < 300 ? `10.0.${source >> 8}.${source & 255}` : `10.${1 + member}.${source >> 8}.${source & 255}`;
    return encodeFlow({
      proto: i % 2 === 0 ? 6 : 17,
      orig: { src, dst: `192.0.2.${i % 200}`, sport: 1024 + (i % 60_000), dport: i % 7 === 0 ? 443 : 53 },
      mark: i,
    });
  });

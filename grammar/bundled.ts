declare const __BUNDLED__: boolean | undefined;

/** Whether this is the built program, whose grammar was validated before it was built. esbuild defines `__BUNDLED__`. */
export const bundled: boolean = typeof __BUNDLED__ !== 'undefined' && __BUNDLED__ === true;

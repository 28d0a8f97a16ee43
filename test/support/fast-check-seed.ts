/**
 * Property tests look for new examples on every run of a developer. In CI they repeat the same ones: a change must not
 * fail there by a chance that it has nothing to do with.
 */
import fc from "fast-check";

if (process.env.CI !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_261_123 });

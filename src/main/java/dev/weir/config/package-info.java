/** Validated, immutable settings; the only reader of the configuration file and the environment. */
package dev.weir.config;

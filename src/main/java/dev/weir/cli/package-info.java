/** One class per command; arguments in, exit code out. */
package dev.weir.cli;

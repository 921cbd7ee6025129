/** Runs that execute in a code interpreter's sandboxes, and sandboxes that users hold. */
package dev.weir.feature.interpreter;

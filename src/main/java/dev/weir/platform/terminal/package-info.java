/** The terminal that this process was started in. */
package dev.weir.platform.terminal;

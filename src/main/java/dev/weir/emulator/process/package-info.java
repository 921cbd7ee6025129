/** The emulator as a process of its own: its files, its lock, how it is found, started and ended. */
package dev.weir.emulator.process;

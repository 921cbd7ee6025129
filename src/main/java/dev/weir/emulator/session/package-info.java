/** The microVMs: one container, directory and idle clock for each runtime session. */
package dev.weir.emulator.session;

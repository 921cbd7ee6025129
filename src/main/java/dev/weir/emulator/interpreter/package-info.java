/** The code interpreters: sessions, their files, and what runs in them. */
package dev.weir.emulator.interpreter;

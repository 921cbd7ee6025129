/** The terminals of a microVM: real ones, that go on while nobody is connected. */
package dev.weir.emulator.shell;

/** A local AgentCore that speaks the wire protocol and verifies every signature. */
package dev.weir.emulator;

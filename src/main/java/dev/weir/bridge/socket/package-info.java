/** Terminals in microVMs for clients of the gateway: AgentCore's shell messages in, the same messages out. */
package dev.weir.bridge.socket;

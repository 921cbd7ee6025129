/** The frames a gateway and the runner inside a microVM exchange over AgentCore's agent WebSocket. */
package dev.weir.wire.runner;

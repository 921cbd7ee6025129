/** The messages of AgentCore's command shells: one channel byte and a payload in each binary WebSocket message. */
package dev.weir.wire.shell;

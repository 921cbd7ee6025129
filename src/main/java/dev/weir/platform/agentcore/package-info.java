/** The AgentCore client: SigV4-signed WebSockets and the SDK's data-plane operations. */
package dev.weir.platform.agentcore;

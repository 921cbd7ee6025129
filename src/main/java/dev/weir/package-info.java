/** Weir: a reactive streaming gateway for Amazon Bedrock AgentCore. */
package dev.weir;

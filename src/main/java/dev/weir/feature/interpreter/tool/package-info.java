/** AgentCore Code Interpreter as the gateway sees it: sandboxes, and the nine tools that are called in them. */
package dev.weir.feature.interpreter.tool;

/** The Agent Client Protocol between a client here and an agent in a microVM's shell: original bytes, each exactly once. */
package dev.weir.bridge.acp;

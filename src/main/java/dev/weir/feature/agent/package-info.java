/** The remote agent runtime as a port: open a socket into a session, stop the session. */
package dev.weir.feature.agent;

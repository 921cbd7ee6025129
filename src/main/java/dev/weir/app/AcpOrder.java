package dev.weir.app;

import dev.weir.kernel.Redacted;
import java.net.URI;

/**
 * What {@code weir acp} is to do.
 *
 * @param server base URL of the gateway, http or https
 * @param agent empty = the only one there is for the key's owner
 * @param thread {@code PLATFORM:ID} whose microVM to use; empty = a new one
 */
public record AcpOrder(URI server, Redacted key, String agent, String thread) {}

package dev.weir.platform.http;

import inet.ipaddr.IPAddress;
import io.vertx.core.Future;
import java.util.List;

/** Looks host names up. */
interface Names {
    /** At least one address, and all that a caller may connect to; fails if there is none or no answer in time. */
    Future<List<IPAddress>> addresses(String host);
}
